"""The validation of a world as one page in both languages: figures, rules, and plots of what the hospital is like."""

# ruff: noqa: S608  # every name in a query is declared in the schema

from html import escape
from pathlib import Path

import duckdb
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simulator.plots import captioned, document, svg, write_document
from simulator.validation.report import Report, opened
from simulator.world.world import World

BLUE, ROSE, GREEN = "#3b6ea5", "#a12a5e", "#2f7d4f"
TESTS = ("hemoglobin", "wbc", "platelets", "creatinine", "potassium", "crp", "alt", "fasting_glucose")
LOCAL = "({} + to_hours(getvariable('zone')::BIGINT))"
LONGEST_D = 40


def write_report(world: World, folder: Path, report: Report, path: Path) -> None:
    """Write the page about the world in `folder`; it loads nothing from elsewhere and has no script."""
    with opened(world, folder) as connection:
        plots = "".join(captioned(*plot(connection)) for plot in PLOTS)
    head = f'<h1>{escape(world.scenario.zh)}<br><span lang="en">{escape(world.scenario.en)}</span></h1>'
    body = f"{head}{_files(report)}{_targets(report)}<h2>图 · Plots</h2>{plots}{_rules(report)}"
    write_document(document(world.scenario.zh, body), path)


def _files(report: Report) -> str:
    names = "".join(f"<li>{escape(name)}</li>" for name in report.files)
    title = "与清单不符的文件 · Files that are not as the manifest says"
    return f'<h2>{title}</h2><ul class="out">{names}</ul>' if names else ""


def _targets(report: Report) -> str:
    rows = "".join(
        f"<tr{'' if one.inside else ' class=out'}><td>{one.id}</td><td>{escape(one.quantity)}</td>"
        f"<td>{one.published:g} {escape(one.unit)}</td><td>{one.found:.4g}</td>"
        f"<td>{f'{one.chance:.2g}' if one.chance else ''}</td><td>{escape(one.tolerance)}</td>"
        f"<td>{escape(one.source)}</td></tr>"
        for one in report.targets
    )
    names = ("编号 Id", "指标 Quantity", "公布值 Published", "本例 Here", "标准误 SE", "容差 Tolerance", "来源 Source")
    head = f"<tr>{''.join(f'<th>{name}</th>' for name in names)}</tr>"
    return f'<h2>公布的数字 · Published figures</h2><div class="scroll"><table>{head}{rows}</table></div>'


def _rules(report: Report) -> str:
    rows = "".join(
        f"<tr{' class=out' if one.violations else ''}><td>{escape(one.zh)}</td>"
        f'<td lang="en">{escape(one.en)}</td><td>{one.violations:,}</td></tr>'
        for one in report.rules
    )
    head = "<tr><th>规则</th><th>Rule</th><th>违反 Violations</th></tr>"
    return f'<h2>一致性规则 · Coherence rules</h2><div class="scroll"><table>{head}{rows}</table></div>'


def _columns(connection: duckdb.DuckDBPyConnection, sql: str) -> dict[str, np.ndarray]:
    """The columns of a query by name."""
    return {name: np.asarray(column) for name, column in connection.execute(sql).fetchnumpy().items()}


def _plain(axes: Axes, label: str) -> None:
    axes.set_ylabel(label, fontsize=9)
    axes.spines[["top", "right"]].set_visible(False)


def _pyramid(connection: duckdb.DuckDBPyConnection) -> tuple[str, str, str]:
    found = _columns(
        connection,
        "SELECT least(date_diff('year', birth_date, CAST(getvariable('begin') AS DATE)), 99) // 5 AS band, "
        "count(*) FILTER (sex = 'male') AS men, count(*) FILTER (sex = 'female') AS women "
        "FROM person WHERE birth_date <= CAST(getvariable('begin') AS DATE) GROUP BY 1 ORDER BY 1",
    )
    figure = Figure(figsize=(7, 5), layout="constrained")
    axes = figure.subplots()
    axes.barh(found["band"] * 5, -found["men"], height=4.4, color=BLUE, label="men")
    axes.barh(found["band"] * 5, found["women"], height=4.4, color=ROSE, label="women")
    axes.legend(frameon=False)
    _plain(axes, "age, years")
    return svg(figure), "年龄金字塔（左男右女）", "Age pyramid, men left, women right"


def _arrivals(connection: duckdb.DuckDBPyConnection) -> tuple[str, str, str]:
    figure = Figure(figsize=(8, 6), layout="constrained")
    parts = (("hour", "hour of the day"), ("isodow", "weekday, Monday is 1"), ("month", "month"))
    for axes, (part, label) in zip(figure.subplots(3), parts, strict=True):
        for kind, colour in (("outpatient", BLUE), ("emergency", ROSE)):
            found = _columns(
                connection,
                f"SELECT {part}({LOCAL.format('registered_at')}) AS x, count(*) AS n FROM encounter "
                f"WHERE kind = '{kind}' GROUP BY 1 ORDER BY 1",
            )
            share = found["n"] / max(found["n"].sum(), 1) * 100
            axes.plot(found["x"], share, "o-", color=colour, label=kind, markersize=4)
        axes.set_xlabel(label, fontsize=9)
        _plain(axes, "% of visits")
    figure.axes[0].legend(frameon=False)
    return svg(figure), "到院时间：按小时、星期、月份", "Arrivals by hour, weekday and month"


def _occupancy(connection: duckdb.DuckDBPyConnection) -> tuple[str, str, str]:
    found = _columns(
        connection,
        "WITH days AS (SELECT unnest(generate_series(getvariable('begin'), getvariable('until') - INTERVAL 1 DAY, "
        "INTERVAL 1 DAY)) + INTERVAL 12 HOUR AS noon) "
        "SELECT noon, w.kind = 'intensive' AS icu, count(s.bed_id) AS taken FROM days CROSS JOIN "
        "(SELECT DISTINCT ward_id, kind FROM ward) w LEFT JOIN bed_stay s ON s.ward_id = w.ward_id "
        "AND s.started_at <= noon AND coalesce(s.ended_at, getvariable('until')) > noon GROUP BY 1, 2 ORDER BY 1",
    )
    beds = _columns(connection, "SELECT kind = 'intensive' AS icu, sum(beds)::BIGINT AS beds FROM ward GROUP BY 1")
    figure = Figure(figsize=(8, 3.5), layout="constrained")
    axes = figure.subplots()
    for icu, total in zip(beds["icu"], beds["beds"], strict=True):
        of = found["icu"] == icu
        label, colour = ("intensive care", ROSE) if icu else ("wards", BLUE)
        axes.plot(found["noon"][of], found["taken"][of] / total * 100, color=colour, label=label, linewidth=1)
    axes.axhline(100, color="#999", linewidth=0.8)
    axes.legend(frameon=False)
    _plain(axes, "% of beds at noon")
    return svg(figure), "每日中午的床位使用率", "Beds taken at noon, day by day"


def _stays(connection: duckdb.DuckDBPyConnection) -> tuple[str, str, str]:
    found = _columns(
        connection,
        "SELECT epoch(ended_at - admitted_at) / 86400 AS days, outcome = 'died' AS died FROM encounter "
        "WHERE kind = 'inpatient' AND ended_at IS NOT NULL AND admitted_at IS NOT NULL",
    )
    figure = Figure(figsize=(8, 3.5), layout="constrained")
    left, right = figure.subplots(1, 2)
    left.hist(np.minimum(found["days"], LONGEST_D), bins=np.arange(0, LONGEST_D + 1), color=BLUE)
    left.set_xlabel("days in hospital", fontsize=9)
    _plain(left, "stays")
    day = np.arange(0, 31)
    at_risk = np.array([(found["days"] >= d).sum() for d in day])
    deaths = np.array([(found["died"] & (found["days"] >= d) & (found["days"] < d + 1)).sum() for d in day])
    right.step(day, np.cumprod(1 - deaths / np.maximum(at_risk, 1)) * 100, color=GREEN, where="post")
    right.set_xlabel("days after admission", fontsize=9)
    _plain(right, "% alive in hospital (Kaplan-Meier)")
    return svg(figure), "住院日分布与住院生存曲线", "Length of stay, and survival in hospital"


def _laboratory(connection: duckdb.DuckDBPyConnection) -> tuple[str, str, str]:
    figure = Figure(figsize=(9, 5), layout="constrained")
    for axes, code in zip(figure.subplots(2, 4).ravel(), TESTS, strict=True):
        found = _columns(
            connection,
            f"SELECT value, ref_low, ref_high, unit FROM lab_result WHERE test_code = '{code}' AND value IS NOT NULL",
        )
        if len(found["value"]):
            low, high = np.quantile(found["value"], [0.005, 0.99])
            axes.hist(np.clip(found["value"], low, high), bins=40, color=BLUE)
            axes.axvspan(np.median(found["ref_low"]), np.median(found["ref_high"]), color=GREEN, alpha=0.15)
            axes.set_xlabel(str(found["unit"][0]), fontsize=8)
        axes.set_title(code, fontsize=9)
        axes.set_yticks([])
    return svg(figure), "常用检验的分布（绿色为参考区间）", "Distributions of common tests (green: reference interval)"


PLOTS = (_pyramid, _arrivals, _occupancy, _stays, _laboratory)

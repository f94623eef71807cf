"""A story as one self-contained page in both languages, with plots of vital signs and laboratory values."""

import datetime as dt
from html import escape
from pathlib import Path

import polars as pl
from matplotlib.figure import Figure

from simulator.plots import captioned, document, svg, write_document
from simulator.story.chapters import Story
from simulator.story.sentences import LOUD, NOTABLE

SIGNS = (
    ("temperature", "Temperature °C", "#b3541e"),
    ("heart_rate", "Heart rate /min", "#a12a5e"),
    ("respiratory_rate", "Respiratory rate /min", "#3b6ea5"),
    ("systolic", "Systolic mmHg", "#2f7d4f"),
    ("spo2", "SpO2 %", "#6a4c93"),
)
MOST_TESTS = 6
STYLE = """
ol{list-style:none;padding:0;border-left:3px solid #e0d6c8}li{padding:.2rem 0 .2rem .9rem}time{color:#6b5d4f;
font-variant-numeric:tabular-nums;margin-right:.6rem}.notable{background:#fff3dd}.loud{background:#fde3df;font-weight:600}
details{display:inline-block;vertical-align:top}pre{white-space:pre-wrap;font:inherit;color:#4a4036;margin:.3rem 0}
"""
NOTE = (
    "本故事由模拟产生，人物、医院均为虚构，不是医疗建议。",
    "This story is simulated: people and hospital are invented, and it is no medical advice.",
)
MARKS = {NOTABLE: ' class="notable"', LOUD: ' class="loud"'}


def write_page(story: Story, path: Path) -> None:
    """Write the page."""
    write_document(page(story), path)


def page(story: Story) -> str:
    """The whole page as HTML; it loads nothing from elsewhere and has no script."""
    plots = "".join(captioned(*made) for made in (_signs(story), _tests(story)) if made)
    body = (
        f'<h1>{escape(story.head[0])}<br><span lang="en">{escape(story.head[1])}</span></h1>'
        f'<p class="note">{NOTE[0]} <span lang="en">{NOTE[1]}</span></p>{plots}'
        f"<h2>经过</h2>{_timeline(story, zh=True)}"
        f'<section lang="en"><h2>What happened</h2>{_timeline(story, zh=False)}</section>'
    )
    return document(story.head[0], body, STYLE)


def _timeline(story: Story, *, zh: bool) -> str:
    parts: list[str] = []
    day = None
    for event in story.events:
        at = event.at.astimezone(story.zone)
        if at.date() != day:
            day = at.date()
            parts.append(f"{'</ol>' if parts else ''}<h3>{day:%Y-%m-%d}</h3><ol>")
        first, _, more = escape(event.zh if zh else event.en).partition("\n")
        page = f"<details><summary>{first}</summary><pre>{more}</pre></details>" if more else first
        parts.append(f"<li{MARKS.get(event.weight, '')}><time>{at:%H:%M}</time>{page}</li>")
    return "".join(parts) + ("</ol>" if parts else "")


def _signs(story: Story) -> tuple[str, str, str] | None:
    table = story.tables["vital_sign"].sort("measured_at")
    if len(table) < 2:  # noqa: PLR2004  # one point is no curve
        return None
    at = _local(table["measured_at"], story.zone)
    figure = Figure(figsize=(9, 7), layout="constrained")
    for axes, (name, label, colour) in zip(figure.subplots(len(SIGNS), sharex=True), SIGNS, strict=True):
        axes.plot(at, table[name], ".-", color=colour, linewidth=1, markersize=4)
        axes.set_ylabel(label, fontsize=8)
    return svg(figure), "生命体征（当地时间）", "Vital signs (local time)"


def _tests(story: Story) -> tuple[str, str, str] | None:
    """The tests with most results outside their limits, each over time with its reference interval."""
    table = story.tables["lab_result"].filter(pl.col("value").is_not_null())
    order = (
        table.group_by("test_code")
        .agg(n=pl.len(), outside=(pl.col("flag") != "N").sum())
        .sort("outside", "n", "test_code", descending=[True, True, False])
    )
    chosen = order.filter(pl.col("n") > 1)["test_code"].to_list()[:MOST_TESTS]
    if not chosen:
        return None
    figure = Figure(figsize=(9, 1.5 * len(chosen) + 0.5), layout="constrained")
    for axes, code in zip(figure.subplots(len(chosen), sharex=True, squeeze=False)[:, 0], chosen, strict=True):
        rows = table.filter(pl.col("test_code") == code).sort("collected_at")
        axes.plot(
            _local(rows["collected_at"], story.zone), rows["value"], "o-", color="#3b6ea5", linewidth=1, markersize=4
        )
        if rows["ref_low"][0] is not None and rows["ref_high"][0] is not None:
            axes.axhspan(rows["ref_low"][0], rows["ref_high"][0], color="#2f7d4f", alpha=0.12)
        axes.set_ylabel(f"{rows['name_en'][0]}\n{rows['unit'][0] or ''}", fontsize=8)
    return svg(figure), "检验结果（绿色为参考区间）", "Laboratory values (green: reference interval)"


def _local(times: pl.Series, zone: dt.tzinfo) -> list[dt.datetime]:
    return [time.astimezone(zone).replace(tzinfo=None) for time in times.to_list()]

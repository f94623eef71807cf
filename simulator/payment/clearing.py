"""A region's monthly clearing (清算): a fixed budget is shared out among the points of the month's cases.

A region is a network of hospitals that refer to each other. It pays by both methods, so that they can be compared; a
real one pays by one. Its budget for a month is the mean daily cost of its insured cases over the whole run, times the
days of the month: a simulation has no year before from which it could be foreseen.
"""

import datetime as dt
from collections.abc import Sequence

import numpy as np
import polars as pl

from simulator.arrays import Bools, Floats, Ints, enum
from simulator.knowledge.payment import Payment
from simulator.payment.insurance import FEN
from simulator.scenario import Scenario
from simulator.schema import TABLES, first_id, values

METHODS = tuple(values.PAYMENT_METHOD)
OUTLIERS = tuple(values.OUTLIER)
NORMAL, HIGH, LOW, UNGROUPED = range(4)
DIP_UNIT = 1000
"""Score of a case of mean cost; a weight is a score over it."""
PAGE = (
    "encounter_id", "patient_id", "front_page_id", "discharged_at", "total", "drg_code", "drg_weight", "dip_code",
    "dip_score",
)  # fmt: skip
BILL = ("encounter_id", "insurance", "patient_paid")


def clear(scenario: Scenario, payment: Payment, pages: pl.DataFrame, bills: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The tables budget, drg_settlement and dip_settlement of a whole world; pages: PAGE, bills: BILL."""
    cases = _insured(scenario, pages, bills)
    cleared = [_clear(scenario, payment, cases, number) for number in range(len(METHODS))]
    budgets = pl.concat([budget for budget, _ in cleared]).sort("region", "month", "method")
    budgets = budgets.with_columns(
        budget_id=pl.col("region") * 10**9 + first_id(TABLES["budget"]) + 1 + pl.int_range(pl.len()).over("region")
    )
    key = ["region", "month", "method"]
    tables = {"budget": budgets.drop("region")}
    for number, (_, settled) in enumerate(cleared):
        known = settled.join(budgets.select("budget_id", *key), on=key, how="left", maintain_order="left")
        tables[f"{METHODS[number]}_settlement"] = _settlement(METHODS[number], known)
    return tables


def _insured(scenario: Scenario, pages: pl.DataFrame, bills: pl.DataFrame) -> pl.DataFrame:
    """One row for each insured inpatient whose bill is settled, with region, month and the hospital's level."""
    top = {number: network[0] for network in scenario.networks for number in network}
    level = {number: one.level for number, one in enumerate(scenario.hospitals, 1)}
    hospital = pl.col("encounter_id") // 10**9 % 1000
    local = pl.col("discharged_at").dt.offset_by(f"{scenario.calendar.utc_offset_hours}h")
    return (
        pages.select(PAGE)
        .join(bills.select(BILL).filter(pl.col("insurance") != "self_pay"), on="encounter_id", how="inner")
        .sort("encounter_id")
        .with_columns(
            hospital=hospital,
            region=hospital.replace_strict(top, return_dtype=pl.Int64),
            level=hospital.replace_strict(level, return_dtype=pl.String),
            month=local.dt.date().dt.truncate("1mo"),
            cost=(pl.col("total") * FEN).round().cast(pl.Int64),
            own=(pl.col("patient_paid") * FEN).round().cast(pl.Int64),
        )
    )


def _clear(scenario: Scenario, payment: Payment, cases: pl.DataFrame, number: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(budgets, cases with what is paid) by one method."""
    method = METHODS[number]
    weight = cases["drg_weight"] if method == "drg" else cases["dip_score"] / DIP_UNIT
    pools, pool = np.unique(_pool(cases), return_inverse=True)
    cost = cases["cost"].to_numpy()
    level = cases["level"].replace_strict(
        {name: payment.figure(f"coefficient_{name}") for name in values.HOSPITAL_LEVEL}, return_dtype=pl.Float64
    )
    standard = (weight.cast(pl.Float64).fill_null(float("nan")) * level).to_numpy()
    reference = _reference(cost, standard, pool, len(pools))
    outlier, points = _points(payment, weight.fill_null(1.0).to_numpy(), standard, cost / reference[pool])
    points = np.round(points, 6)
    budget = _budgets(scenario, payment, cases, pools)
    paid = share_out(budget, points, pool)
    total = np.bincount(pool, points, minlength=len(pools))
    settled = cases.with_columns(
        method=enum(np.full(len(cases), number), METHODS),
        weight=pl.Series(np.where(np.isnan(standard), np.nan, standard)).fill_nan(None),
        points=points,
        outlier=enum(outlier, OUTLIERS),
        paid=paid,
    )
    table = pl.DataFrame(
        {
            "region": pools // 10**6,
            "month": [dt.date(int(one) % 10**6 // 100, int(one) % 100, 1) for one in pools],
            "method": enum(np.full(len(pools), number), METHODS),
            "cases": np.bincount(pool, minlength=len(pools)).astype(np.int32),
            "cost": np.bincount(pool, cost, minlength=len(pools)) / FEN,
            "amount": budget / FEN,
            "points": total,
            "point_value": np.divide(budget / FEN, total, out=np.zeros(len(pools)), where=total > 0),
        },
        schema_overrides={"month": pl.Date},
    )
    return table.with_columns(hospital_id=pl.col("region") * 10**9 + first_id(TABLES["hospital"]) + 1), settled


def _pool(cases: pl.DataFrame) -> Ints:
    """Region and month of each case as one number, region · 10^6 + year · 100 + month."""
    month = cases["month"].dt.year().cast(pl.Int64) * 100 + cases["month"].dt.month()
    return (cases["region"] * 10**6 + month).to_numpy()


def _reference(cost: Ints, standard: Floats, pool: Ints, pools: int) -> Floats:
    """What a point cost on average in each pool before anybody is paid, fen; the mean cost where no case is grouped."""
    grouped = ~np.isnan(standard)
    spent = np.bincount(pool[grouped], cost[grouped], minlength=pools)
    weight = np.bincount(pool[grouped], standard[grouped], minlength=pools)
    mean = np.bincount(pool, cost, minlength=pools) / np.bincount(pool, minlength=pools)
    return np.asarray(np.divide(spent, weight, out=mean, where=weight > 0))


def _points(payment: Payment, weight: Floats, standard: Floats, used: Floats) -> tuple[Ints, Floats]:
    """(kind of outlier, points) of each case; used: its cost in points of the pool's reference.

    High outliers get on top of their standard what they used beyond the bound, low ones what they used.
    """
    bounds = np.array([payment.figure(f"high_{band}") for band in ("light", "middle", "heavy")])
    bound = bounds[np.searchsorted([1.0, 2.0], weight)]
    grouped = ~np.isnan(standard)
    own = np.where(grouped, standard, 1.0)
    outlier = np.select(
        [~grouped, used > bound * own, used < payment.figure("low") * own], [UNGROUPED, HIGH, LOW], NORMAL
    )
    points = np.select(
        [outlier == UNGROUPED, outlier == HIGH, outlier == LOW],
        [used * payment.figure("ungrouped"), own + used - bound * own, used],
        own,
    )
    return outlier, points


def _budgets(scenario: Scenario, payment: Payment, cases: pl.DataFrame, pools: Ints) -> Ints:
    """The budget of each pool, whole fen."""
    spent = dict(cases.group_by("region").agg(pl.col("cost").sum()).iter_rows())
    days = _days(scenario, [int(one) % 10**6 for one in pools])
    growth = payment.figure("growth") / scenario.days
    return np.array(
        [round(spent[int(one) // 10**6] * n * growth) for one, n in zip(pools, days, strict=True)], np.int64
    )


def _days(scenario: Scenario, months: Sequence[int]) -> list[int]:
    """How many days of the run lie in each month (year · 100 + month)."""
    run = [scenario.start + dt.timedelta(days=n) for n in range(scenario.days)]
    count: dict[int, int] = {}
    for day in run:
        count[day.year * 100 + day.month] = count.get(day.year * 100 + day.month, 0) + 1
    return [count.get(month, 0) for month in months]


def share_out(amount: Ints, points: Floats, pool: Ints) -> Ints:
    """Each pool's amount (fen) in proportion to points, to the last fen: the largest remainders get one more."""
    total = np.bincount(pool, points, minlength=len(amount))
    exact = points * (amount / np.where(total > 0, total, 1.0))[pool]
    paid = np.floor(exact).astype(np.int64)
    left = amount - np.bincount(pool, paid, minlength=len(amount)).astype(np.int64)
    order = np.lexsort((np.arange(len(points)), paid - exact, pool))
    first = np.searchsorted(pool[order], np.arange(len(amount)))
    nth = np.arange(len(points)) - first[pool[order]]
    more: Bools = nth < left[pool[order]]
    paid[order[more]] += 1
    return paid


def _settlement(method: str, cases: pl.DataFrame) -> pl.DataFrame:
    """One method's table of settlements."""
    table = f"{method}_settlement"
    nth = pl.int_range(pl.len()).over("hospital")
    return cases.select(
        (pl.col("hospital") * 10**9 + first_id(TABLES[table]) + 1 + nth).alias(f"{table}_id"),
        "encounter_id",
        "patient_id",
        "front_page_id",
        "budget_id",
        pl.col(f"{method}_code").alias("code"),
        pl.col("weight").alias("standard_points"),
        "points",
        "outlier",
        pl.col("total"),
        (pl.col("paid") / FEN).alias("payment"),
        (pl.col("own") / FEN).alias("patient_paid"),
        ((pl.col("paid") - pl.col("own")) / FEN).alias("fund_paid"),
        ((pl.col("paid") - pl.col("cost")) / FEN).alias("balance"),
        pl.col("front_page_id").alias("cause_id"),
    )

"""Weights and scores of the teaching groups from a world: `python -m simulator.weights WORLD` rewrites their files.

A group's weight is the mean cost of its cases over that of all. Few cases say little, so the mean of a group is drawn
towards what is known without it: as many cases as `BELIEF` speak for the mean of its kind, and for the usual step
between levels. So a group of which the world has no case has a weight too. Costs are cut at `CUT` times the mean of
their group, so that one patient does not make a weight.
"""

import sys
from dataclasses import replace
from pathlib import Path

import polars as pl

from simulator.care.frontpage import reportable
from simulator.errors import SimulatorError
from simulator.knowledge import load_knowledge
from simulator.knowledge.payment import Payment
from simulator.payment.clearing import DIP_UNIT
from simulator.payment.dip import group_dip
from simulator.world.world import World

BELIEF = 10
CUT = 4
CORE = 15
"""Cases that make a pair of diagnosis and procedure a core group."""
SOURCE = "estimate/low"
KNOWLEDGE = Path(__file__).parent / "knowledge"


def main() -> None:
    """Read the world that is named, write three files into the knowledge folder."""
    pages = World.read(Path(sys.argv[1]))["front_page"].with_columns(
        pl.col("main_code", "operation_code", "drg_code", "dip_code").cast(pl.String)
    )
    knowledge = load_knowledge()
    core = dip_core(pages)
    _write("drg_weights.csv", drg_weights(pages, knowledge.payment))
    _write("dip_core.csv", core)
    _write("dip_mixed.csv", dip_mixed(pages, knowledge.payment, core, reportable(knowledge).operative))


def drg_weights(pages: pl.DataFrame, payment: Payment) -> pl.DataFrame:
    """id, weight, cases of every group."""
    grouped = pages.filter(pl.col("drg_weight").is_not_null()).with_columns(
        adrg=pl.col("drg_code").str.head(3),
        kind=pl.col("drg_code").str.slice(1, 1),
        level=pl.col("drg_code").str.tail(1),
    )
    cost = _cut(grouped, "drg_code")
    mean = cost["cost"].mean()
    every = pl.DataFrame(
        [(one.id, one.kind, f"{one.id}{level}", str(level)) for one in payment.adrgs for level in one.levels],
        schema=["adrg", "kind", "drg_code", "level"], orient="row",
    )  # fmt: skip
    kinds = _means(cost, "kind")
    adrg = _drawn(_means(cost, "adrg"), every.select("adrg", "kind").unique(maintain_order=True), kinds, "adrg", "kind")
    step = _steps(cost)
    prior = every.join(adrg.drop("n"), on="adrg", how="left", maintain_order="left").with_columns(
        prior=pl.col("drawn") * pl.col("level").replace_strict(step, return_dtype=pl.Float64)
    )
    found = prior.join(_means(cost, "drg_code"), on="drg_code", how="left", maintain_order="left")
    cases = pl.col("n").fill_null(0)
    drawn = (pl.col("mean").fill_null(0) * cases + pl.col("prior") * BELIEF) / (cases + BELIEF)
    weight = (drawn / mean).cum_max(reverse=True).over("adrg")
    return found.select(
        pl.col("drg_code").alias("id"), weight.round(2).alias("weight"), cases.cast(pl.Int64).alias("cases")
    )


def _steps(cost: pl.DataFrame) -> dict[str, float]:
    """How dear the cases of each level are beside all cases of their adjacent groups; 1 where groups are not split."""
    split = cost.filter(pl.col("level") != "9").with_columns(all=pl.col("cost").mean().over("adrg"))
    found = dict(split.group_by("level").agg((pl.col("cost") / pl.col("all")).mean()).iter_rows())
    return {"1": 1.0, "3": 1.0, "5": 1.0, "9": 1.0} | found


def dip_core(pages: pl.DataFrame) -> pl.DataFrame:
    """main, procedure, score, cases of every pair that is frequent enough."""
    cost = _cut(pages.with_columns(pair=_pair()), "pair")
    mean = cost["cost"].mean()
    pairs = cost.group_by("main_code", "operation_code").agg(pl.col("cost").mean().alias("mean"), pl.len().alias("n"))
    return (
        pairs.filter(pl.col("n") >= CORE)
        .sort("main_code", "operation_code")
        .select(
            pl.col("main_code").alias("main"),
            pl.col("operation_code").alias("procedure"),
            (pl.col("mean") / mean * DIP_UNIT).round(0).alias("score"),
            pl.col("n").cast(pl.Int64).alias("cases"),
        )
    )


def dip_mixed(pages: pl.DataFrame, payment: Payment, core: pl.DataFrame, operative: frozenset[str]) -> pl.DataFrame:
    """codes, treatment, score, cases of every mixed group; cases of core groups do not count."""
    blocks = group_dip(pages, replace(payment, dip_core={}), operative)["dip_code"]
    kind = blocks.str.split(" ").list.last()
    cost = _cut(pages.with_columns(pair=_pair(), dip_code=blocks, treatment=kind), "pair")
    mean = cost["cost"].mean()
    rare = cost.join(core.select(pair=_pair("main", "procedure")), on="pair", how="anti")
    groups = pl.DataFrame(
        [(one.codes.text, one.treatment, one.id) for one in payment.dip_mixed.values()],
        schema=["codes", "treatment", "dip_code"], orient="row",
    )  # fmt: skip
    drawn = _drawn(_means(rare, "dip_code"), groups, _means(rare, "treatment"), "dip_code", "treatment")
    return groups.join(drawn, on="dip_code", how="left", maintain_order="left").select(
        "codes",
        "treatment",
        (pl.col("drawn") / mean * DIP_UNIT).round(0).alias("score"),
        pl.col("n").fill_null(0).cast(pl.Int64).alias("cases"),
    )


def _pair(main: str = "main_code", procedure: str = "operation_code") -> pl.Expr:
    """The name of a core group."""
    alone = pl.col(procedure).is_null()
    return pl.when(alone).then(main).otherwise(pl.col(main) + "+" + pl.col(procedure))


def _cut(pages: pl.DataFrame, group: str) -> pl.DataFrame:
    """The same with `cost`: the total, at most CUT times the mean of its group."""
    return pages.with_columns(cost=pl.min_horizontal("total", pl.col("total").mean().over(group) * CUT))


def _means(cost: pl.DataFrame, group: str) -> pl.DataFrame:
    """Mean cost and number of cases of each group."""
    return cost.group_by(group).agg(pl.col("cost").mean().alias("mean"), pl.len().alias("n"))


def _drawn(means: pl.DataFrame, every: pl.DataFrame, kinds: pl.DataFrame, group: str, kind: str) -> pl.DataFrame:
    """For all groups the mean, drawn towards that of their kind, as `drawn`, and the cases as `n`."""
    around = kinds.select(kind, pl.col("mean").alias("around"))
    found = every.select(group, kind).join(around, on=kind, how="left").join(means, on=group, how="left")
    cases, middle = pl.col("n").fill_null(0), pl.col("around").fill_null(kinds["mean"].mean())
    drawn = (pl.col("mean").fill_null(0) * cases + middle * BELIEF) / (cases + BELIEF)
    return found.select(group, "n", drawn=drawn)


def _write(name: str, table: pl.DataFrame) -> None:
    """One of the knowledge's files, under a temporary name and then under its own."""
    path = KNOWLEDGE / name
    temporary = path.with_suffix(".unfinished")
    table.with_columns(source=pl.lit(SOURCE)).write_csv(temporary)
    temporary.rename(path)
    sys.stdout.write(f"{path}: {len(table)} groups, {table['cases'].sum()} cases\n")


if __name__ == "__main__":
    try:
        main()
    except SimulatorError as error:
        sys.exit(str(error))

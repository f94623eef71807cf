"""What one person can live through: nobody is in two places, comes after dying, before birth, or gives birth twice."""

from dataclasses import replace

import numpy as np
import polars as pl

from simulator.arrays import Rng
from simulator.care.episodes import Episodes
from simulator.care.rules import EMERGENCY
from simulator.care.site import Site
from simulator.world.people import NEVER_DIES, People

NEVER = np.iinfo(np.int64).max // 4
BIRTH = "O8"
BEFORE_BIRTH = ("O0", "O1", "O2", "O3", "O4", "Z34", "Z35")
ONCE = ("K35",)
"""ICD-10: delivery; pregnancy before it; what happens only once to anybody (the appendix is gone)."""
NEWBORN_DAYS, NEWBORN_WEEKS = 3.0, 4
"""Newborns fall ill in their first days; whoever is older than four weeks is none."""
NEWBORN_WEIGHT_KG, NEWBORN_HEIGHT_CM = 3.3, 50.0


def with_newborns(people: People, episodes: Episodes, newborn: np.ndarray, first_day: int, rng: Rng) -> People:
    """The people, where a newborn's illness means that they were born in the days before it.

    newborn: (diseases,) truth; first_day: day 0 of the episodes, counted from 1970.
    """
    rows = np.flatnonzero(newborn[episodes.disease])
    rows = rows[np.argsort(-episodes.day[rows], kind="stable")]
    birth, weight, height = people.birth_day.copy(), people.weight_kg.copy(), people.height_cm.copy()
    person = episodes.person[rows]
    birth[person] = first_day + episodes.day[rows] - np.floor(rng.uniform(0, NEWBORN_DAYS, len(rows))).astype(np.int64)
    weight[person] = np.round(NEWBORN_WEIGHT_KG * np.exp(0.13 * rng.standard_normal(len(rows))), 1)
    height[person] = np.round(NEWBORN_HEIGHT_CM * np.exp(0.04 * rng.standard_normal(len(rows))), 1)
    dies_at = people.dies_at.copy()
    dies_at[person] = NEVER_DIES  # drawn for another age
    return replace(people, birth_day=birth, weight_kg=weight, height_cm=height, dies_at=dies_at)


def possible(site: Site, table: pl.DataFrame) -> pl.DataFrame:
    """The encounters without those that contradict their person's life, and without what hangs on a dropped one."""
    codes = pl.Series([disease.icd10 for disease in site.knowledge.diseases.values()])
    coded = table.select("row", "person", "episode", "start", code=codes.gather(table["disease"]))
    gone = pl.concat(
        [
            _wrong_age(site, table),
            _repeated(coded, (BIRTH,)),
            _repeated(coded, ONCE),
            _too_late(coded),
            _dead(site, table),
        ]
    )
    left = table.join(gone.to_frame("row"), on="row", how="anti")
    return _whole(table, pl.concat([gone, _overlapping(left)]).unique())


def _overlapping(table: pl.DataFrame) -> pl.Series:
    """Rows that start before the person's latest end so far; death never ends."""
    until = pl.when("died").then(NEVER * 2).otherwise("end").cum_max().shift(1).over("person")
    ordered = table.sort("person", "start", "row")
    return ordered.filter(pl.col("start") < until.fill_null(-NEVER))["row"]


def _wrong_age(site: Site, table: pl.DataFrame) -> pl.Series:
    """Rows before their person's birth, and newborns' illnesses that begin after the newborn weeks."""
    birth = site.people.birth_day[table["person"].to_numpy()]
    days = site.clock.day_number(table["registered"].to_numpy()) - birth
    newborn = np.array([disease.newborn for disease in site.knowledge.diseases.values()])[table["disease"].to_numpy()]
    grown = newborn & (days >= NEWBORN_WEEKS * 7) & ~table["returns"].to_numpy()
    return table["row"].filter(pl.Series((days < 0) | grown))


def _dead(site: Site, table: pl.DataFrame) -> pl.Series:
    """Rows of people who have died outside hospitals before the row ends."""
    dies_at = pl.Series(site.people.dies_at[table["person"].to_numpy()])
    return table["row"].filter((table["start"] >= dies_at) | ((table["end"] > dies_at) & (dies_at < NEVER)))


def _is(codes: tuple[str, ...]) -> pl.Expr:
    return pl.any_horizontal(pl.col("code").str.starts_with(code) for code in codes)


def _repeated(coded: pl.DataFrame, codes: tuple[str, ...]) -> pl.Series:
    """Rows of all but the person's first episode of these."""
    mine = coded.filter(_is(codes)).sort("start", "row")
    first = pl.col("episode").first().over("person")
    return mine.filter(pl.col("episode") != first)["row"]


def _too_late(coded: pl.DataFrame) -> pl.Series:
    """Care of a pregnancy after the delivery."""
    births = coded.filter(_is((BIRTH,))).group_by("person").agg(born=pl.col("start").min())
    return coded.filter(_is(BEFORE_BIRTH)).join(births, on="person").filter(pl.col("start") > pl.col("born"))["row"]


def _whole(table: pl.DataFrame, gone: pl.Series) -> pl.DataFrame:
    """Drop rows, and with an admission the visit that led to it, and the other way round."""
    dropped = pl.col("row").is_in(gone.implode())
    admissions = table.filter(pl.col("previous") >= 0)
    parents = admissions.filter(dropped)["previous"]
    orphans = admissions.filter(pl.col("previous").is_in(gone.implode()))["row"]
    lost = pl.concat([gone, parents, orphans])
    kept = table.filter(~pl.col("row").is_in(lost.implode()))
    leads = pl.col("row").is_in(admissions["previous"].implode()) | (pl.col("kind") == EMERGENCY)
    return kept.with_columns(admits=pl.col("admits") & leads)

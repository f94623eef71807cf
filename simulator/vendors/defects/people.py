"""Defects of identity: one person under two numbers, two persons under one."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from simulator.vendors.export import text

if TYPE_CHECKING:
    from simulator.vendors.defects.engine import DefectEngine, Scene
    from simulator.vendors.defects.page import Page

VARIANTS = Path(__file__).parent / "name_variants.csv"
SECOND = 500_000_000
"""Added to a patient's id for the second number of the same person; a hospital has fewer patients."""
TOLD = ("patient_id", "mrn", "name", "id_number")
"""What a second record of a person says otherwise."""


@cache
def name_variants() -> dict[str, str]:
    """A character of a given name -> another of the same or nearly the same sound."""
    return dict(pl.read_csv(VARIANTS).iter_rows())


def spelt_otherwise(name: pl.Expr) -> pl.Expr:
    """The name with the first character of the given name that has a variant exchanged for it; null if none has."""
    letters = [name.str.slice(at, 1) for at in range(4)]
    others = [letter.replace_strict(name_variants(), default=None, return_dtype=pl.String) for letter in letters]
    readings = [pl.concat_str([*letters[:at], others[at], *letters[at + 1 :]]) for at in range(1, len(letters))]
    return pl.coalesce(readings)


def duplicate_patient(engine: DefectEngine, scene: Scene, rate: float) -> None:
    """A patient with two visits or more is recorded anew at the last: another number, another spelling, no identity."""
    again = scene.visits.group_by("patient_id").agg(
        pl.col("encounter_id").max().alias("_last"), pl.len().alias("_visits")
    )
    drawn = engine.stream("duplicate_patient", "patient").random(len(scene.newcomers)) < rate
    twins = (
        scene.newcomers.filter(drawn)
        .join(again, on="patient_id", maintain_order="left")
        .filter(pl.col("_visits") > 1)
        .select(
            pl.col("patient_id").alias("_of"),
            "_last",
            (pl.col("patient_id") + SECOND).alias("patient_id"),
            ("9" + pl.col("mrn").str.slice(1)).alias("mrn"),
            spelt_otherwise(pl.col("name")).alias("name"),
            pl.lit(None, pl.String).alias("id_number"),
        )
        .filter(pl.col("name").is_not_null())
    )
    cause = "recorded again under a second number"
    for page in _with_patient(scene):
        if page.table == "patient" and not page.sheet.heading.per:
            _add_twins(page, twins, cause)
        else:
            _tell(page, "duplicate_patient", twins.drop("_of").rename({"_last": "encounter_id"}), "encounter_id", cause)


def merged_identity(engine: DefectEngine, scene: Scene, rate: float) -> None:
    """A patient's number is given up for the number of the patient before, who is another person."""
    people = scene.newcomers
    drawn = engine.stream("merged_identity", "patient").random(len(people)) < rate
    free = np.ones(len(people), bool)
    for page in _with_patient(scene):
        touched = page.source.filter(~pl.Series(page.free(page.columns_of(TOLD)), dtype=pl.Boolean))["patient_id"]
        free &= ~people["patient_id"].is_in(touched.unique().to_list()).to_numpy()
    kept = free & ~drawn
    gives_up = drawn & free & np.concatenate([[False], kept[:-1]])
    before = people.select("hospital_id", pl.col("patient_id").alias("into"), pl.col("mrn").alias("into_mrn")).shift(1)
    pairs = pl.concat([people.select("patient_id", pl.col("hospital_id").alias("_at")), before], how="horizontal")
    pairs = pairs.filter(pl.Series(gives_up, dtype=pl.Boolean) & (pairs["_at"] == pairs["hospital_id"]))
    engine.merged = pl.concat([engine.merged, pairs.select(engine.merged.columns)])
    told = engine.merged.rename({"patient_id": "_of", "into": "patient_id", "into_mrn": "mrn"})
    for page in _with_patient(scene):
        if page.table == "patient" and not page.sheet.heading.per:
            gone = page.source["patient_id"].is_in(engine.merged["patient_id"].to_list()).arg_true().to_numpy()
            page.drop("merged_identity", gone, "number given up for another person's")
        else:
            told_page = told.rename({"_of": "_patient"})
            _tell(page, "merged_identity", told_page, "_patient", "number of another person")


def missing_identifier(engine: DefectEngine, scene: Scene, rate: float) -> None:
    """Patients whose identity number nobody asked for."""
    _change(engine, scene, "missing_identifier", rate, pl.lit(None, pl.String).alias("id_number"), "not asked for")


def spelling_variant(engine: DefectEngine, scene: Scene, rate: float) -> None:
    """Patients whose name was written as it sounds."""
    other = pl.coalesce(spelt_otherwise(pl.col("name")), "name").alias("name")
    _change(engine, scene, "spelling_variant", rate, other, "written as it sounds")


def _change(engine: DefectEngine, scene: Scene, kind: str, rate: float, other: pl.Expr, cause: str) -> None:  # noqa: PLR0913, PLR0917  # the three of every kind, and what to do
    for page in scene.pages.values():
        if page.table == "patient":
            columns = page.columns_of([other.meta.output_name()])
            at = engine.pick(kind, page, rate, np.ones(len(page.source), bool), columns)
            page.retype(kind, at, page.source[at].with_columns(other), cause, columns)


def _with_patient(scene: Scene) -> list[Page]:
    return [page for page in scene.pages.values() if page.columns_of(["patient_id"])]


def _add_twins(page: Page, twins: pl.DataFrame, cause: str) -> None:
    place = pl.int_range(pl.len(), dtype=pl.Int64).alias("_place")
    rows = page.source.with_columns(place).join(
        twins, left_on="patient_id", right_on="_of", suffix="_twin", maintain_order="left"
    )
    at = rows["_place"].to_numpy()
    new = rows.with_columns(
        *(pl.col(f"{field}_twin").alias(field) for field in TOLD), pl.col("patient_id_twin").alias("_id")
    )
    page.add("duplicate_patient", at, text(page.sheet, page.profile, new), cause)


def _tell(page: Page, kind: str, told: pl.DataFrame, on: str, cause: str) -> None:
    """Write the patient as `told` says in the rows of `on` (an encounter, or `_patient`: the patient)."""
    source = page.source.with_columns(pl.col("patient_id").alias("_patient"))
    fields = [field for field in TOLD if field in told.columns and field in page.sheet.carried()]
    columns = page.columns_of(fields)
    at = (source[on].is_in(told[on].to_list()) & pl.Series(page.free(columns), dtype=pl.Boolean)).arg_true().to_numpy()
    rows = source[at].join(told, on=on, how="left", suffix="_told", maintain_order="left")
    changed = rows.with_columns(pl.col(f"{field}_told").alias(field) for field in fields)
    page.retype(kind, at, changed, cause, columns)

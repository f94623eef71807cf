"""Defects of values: the typed rows are changed and written again, so that each system shows them in its own way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from simulator.vendors.codecs import spoken
from simulator.vendors.laboratory import conversions

if TYPE_CHECKING:
    from simulator.vendors.defects.engine import DefectEngine, Scene
    from simulator.vendors.defects.page import Mask, Page

MEASURED = {
    "vital_sign": ("temperature", "heart_rate", "respiratory_rate", "systolic", "diastolic", "spo2"),
    "lab_result": ("value",),
}
SERIES = {"vital_sign": ["encounter_id"], "lab_result": ["encounter_id", "test_code"]}
"""What makes rows one series, in which a value may be a copy of the one before."""
SLIPPING = ("lab_result", "vital_sign", "imaging_study")
BEGUN = {"encounter": "registered_at", "bed_stay": "started_at"}
YEARS = (1900, 2099)
LEAP_DAY = 29


def unit_slip(engine: DefectEngine, scene: Scene, rate: float) -> None:
    """The number of a result in the other of two usual units, under the unit that the system states."""
    cause = "number of the other usual unit"
    for page in _of(scene, "lab_result"):
        rules = conversions().select("test_code", pl.col("factor").alias("_slip"))
        code = pl.col("test_code").cast(pl.String)
        rows = page.source.with_columns(code).join(rules, on="test_code", how="left", maintain_order="left")
        eligible = _has(rows, "value") & _has(rows, "_slip")
        at = engine.pick("unit_slip", page, rate, eligible, columns := page.columns_of(["value"]))
        if engine.profile.cover.conventional_units:
            # the number as it came from the analyser, which the system failed to turn and so did not round
            number = rows[at].select(spoken(pl.col("value"), pl.Float32())).to_series()
            for column in columns:
                page.put("unit_slip", at, column, number, pl.repeat(cause, len(at), dtype=pl.String, eager=True))
        else:
            turned = (pl.col("value").cast(pl.Float64) * pl.col("_slip")).round(3).cast(pl.Float32)
            page.retype("unit_slip", at, rows[at].with_columns(turned).drop("_slip"), cause, columns)


def decimal_shift(engine: DefectEngine, scene: Scene, rate: float) -> None:
    """A result ten times too large or too small."""
    for page in _of(scene, "lab_result"):
        larger = engine.stream("decimal_shift", f"{page.sheet.name}/way").random(len(page.source)) < 0.5  # noqa: PLR2004
        eligible = _has(page.source, "value") & (page.source["value"] != 0).fill_null(value=False).to_numpy()
        at = engine.pick("decimal_shift", page, rate, eligible, columns := page.columns_of(["value"]))
        for cause, factor, rows in (("ten times", 10.0, at[larger[at]]), ("a tenth", 0.1, at[~larger[at]])):
            shifted = (pl.col("value").cast(pl.Float64) * factor).round(4).cast(pl.Float32)
            page.retype("decimal_shift", rows, page.source[rows].with_columns(shifted), cause, columns)


def impossible_time(engine: DefectEngine, scene: Scene, rate: float) -> None:
    """An end a day before the beginning, or in a year that cannot be."""
    for table, begun in BEGUN.items():
        for page in _of(scene, table):
            way = engine.stream("impossible_time", f"{page.sheet.name}/way").integers(0, 3, len(page.source))
            eligible = _has(page.source, "ended_at")
            at = engine.pick("impossible_time", page, rate, eligible, columns := page.columns_of(["ended_at"]))
            ended = pl.col("ended_at")
            ends = {"left before arrival": pl.col(begun).dt.offset_by("-1d")}
            # a day that the year lacks (29 February) becomes the 28th
            ends |= {
                f"year {year}": pl.when(ended.dt.day() == LEAP_DAY).then(ended.dt.offset_by("-1d")).otherwise(ended)
                for year in YEARS
            }
            for number, (cause, value) in enumerate(ends.items()):
                rows = at[way[at] == number]
                moved = value.dt.replace(year=YEARS[number - 1]) if number else value
                changed = page.source[rows].with_columns(moved.alias("ended_at"))
                page.retype("impossible_time", rows, changed, cause, columns)


def stale_copy(engine: DefectEngine, scene: Scene, rate: float) -> None:
    """The measurement before, again, under the time of the new one."""
    for table, fields in MEASURED.items():
        for page in _of(scene, table):
            keys = [pl.col(name) for name in SERIES[table]]
            before = page.source.with_columns(pl.col(field).shift(1).over(keys) for field in fields)
            differs = np.zeros(len(before), bool)
            for field in fields:
                differs |= (before[field] != page.source[field]).fill_null(value=False).to_numpy()
            at = engine.pick("stale_copy", page, rate, differs, columns := page.columns_of(fields))
            page.retype("stale_copy", at, before[at], "value before, repeated", columns)


def timezone_slip(engine: DefectEngine, scene: Scene, rate: float) -> None:
    """All times of a row in UTC where local time is meant."""
    hours = engine.profile.cover.clock_hours
    for table in SLIPPING:
        for page in _of(scene, table):
            fields = [
                field for field in page.sheet.carried() if page.source.schema.get(field) == pl.Datetime("us", "UTC")
            ]
            everyone = np.ones(len(page.source), bool)
            at = engine.pick("timezone_slip", page, rate, everyone, columns := page.columns_of(fields))
            slipped = page.source[at].with_columns(pl.col(fields).dt.offset_by(f"-{hours}h"))
            page.retype("timezone_slip", at, slipped, f"{hours} h too early: UTC", columns)


def swapped_columns(engine: DefectEngine, scene: Scene, rate: float) -> None:
    """Systolic and diastolic pressure each in the other's place."""
    for page in _of(scene, "vital_sign"):
        everyone = np.ones(len(page.source), bool)
        at = engine.pick("swapped_columns", page, rate, everyone, columns := page.columns_of(["systolic", "diastolic"]))
        exchanged = (pl.col("diastolic").alias("systolic"), pl.col("systolic").alias("diastolic"))
        page.retype("swapped_columns", at, page.source[at].with_columns(exchanged), "columns exchanged", columns)


def _of(scene: Scene, table: str) -> list[Page]:
    return [page for page in scene.pages.values() if page.table == table]


def _has(rows: pl.DataFrame, field: str) -> Mask:
    return rows[field].is_not_null().to_numpy()

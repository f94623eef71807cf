"""The typed rows behind each sheet: a table of the world, what it needs of the encounter, and the file they go to."""

from collections.abc import Mapping

import polars as pl

from simulator.schema import TABLES
from simulator.vendors.laboratory import say
from simulator.vendors.profile import SLOT, Profile, Sheet

REGISTRY = frozenset({"hospital", "department", "ward", "bed", "staff"})
JOINED = {
    "department_name": ("department", "name_zh"),
    "ward_name": ("ward", "name_zh"),
    "bed_label": ("bed", "label"),
}
"""A field that a system writes beside a table's own -> where it comes from."""
LINKS = {"department_name": "department_id", "ward_name": "ward_id", "bed_label": "bed_id"}


def tables_needed(profile: Profile) -> list[str]:
    """The tables of the world that a system's export looks at."""
    return list(dict.fromkeys([*(sheet.heading.table for sheet in profile.sheets), "encounter", "patient", *REGISTRY]))


def source(sheet: Sheet, profile: Profile, tables: Mapping[str, pl.DataFrame], rows: pl.DataFrame) -> pl.DataFrame:
    """A sheet's typed rows with `_id` (one for each row), `_file` and `_registered` (UTC; null for a registry).

    rows: those of its table that are due; for a sheet with a row `per` encounter, they come from `tables`.
    """
    visits = tables["encounter"].select(
        "encounter_id", pl.col("registered_at").alias("_registered"), pl.col("department_id").alias("_department")
    )
    table = sheet.heading.table
    if sheet.heading.per == "encounter":
        links = tables["encounter"].select("encounter_id", "patient_id")
        rows = links.join(tables["patient"], on="patient_id", maintain_order="left")
    rows = rows.with_columns(pl.col("encounter_id" if sheet.heading.per else TABLES[table].key).alias("_id"))
    if "encounter_id" in rows.columns:
        rows = rows.join(visits, on="encounter_id", how="left", maintain_order="left")
    else:
        rows = rows.with_columns(*(pl.lit(None, kind).alias(name) for name, kind in list(visits.schema.items())[1:]))
    for field in sheet.carried():
        if field in JOINED and field not in rows.columns:
            rows = _joined(rows, field, tables)
    rows = say(rows, profile) if table == "lab_result" else rows
    return _filed(rows, sheet, profile, tables).drop("_department")


def _joined(rows: pl.DataFrame, field: str, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    table, column = JOINED[field]
    names = tables[table].select(LINKS[field], pl.col(column).cast(pl.String).alias(field))
    return rows.join(names, on=LINKS[field], how="left", maintain_order="left")


def _filed(rows: pl.DataFrame, sheet: Sheet, profile: Profile, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """`_file`: the sheet's pattern with {day}, {month}, {department} and {encounter} of the row's encounter."""
    local = pl.col("_registered").dt.offset_by(f"{profile.cover.clock_hours}h")
    names = dict(tables["department"].select("department_id", pl.col("name_zh").cast(pl.String)).iter_rows())
    values = {
        "day": local.dt.strftime("%Y-%m-%d"),
        "month": local.dt.strftime("%Y-%m"),
        "department": pl.col("_department").replace_strict(names, default=None, return_dtype=pl.String),
    }
    if "encounter_id" in rows.columns:
        number = pl.col("encounter_id") % 10**12
        values["encounter"] = number.cast(pl.String).str.zfill(12)
    pieces = SLOT.split(sheet.heading.file)
    name = [pl.lit(piece) if at % 2 == 0 else values[piece] for at, piece in enumerate(pieces)]
    return rows.with_columns(pl.concat_str(name).alias("_file"))

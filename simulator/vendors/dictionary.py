"""A system's data dictionary: what its columns mean. Hospitals seldom have one; here it belongs to the answer key."""

import polars as pl

from simulator.schema import TABLES
from simulator.vendors.laboratory import SAID
from simulator.vendors.profile import Column, Profile, Sheet
from simulator.vendors.views import JOINED

LABORATORY = ("reading", "reading_with_unit", "low", "high", "range")


def dictionary(profile: Profile) -> pl.DataFrame:
    """One row for each column: sheet, file, column, meaning_zh, meaning_en, field, unit, code_system, precision."""
    rows = [_row(sheet, column, profile) for sheet in profile.sheets for column in sheet.columns]
    return pl.DataFrame(rows, schema_overrides={"unit": pl.String, "code_system": pl.String}, infer_schema_length=None)


def code_tables(profile: Profile) -> pl.DataFrame:
    """Every code of the system: list, theirs, ours, zh, en; a row for each alternative."""
    rows = [
        {"list": line.list, "theirs": theirs, "ours": line.ours, "zh": line.zh, "en": line.en}
        for line in profile.meanings
        for theirs in line.theirs.split("|")
    ]
    return pl.DataFrame(rows)


def _row(sheet: Sheet, column: Column, profile: Profile) -> dict[str, str | None]:
    table = sheet.heading.table
    fields = SAID.get(column.field, (column.field,))
    meant = [TABLES[other][name] for other, name in (JOINED.get(field, (table, field)) for field in fields)]
    where = [".".join(JOINED.get(field, (table, field))) for field in fields]
    return {
        "sheet": sheet.name,
        "file": sheet.heading.file,
        "column": column.name,
        "meaning_zh": " / ".join(one.zh for one in meant),
        "meaning_en": " / ".join(one.en for one in meant),
        "field": " + ".join(where),
        "unit": _unit(column, meant[0].unit, profile),
        "code_system": f"codes.csv: {column.argument}" if column.codec == "code" else meant[0].system,
        "precision": column.precision,
    }


def _unit(column: Column, unit: str | None, profile: Profile) -> str | None:
    if column.field in LABORATORY:
        return "conventional (units.csv), others as stated" if profile.cover.conventional_units else "as stated"
    if column.codec in {"local", "date"}:
        clock = f"UTC+{profile.cover.clock_hours}, " if column.codec == "local" else ""
        return clock + column.argument.replace("|", " or ")
    return "0.01 CNY" if column.codec == "fen" else unit

"""CSV: each table as one UTF-8 file with a header, times in ISO 8601 UTC, empty where there is no value.

The answer key of a world (its truth tables) is left out, as in every format.
"""

from pathlib import Path

import polars as pl

from simulator.formats.format import Format, Period, Progress, Tables
from simulator.formats.portions import portions
from simulator.formats.rejects import Rejects
from simulator.schema import TABLES, Table
from simulator.world.world import World

TIME = "%Y-%m-%dT%H:%M:%S%.6fZ"


def write_csv(world: World, folder: Path, period: Period, progress: Progress) -> int:
    """<table>.csv for each table of the records; returns the rows written."""
    names = [name for name in world if not TABLES[name].truth]
    rows, done = 0, 0
    for tables in portions(world, names, period):
        for name, frame in tables.items():
            path = folder / f"{name}.csv"
            begun = path.exists()
            if begun and "encounter_id" not in frame.columns:
                continue
            with path.open("ab") as stream:
                frame.write_csv(stream, datetime_format=TIME, include_header=not begun)
            rows += len(frame)
        done += len(tables["encounter"])
        progress(done)
    return rows


def read_csv(folder: Path, rejects: Rejects) -> Tables:
    """The tables of a folder in their declared types; a wrong value makes a reject of its row, counted from 1."""
    return {
        name: _read_table(table, folder / f"{name}.csv", rejects)
        for name, table in TABLES.items()
        if (folder / f"{name}.csv").is_file()
    }


def _read_table(table: Table, path: Path, rejects: Rejects) -> pl.DataFrame:
    try:
        text = pl.read_csv(path, infer_schema=False)
    except pl.exceptions.PolarsError as error:
        rejects.add(
            path.name, "file", f"is no CSV in UTF-8 with as many values in each line as in its header ({error})"
        )
        return pl.DataFrame(schema=table.schema)
    for name in table.schema:
        if name not in text.columns:
            rejects.add(path.name, "line 1", f"lacks the column {name}")
            return pl.DataFrame(schema=table.schema)
    typed = text.select([_typed(pl.col(name), kind) for name, kind in table.schema.items()])
    wrong = pl.repeat(value=False, n=len(text), dtype=pl.Boolean, eager=True)
    for column in table.columns:
        lost = typed[column.name].is_null()
        if column.nullable:
            lost &= text[column.name].is_not_null()
        for row in lost.arg_true():
            wanted = ", ".join(column.values) if column.values else column.dtype
            found = text[column.name][row]
            rejects.add(path.name, f"row {row + 1}, {column.name}", f"{found!r} should be {wanted}")
        wrong |= lost
    return typed.filter(~wrong)


def _typed(column: pl.Expr, kind: pl.DataType) -> pl.Expr:
    if kind == pl.Boolean:
        return column.replace_strict({"true": True, "false": False}, default=None, return_dtype=pl.Boolean)
    if kind == pl.Date:
        return column.str.to_date("%Y-%m-%d", strict=False)
    if kind.is_temporal():
        return column.str.to_datetime(TIME, time_unit="us", time_zone="UTC", strict=False)
    return column.cast(kind, strict=False)


CSV = Format("逗号分隔文本", "Comma-separated values", "rows", write_csv, read_csv)

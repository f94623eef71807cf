"""Comma-separated files with one header line, one file for each table."""

import csv
import io
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from simulator.formats.rejects import Rejects
from simulator.vendors.layouts.files import append, found, frame_of, joined, text_of
from simulator.vendors.profile import Profile, Sheet


def write_delimited(folder: Path, profile: Profile, frames: Mapping[str, pl.DataFrame]) -> None:
    """Append each sheet's rows to its file; a row that breaks off ends its line early."""
    for sheet in profile.sheets:
        append(folder, frames[sheet.name], line_of(sheet), ",".join(sheet.names) + "\n", profile)


def read_delimited(folder: Path, profile: Profile, rejects: Rejects) -> dict[str, pl.DataFrame]:
    """The sheets of a folder as text."""
    frames = {}
    for sheet in profile.sheets:
        parts = []
        for path in found(folder, sheet):
            text, name = text_of(path, folder, profile, rejects), str(path.relative_to(folder))
            rows = [] if text is None else rows_of(text, name, sheet, rejects)
            if rows and rows[0] != sheet.names:
                rejects.add(name, "line 1", f"should be the header {','.join(sheet.names)}")
                continue
            parts.append(frame_of(sheet, rows[1:], name))
        frames[sheet.name] = joined(sheet, parts)
    return frames


def line_of(sheet: Sheet) -> pl.Expr:
    """A row as one line; cells with a comma, a quote or a line break are quoted."""
    return pl.concat_str([_quoted(pl.col(name)) for name in sheet.names], separator=",", ignore_nulls=True)


def rows_of(text: str, name: str, sheet: Sheet, rejects: Rejects) -> list[list[str]]:
    """The rows of a text; one with too many cells is a reject and left out, its place taken by an empty row."""
    rows: list[list[str]] = []
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        for row in reader:
            if len(row) > len(sheet.columns):
                rejects.add(name, f"line {reader.line_num}", f"has {len(row)} cells, should have {len(sheet.columns)}")
            rows.append(row if len(row) <= len(sheet.columns) else [])
    except csv.Error as error:
        rejects.add(name, f"line {reader.line_num}", f"should be comma-separated text ({error})")
    return rows


def _quoted(cell: pl.Expr) -> pl.Expr:
    quoted = pl.concat_str(pl.lit('"'), cell.str.replace_all('"', '""', literal=True), pl.lit('"'))
    return pl.when(cell.str.contains('[,"\n\r]')).then(quoted).otherwise(cell)

"""Files of fixed columns: an ASCII character fills one place, any other two; the header is full-width throughout."""

from collections.abc import Mapping
from itertools import accumulate
from pathlib import Path

import polars as pl

from simulator.formats.rejects import Rejects
from simulator.vendors.layouts.files import append, found, joined, text_of
from simulator.vendors.profile import Column, Profile, Sheet

WIDE = r"([^\x00-\x7f])"
FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000}
"""ASCII -> its full-width form (Unicode block Halfwidth and Fullwidth Forms)."""


def write_fixed(folder: Path, profile: Profile, frames: Mapping[str, pl.DataFrame]) -> None:
    """Append each sheet's rows to its file; a row that breaks off ends its line early."""
    for sheet in profile.sheets:
        line = pl.concat_str([_padded(column) for column in sheet.columns], ignore_nulls=True)
        append(folder, frames[sheet.name], line, header_of(sheet), profile)


def read_fixed(folder: Path, profile: Profile, rejects: Rejects) -> dict[str, pl.DataFrame]:
    """The sheets of a folder as text."""
    frames = {}
    for sheet in profile.sheets:
        parts = []
        for path in found(folder, sheet):
            text, name = text_of(path, folder, profile, rejects), str(path.relative_to(folder))
            if text is None:
                continue
            if not text.startswith(header_of(sheet)):
                rejects.add(name, "line 1", f"should be the header {header_of(sheet).splitlines()[0]}")
                continue
            lines = pl.Series("line", text[len(header_of(sheet)) :].split("\n"), pl.String)
            parts.append(_cut(sheet, lines[:-1] if lines[-1] == "" else lines, name, rejects))
        frames[sheet.name] = joined(sheet, parts)
    return frames


def header_of(sheet: Sheet) -> str:
    """Two lines: the title, and the names of the columns, in full-width characters."""
    title, names = f"【{sheet.heading.zh} {sheet.name}】", "|".join(sheet.names)
    return f"{title.translate(FULL_WIDTH)}\n{names.translate(FULL_WIDTH)}\n"


def places(text: pl.Expr) -> pl.Expr:
    """How many places a text fills."""
    return (text.str.len_chars() + text.str.count_matches(WIDE)).cast(pl.Int64)


def clipped(text: pl.Expr, width: int) -> pl.Expr:
    """As much of a text as its column holds; a wide character that would be cut in two is left out."""
    doubled = text.str.replace_all(WIDE, "${1}\x01").str.head(width)
    whole = pl.when(places(text) <= width).then(text)
    cut = doubled.str.replace(r"[^\x00-\x7f]$", "").str.replace_all("\x01", "", literal=True)
    return whole.otherwise(cut)


def _padded(column: Column) -> pl.Expr:
    cell = pl.col(column.name)
    missing = column.width - places(cell)
    return pl.concat_str(cell, pl.lit(" " * column.width).str.head(missing))


def _cut(sheet: Sheet, lines: pl.Series, name: str, rejects: Rejects) -> pl.DataFrame:
    widths = [column.width for column in sheet.columns]
    frame = lines.to_frame().with_columns(
        pl.lit(name).alias("_file"), (pl.int_range(pl.len(), dtype=pl.Int64) + 1).alias("_row")
    )
    too_long = frame.filter(places(pl.col("line")) > sum(widths))
    for row in too_long["_row"]:
        rejects.add(name, f"line {row + 2}", f"should fill no more than {sum(widths)} places")
    doubled = pl.col("line").str.replace_all(WIDE, "${1}\x01")
    starts = [0, *accumulate(widths)]
    cells = [
        doubled.str.slice(start, column.width)
        .str.replace_all("\x01", "", literal=True)
        .str.strip_chars_end(" ")
        .alias(column.name)
        for column, start in zip(sheet.columns, starts, strict=False)
    ]
    kept = frame.join(too_long, on="_row", how="anti", maintain_order="left")
    return kept.select(*cells, "_file", "_row")

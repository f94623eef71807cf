"""One text for each encounter; each row a sentence made from the line of its sheet."""

import re
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from simulator.formats.rejects import Rejects
from simulator.vendors.layouts.files import append, found, joined, text_of
from simulator.vendors.profile import SLOT, Profile, Sheet

ABSENT = "未记"
"""What a sentence says where there is no value."""


def write_sentences(folder: Path, profile: Profile, frames: Mapping[str, pl.DataFrame]) -> None:
    """Write the texts of the encounters; a sentence that breaks off ends before what leads to the lost value."""
    parts = [frames[sheet.name].lazy().select("_file", _sentence(sheet).alias("line")) for sheet in profile.sheets]
    append(folder, pl.concat(parts).collect(), pl.col("line"), "", profile)


def read_sentences(folder: Path, profile: Profile, rejects: Rejects) -> dict[str, pl.DataFrame]:
    """The sheets as text. Lines that begin like no sentence are passed over: people write more than the system asks."""
    texts = []
    for path in found(folder, profile.sheets[0]):
        text = text_of(path, folder, profile, rejects)
        if text is not None:
            texts.append((str(path.relative_to(folder)), text.split("\n")))
    lines = pl.DataFrame(texts, schema={"_file": pl.String, "line": pl.List(pl.String)}, orient="row")
    rows = pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over("_file").alias("_row")
    lines = lines.explode("line").with_columns(rows)
    return {sheet.name: joined(sheet, [_understood(sheet, lines, rejects)]) for sheet in profile.sheets}


def _sentence(sheet: Sheet) -> pl.Expr:
    pieces = SLOT.split(sheet.heading.line)
    said = [
        pl.concat_str(pl.lit(pieces[2 * index]), pl.col(name).replace("", ABSENT))
        for index, name in enumerate(sheet.names)
    ]
    whole = pl.when(pl.col(sheet.names[-1]).is_not_null()).then(pl.lit(pieces[-1]))
    return pl.concat_str([*said, whole], ignore_nulls=True)


def _understood(sheet: Sheet, lines: pl.DataFrame, rejects: Rejects) -> pl.DataFrame:
    pieces = SLOT.split(sheet.heading.line)
    chosen = lines.filter(pl.col("line").str.starts_with(pieces[0].split("】")[0] + "】"))
    pattern = f"(?:{re.escape(pieces[-1])})?"
    for index in reversed(range(len(sheet.names))):
        slot = re.escape(pieces[2 * index]) + "(.*?)" + pattern
        pattern = slot if index == 0 else f"(?:{slot})?"
    groups = pl.col("line").str.extract_groups(f"^{pattern}$").struct
    cells = chosen.select(
        *(groups.field(str(index + 1)).alias(name) for index, name in enumerate(sheet.names)), "_file", "_row"
    )
    for file, row in cells.filter(pl.col(sheet.names[0]).is_null()).select("_file", "_row").iter_rows():
        rejects.add(file, f"line {row}", f"should read {sheet.heading.line}")
    known = cells.filter(pl.col(sheet.names[0]).is_not_null())
    return known.with_columns(pl.col(sheet.names).fill_null("").replace(ABSENT, ""))

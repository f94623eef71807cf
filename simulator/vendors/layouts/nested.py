"""One nested JSON object in a line; a point in a column's name opens a level. Empty cells have no key."""

import json
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import polars as pl

from simulator.formats.rejects import Rejects
from simulator.vendors.layouts.files import append, found, frame_of, joined, text_of
from simulator.vendors.profile import Column, Profile, Sheet

NUMBER = r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?$"
NUMERIC = ("reading", "low", "high")
"""Fields that are numbers where they can be, though their codec is text."""


def write_nested(folder: Path, profile: Profile, frames: Mapping[str, pl.DataFrame]) -> None:
    """Append each sheet's rows to its file; what a record lost with its end has no key."""
    for sheet in profile.sheets:
        append(folder, frames[sheet.name], _object(sheet.columns, 0), "", profile)


def read_nested(folder: Path, profile: Profile, rejects: Rejects) -> dict[str, pl.DataFrame]:
    """The sheets of a folder as text; numbers stay as they are written."""
    frames = {}
    for sheet in profile.sheets:
        parts = []
        for path in found(folder, sheet):
            text, name = text_of(path, folder, profile, rejects), str(path.relative_to(folder))
            lines = [] if text is None else text.rstrip("\n").split("\n")
            parts.append(
                frame_of(sheet, [_row(sheet, line, name, at, rejects) for at, line in enumerate(lines, 1)], name)
            )
        frames[sheet.name] = joined(sheet, parts)
    return frames


def _object(columns: Sequence[Column], level: int) -> pl.Expr:
    members = []
    for key, group in groupby(columns, lambda column: column.name.split(".")[level]):
        inside = list(group)
        deeper = inside[0].name.count(".") > level
        value = _object(inside, level + 1) if deeper else _value(inside[0])
        members.append(pl.concat_str(pl.lit(f"{json.dumps(key)}:"), value))
    text = pl.concat_str(members, separator=",", ignore_nulls=True)
    whole = pl.concat_str(pl.lit("{"), text, pl.lit("}"))
    return whole if level == 0 else pl.when(text != "").then(whole)


def _value(column: Column) -> pl.Expr:
    cell = pl.col(column.name).replace("", None)
    text = cell
    for plain, escaped in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n")):
        text = text.str.replace_all(plain, escaped, literal=True)
    quoted = pl.concat_str(pl.lit('"'), text, pl.lit('"'))
    if column.codec == "number" or column.field in NUMERIC:
        return pl.when(cell.str.contains(NUMBER)).then(cell).otherwise(quoted)
    return quoted


def _row(sheet: Sheet, line: str, name: str, at: int, rejects: Rejects) -> list[str]:
    try:
        record = json.loads(line, parse_int=str, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError) as error:
        rejects.add(name, f"line {at}", f"should be one JSON object ({error})")
        return []
    if not isinstance(record, dict):
        rejects.add(name, f"line {at}", "should be one JSON object")
        return []
    return [_found(record, column.name, name, at, rejects) for column in sheet.columns]


def _found(record: dict[str, Any], path: str, name: str, at: int, rejects: Rejects) -> str:
    value: Any = record
    for key in path.split("."):
        value = value.get(key, "") if isinstance(value, dict) else ""
    if isinstance(value, str):
        return value
    rejects.add(name, f"line {at}, {path}", f"should be a text or a number, got {json.dumps(value)[:40]}")
    return ""

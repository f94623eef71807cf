"""Spreadsheets saved as text: a title over all columns, groups over some, the names, the rows, and the totals."""

import csv
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from simulator.formats.rejects import Rejects
from simulator.vendors.layouts.delimited import line_of, rows_of
from simulator.vendors.layouts.files import append, found, frame_of, joined, text_of
from simulator.vendors.profile import Profile, Sheet

TOTAL = "合计"
HEADINGS = 3


def write_monthly(folder: Path, profile: Profile, frames: Mapping[str, pl.DataFrame]) -> None:
    """Append each sheet's rows to its files; a row that breaks off ends its line early."""
    for sheet in profile.sheets:
        append(folder, frames[sheet.name], line_of(sheet), heading_of(sheet), profile)


def finish_monthly(folder: Path, profile: Profile) -> None:
    """Put the totals under each sheet: the number of its rows."""
    for sheet in profile.sheets:
        for path in found(folder, sheet):
            with path.open("r+", encoding=profile.cover.encoding, newline="") as stream:
                rows = sum(1 for _ in csv.reader(stream)) - HEADINGS
                stream.seek(0, 2)
                stream.write(",".join([TOTAL, f"{rows}条", *[""] * (len(sheet.columns) - 2)]) + "\n")


def read_monthly(folder: Path, profile: Profile, rejects: Rejects) -> dict[str, pl.DataFrame]:
    """The sheets of a folder as text, without headings and totals."""
    frames = {}
    for sheet in profile.sheets:
        parts = []
        for path in found(folder, sheet):
            text, name = text_of(path, folder, profile, rejects), str(path.relative_to(folder))
            rows = [] if text is None else rows_of(text, name, sheet, rejects)
            if len(rows) < HEADINGS or rows[HEADINGS - 1] != sheet.names:
                rejects.add(name, f"line {HEADINGS}", f"should be the header {','.join(sheet.names)}")
                continue
            body = rows[HEADINGS:-1] if rows[-1][:1] == [TOTAL] else rows[HEADINGS:]
            parts.append(frame_of(sheet, body, name))
        frames[sheet.name] = joined(sheet, parts)
    return frames


def heading_of(sheet: Sheet) -> str:
    """Three lines; a merged cell leaves its text in the first of its places."""
    empty = [""] * (len(sheet.columns) - 1)
    groups = ["病人信息", *[""] * (len(sheet.columns) - 2), "备查"]
    return "\n".join(",".join(line) for line in ([sheet.heading.zh, *empty], groups, sheet.names)) + "\n"

"""The right mapping of a system's export back to our tables: what a learner has to find."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from simulator.formats.rejects import Rejects
from simulator.schema import TABLES
from simulator.vendors.codecs import decoded
from simulator.vendors.export import kind
from simulator.vendors.laboratory import SAID, understand
from simulator.vendors.layouts import LAYOUTS
from simulator.vendors.profile import Profile, Sheet
from simulator.vendors.views import JOINED


def read_vendor(folder: Path, profile: Profile, rejects: Rejects) -> dict[str, pl.DataFrame]:
    """Table -> the columns that the system carries, in the types of the data dictionary, in the order of its files.

    What a system writes beside a table's own columns comes as department_name, ward_name and bed_label.
    A row with a value that cannot be is a reject, counted from 1 in its file without headings, or by its line.
    """
    frames = LAYOUTS[profile.cover.layout].read(folder, profile, rejects)
    return {sheet.heading.table: meant(sheet, profile, frames[sheet.name], rejects) for sheet in profile.sheets}


def meant(sheet: Sheet, profile: Profile, frame: pl.DataFrame, rejects: Rejects) -> pl.DataFrame:
    """One sheet's text as rows of its table."""
    table = TABLES[sheet.heading.table]
    cells = []
    for field, columns in sheet.carried().items():
        target = table.name if field in (table.key, *JOINED) or field in SAID else _target(sheet, field)
        cells.append(decoded(columns, profile, kind(sheet, field), TABLES[target].number).alias(field))
    rows = frame.select(*cells, "_file", "_row")
    wrong = _wrong(sheet, frame, rows, rejects)
    rows = understand(rows, profile) if table.name == "lab_result" else rows
    keep = rows.filter(~wrong).drop("_file", "_row")
    keep = keep.unique(maintain_order=True) if sheet.heading.per else keep
    types = {column.name: column.polars for column in table.columns}
    return keep.with_columns(pl.col(name).cast(types[name], strict=False) for name in keep.columns if name in types)


def _target(sheet: Sheet, field: str) -> str:
    return TABLES[sheet.heading.table][field].refers or sheet.heading.table


def _wrong(sheet: Sheet, frame: pl.DataFrame, rows: pl.DataFrame, rejects: Rejects) -> pl.Series:
    """Which rows have a value that cannot be, each told to `rejects`."""
    wrong = pl.repeat(value=False, n=len(rows), dtype=pl.Boolean, eager=True)
    for field, columns in sheet.carried().items():
        written = frame.select(pl.any_horizontal(pl.col(column.name) != "" for column in columns)).to_series()
        lost = rows[field].is_null() & (written | (not _may_lack(sheet, field)))
        if not lost.any():
            continue
        wrong |= lost
        for file, row, found in _places(frame, lost, columns[0].name):
            said = "+".join(column.name for column in columns)
            rejects.add(file, f"row {row}, {said}", f"{found!r} should be {field} ({columns[0].codec})")
    return wrong


def _may_lack(sheet: Sheet, field: str) -> bool:
    """Whether a row makes sense without the field: only what says whose row it is has to be there."""
    return field in JOINED or field in SAID or field not in {TABLES[sheet.heading.table].key, "encounter_id"}


def _places(frame: pl.DataFrame, lost: pl.Series, name: str) -> Iterator[tuple[str, int, str]]:
    yield from frame.filter(lost).select("_file", "_row", name).iter_rows()

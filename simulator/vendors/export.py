"""A world as one system would export it, portion by portion."""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import polars as pl

from simulator.formats.format import Period, Progress
from simulator.formats.portions import portions
from simulator.schema import TABLES
from simulator.vendors.codecs import encoded
from simulator.vendors.laboratory import SAID
from simulator.vendors.layouts import LAYOUTS
from simulator.vendors.profile import Profile, Sheet
from simulator.vendors.views import JOINED, REGISTRY, source, tables_needed
from simulator.world.world import World


class Damage(Protocol):
    """What may happen to sheets before they are written."""

    def apply(
        self, sources: Mapping[str, pl.DataFrame], newcomers: pl.DataFrame, visits: pl.DataFrame
    ) -> Mapping[str, pl.DataFrame]:
        """The damaged text of the sheets, given their typed rows."""


def export_vendor(  # noqa: PLR0913  # the five of every writer, and the damage
    world: World,
    profile: Profile,
    folder: Path,
    period: Period,
    progress: Progress,
    *,
    damage: Damage | None = None,
) -> int:
    """Fill an empty folder with the files of this system; returns the rows written."""
    layout, seen, rows, done = LAYOUTS[profile.cover.layout], pl.Series("patient_id", [], pl.Int64), 0, 0
    for tables in portions(world, tables_needed(profile), period):
        visits = tables["encounter"]
        here = visits.select(pl.col("patient_id").unique()).join(seen.to_frame(), on="patient_id", how="anti")
        newcomers = tables["patient"].join(here, on="patient_id", how="semi", maintain_order="left")
        due = tables | {name: tables[name] if seen.is_empty() else tables[name].clear() for name in REGISTRY}
        due["patient"] = newcomers
        sources = {sheet.name: source(sheet, profile, tables, due[sheet.heading.table]) for sheet in profile.sheets}
        frames = damage.apply(sources, newcomers, visits) if damage else texts(profile, sources)
        layout.write(folder, profile, frames)
        seen = pl.concat([seen, newcomers["patient_id"]])
        rows, done = rows + sum(len(frame) for frame in frames.values()), done + len(visits)
        progress(done)
    layout.finish(folder, profile)
    return rows


def texts(profile: Profile, sources: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Each sheet as the system writes it without a mistake: text columns, `_id` and `_file`."""
    return {sheet.name: text(sheet, profile, sources[sheet.name]) for sheet in profile.sheets}


def text(sheet: Sheet, profile: Profile, rows: pl.DataFrame) -> pl.DataFrame:
    """One sheet's typed rows as text."""
    cells = [encoded(column, profile, kind(sheet, column.field)) for column in sheet.columns]
    return rows.select(*cells, "_id", "_file")


def kind(sheet: Sheet, field: str) -> pl.DataType:
    """The type of a field: its column's in the data dictionary, text for what is said or joined."""
    if field in JOINED or field in SAID:
        return pl.String()
    return TABLES[sheet.heading.table if field != "encounter_id" else "encounter"][field].polars

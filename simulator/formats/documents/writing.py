"""Documents as files: one XML file for each, in a folder for each hospital and month."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from simulator.formats.documents.content import KINDS, READ, Source, source
from simulator.formats.documents.words import template
from simulator.formats.format import Period, Progress
from simulator.formats.portions import portions
from simulator.formats.text_templates import KEY, render
from simulator.schema import TABLES
from simulator.world.world import World

PORTION = 12_000
"""Encounters whose documents are rendered at once; each document of a stay is some ten thousand characters long."""
COLUMNS = (KEY, "kind", "kind_code", "kind_zh", "kind_en", "moment", "hospital_id", "patient_id", "encounter_id",
           "department_id", "author_id", "admitted_at", "discharged_at", "path", "text")  # fmt: skip


def documents(world: World, period: Period, progress: Progress) -> Iterator[pl.DataFrame]:
    """The documents of a world, a portion at a time, with what they are about; `text` is the XML, `path` its file."""
    done = 0
    for tables in portions(world, READ, period, PORTION):
        missing = {name: pl.DataFrame(schema=TABLES[name].schema) for name in READ if name not in tables}
        about = source(world, tables | missing)
        for kind in KINDS:
            yield render_kind(about, kind)
        done += len(tables["encounter"])
        progress(done)


def render_kind(about: Source, kind: str) -> pl.DataFrame:
    """The documents of one kind."""
    frame, tables = KINDS[kind](about)
    month = pl.col("moment").dt.convert_time_zone(about.zone).dt.strftime("%Y-%m")
    path = pl.concat_str(pl.col("hospital_id"), month, pl.concat_str(pl.col(KEY), pl.lit(".xml")), separator="/")
    texts = render(template(kind), stamped(frame, about.zone), {n: stamped(t, about.zone) for n, t in tables.items()})
    return frame.with_columns(path.alias("path"), texts.alias("text")).select(COLUMNS)


def stamped(frame: pl.DataFrame, zone: str) -> pl.DataFrame:
    """The frame with its moments in the notation of HL7: local time, a fraction if there is one, the offset."""
    times = [name for name, kind in frame.schema.items() if isinstance(kind, pl.Datetime)]
    return frame.with_columns(hl7_time(name, zone) for name in times)


def hl7_time(name: str, zone: str) -> pl.Expr:
    """A moment as HL7 v3 writes it: 20250301093000.5+0800."""
    local = pl.col(name).dt.convert_time_zone(zone)
    form = pl.when(local.dt.microsecond() == 0).then(local.dt.strftime("%Y%m%d%H%M%S%z"))
    return form.otherwise(local.dt.strftime("%Y%m%d%H%M%S%.6f%z"))


def write_documents(world: World, folder: Path, period: Period, progress: Progress) -> int:
    """One file for each document; returns their number."""
    count = 0
    for frame in documents(world, period, progress):
        for place in frame["path"].str.extract(r"^(.*)/").unique().to_list():
            (folder / place).mkdir(parents=True, exist_ok=True)
        for path, text in frame.select("path", "text").iter_rows():
            (folder / path).write_bytes(text.encode())
        count += len(frame)
    return count

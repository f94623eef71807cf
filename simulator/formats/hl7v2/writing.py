"""The feed of each hospital in order of time: <hospital id>/<local day>.hl7.

A segment ends in a carriage return, as the standard has it; a line feed follows each message, so that text tools show
one message a line. python-hl7's `split_file` and a split at line feeds both give the messages.
"""

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

import polars as pl

from simulator.formats.format import Period, Progress
from simulator.formats.hl7v2.adt import adt
from simulator.formats.hl7v2.appointments import appointments
from simulator.formats.hl7v2.charges import charges
from simulator.formats.hl7v2.charset import UTF8, Charset
from simulator.formats.hl7v2.drugs import drugs
from simulator.formats.hl7v2.orders import orders
from simulator.formats.hl7v2.results import results
from simulator.formats.hl7v2.view import View, view
from simulator.formats.portions import PORTION, portions
from simulator.world.world import World

TABLES = (
    "hospital", "department", "ward", "bed", "staff", "patient", "encounter", "bed_stay", "diagnosis", "order",
    "lab_result", "medication_order", "administration", "procedure", "imaging_study", "charge", "note",
)  # fmt: skip


def write_hl7v2(  # noqa: PLR0913, PLR0917  # a format's four, and two choices with defaults
    world: World, folder: Path, period: Period, progress: Progress, charset: Charset = UTF8, size: int = PORTION
) -> int:
    """The feeds of a world; returns the number of messages. size: encounters rendered at once."""
    done = count = 0
    zone = world.scenario.calendar.zone
    with TemporaryDirectory(prefix=".hl7v2-", dir=folder) as spool:
        for number, tables in enumerate(portions(world, TABLES, period, size)):
            made = feed(view({**tables, "earlier": earlier(world)}, zone, charset.label))
            count += len(made)
            for (hospital,), part in made.group_by("hospital_id", maintain_order=True):
                part.drop("hospital_id").write_ipc(Path(spool) / f"{hospital}-{number:06d}.arrow")
            done += len(tables["encounter"])
            progress(done)
        for hospital in sorted({path.name.split("-")[0] for path in Path(spool).iterdir()}):
            _by_day(sorted(Path(spool).glob(f"{hospital}-*.arrow")), folder / hospital, zone, charset)
    shutil.rmtree(spool, ignore_errors=True)
    return count


def earlier(world: World) -> pl.DataFrame:
    """All encounters, in the columns that tell which one a follow-up follows."""
    return world.lazy("encounter").select("patient_id", "hospital_id", "cause_id", "ended_at").collect()


def feed(made: View) -> pl.DataFrame:
    """hospital_id, at, order, text: all messages of a portion in order of time."""
    groups = (appointments, adt, orders, results, drugs, charges)
    frames = [frame for group in groups for frame in group(made)]
    return pl.concat(frames).sort("hospital_id", "at", "order", maintain_order=True)


def _by_day(pieces: list[Path], folder: Path, zone: dt.timezone, charset: Charset) -> None:
    """Merge the portions of one hospital, a day at a time."""
    folder.mkdir()
    times = [pl.scan_ipc(piece).select("at").collect()["at"] for piece in pieces]
    for begin, end in _days(times, zone):
        parts = []
        for piece, at in zip(pieces, times, strict=True):
            first, last = int(at.search_sorted(begin)), int(at.search_sorted(end))
            parts.append(pl.scan_ipc(piece).slice(first, last - first).collect())
        rows = pl.concat(parts)
        if len(parts) > 1:
            rows = rows.sort("at", "order", maintain_order=True)
        with (folder / f"{begin.astimezone(zone):%Y-%m-%d}.hl7").open("wb") as stream:
            _write(rows["text"], stream, charset)


def _days(times: list[pl.Series], zone: dt.timezone) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """Begin and end of each local day on which anything was sent, in UTC."""
    shift = zone.utcoffset(None)
    days = {day for at in times for day in (at.dt.replace_time_zone(None) + shift).dt.date().unique()}
    for day in sorted(days):
        begin = dt.datetime.combine(day, dt.time(), zone)
        yield begin.astimezone(dt.UTC), (begin + dt.timedelta(days=1)).astimezone(dt.UTC)


def _write(messages: pl.Series, stream: BinaryIO, charset: Charset) -> None:
    if charset is UTF8:
        messages.to_frame().write_csv(stream, include_header=False, quote_style="never")
    else:
        stream.write(("\n".join(messages) + "\n").encode(charset.codec))

"""Feeds back to tables: carried.csv says which column stands in which component of which segment."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import polars as pl

from simulator.formats.format import Tables
from simulator.formats.hl7v2.codes import HERE, values
from simulator.formats.hl7v2.escape import unescaped
from simulator.formats.hl7v2.lines import Lines, lines, when
from simulator.formats.hl7v2.people import patients
from simulator.formats.hl7v2.source import pieces
from simulator.formats.hl7v2.tables import assembled
from simulator.formats.rejects import Rejects

TYPES: Mapping[str, pl.DataType] = {
    "id": pl.Int64(), "whole": pl.Int32(), "number": pl.Float32(), "money": pl.Float64(), "text": pl.String(),
    "time": pl.Datetime("us", "UTC"),
}  # fmt: skip


@dataclass(frozen=True)
class Part:
    """One kind of row: in which messages, for each segment of which name, and where `segment.field` is `value`."""

    types: tuple[str, ...]
    every: str
    field: str = ""
    value: str = ""


PARTS: Mapping[str, Part] = {
    "encounter": Part(("ADT^A04", "ADT^A05"), "PV1"),
    "seen": Part(("ADT^A08",), "EVN", "EVN.4", "SEE"),
    "triaged": Part(("ADT^A08",), "EVN", "EVN.4", "TRI"),
    "admitted": Part(("ADT^A01",), "PV1"),
    "ended": Part(("ADT^A03",), "PV1"),
    "bed_stay": Part(("ADT^A01", "ADT^A02"), "PV1"),
    "asked": Part(("ADT^A15",), "PV1"),
    "diagnosis": Part(("ADT^A08",), "DG1"),
    "order": Part(("OML^O21", "ORM^O01"), "OBR", "ORC.1", "NW"),
    "state": Part(("OML^O21", "ORM^O01", "ORU^R01"), "ORC", "ORC.1", "CA SC RE"),
    "lab_result": Part(("ORU^R01",), "OBX", "OBR.24", "LAB"),
    "imaging_study": Part(("ORU^R01",), "OBX", "OBX.4", "zh en"),
    "procedure": Part(("ORM^O01",), "OBR", "ORC.1", "SC"),
    "medication_order": Part(("RDE^O11",), "RXE", "ORC.1", "NW"),
    "stopped": Part(("RDE^O11",), "RXE", "ORC.1", "DC"),
    "administration": Part(("RAS^O17",), "RXA"),
    "charge": Part(("DFT^P03",), "FT1"),
}


def read_hl7v2(folder: Path, rejects: Rejects) -> Tables:
    """The tables of a file, or of all *.hl7 files of a folder, in the columns that the feed carries.

    A message that cannot be read is a reject, named by file, message from 1, segment and field; the rest is kept.
    """
    found: dict[str, list[pl.DataFrame]] = {name: [] for name in ("patient", *PARTS)}
    for piece in pieces(folder, rejects):
        made = lines(piece, rejects)
        found["patient"].append(patients(made))
        for name, part in PARTS.items():
            found[name].append(_rows(made, name, part))
    return assembled({name: pl.concat(frames, how="vertical") for name, frames in found.items()})


@cache
def carried(part: str) -> tuple[tuple[str, str, int, int, str], ...]:
    """column, segment, field, component, as: of one part."""
    rows = pl.read_csv(HERE / "carried.csv").filter(part=part).drop("part")
    return tuple(rows.iter_rows())


def _rows(made: Lines, name: str, part: Part) -> pl.DataFrame:
    """The part's columns as text, then in their types; what has a wrong value is a reject."""
    rows = made.heads.filter(pl.col("type").is_in(part.types))
    every = _named(made.segments(part.every), part.every, name, part)
    rows = rows.join(every, on="message", maintain_order="left")
    others = {segment for _, segment, *_ in carried(name)} | {part.field.split(".")[0]} - {""}
    for segment in sorted(others - {part.every}):
        once = _named(made.once(segment), segment, name, part)
        rows = rows.join(once, on="message", how="left", maintain_order="left")
    if part.field:
        rows = rows.filter(pl.col(part.field).is_in(part.value.split()))
    ids = {"hospital_id": ("MSH-4", "id"), "patient_id": ("PID-3", "id"), "encounter_id": ("PV1-19", "id")}
    texts = rows.select(
        "message", *ids, *(_component(column, segment, at, of) for column, segment, at, of, _ in carried(name))
    )
    places = ids | {column: (f"{segment}-{at}", kind) for column, segment, at, _, kind in carried(name)}
    return _typed(made, texts, places)


def _named(rows: pl.DataFrame, segment: str, name: str, part: Part) -> pl.DataFrame:
    """Message and the fields wanted of a segment, as `OBX.5`; empty where the text has none."""
    wanted = {at for _, of, at, _, _ in carried(name) if of == segment}
    wanted |= {int(part.field.split(".")[1])} if part.field.startswith(f"{segment}.") else set()
    return rows.select(
        "message",
        *(
            (pl.col(f"f{at}") if f"f{at}" in rows.columns else pl.lit(None, pl.String)).alias(f"{segment}.{at}")
            for at in sorted(wanted)
        ),
    )


def _component(column: str, segment: str, at: int, component: int) -> pl.Expr:
    field = (
        pl.col(f"{segment}.{at}").str.splitn("~", 2).struct.field("field_0")
        if segment == "PID"
        else pl.col(f"{segment}.{at}")
    )
    part = field.str.splitn("^", component + 1).struct.field(f"field_{component - 1}")
    simple = part.str.splitn("&", 2).struct.field("field_0")
    return pl.when(simple != "").then(unescaped(simple)).alias(column)


def _typed(made: Lines, texts: pl.DataFrame, places: Mapping[str, tuple[str, str]]) -> pl.DataFrame:
    typed = texts.select("message", *(_value(pl.col(name), kind) for name, (_, kind) in places.items()))
    wrong = pl.repeat(value=False, n=len(texts), dtype=pl.Boolean, eager=True)
    for name, (place, kind) in places.items():
        lost = texts[name].is_not_null() & typed[name].is_null()
        if name in PARTS_KEYS:
            lost |= typed[name].is_null()
        if lost.any():
            made.reject(texts.filter(lost), place, f"should be {_wanted(kind)} ({name})", name)
            wrong |= lost
    return typed.filter(~wrong).drop("message")


PARTS_KEYS = frozenset({"encounter_id", "patient_id", "hospital_id"})
"""What every row must have: without its visit, its patient or its hospital it belongs to nobody."""


def _value(text: pl.Expr, kind: str) -> pl.Expr:
    if kind == "time":
        return when(text)
    if kind in TYPES:
        return text.cast(TYPES[kind], strict=False)
    return text.replace_strict(values(kind), default=None, return_dtype=pl.String)


def _wanted(kind: str) -> str:
    if kind in TYPES:
        return {"id": "a number", "time": "YYYYMMDDHHMMSS+ZZZZ"}.get(kind, f"of the kind {kind}")
    return f"one of {', '.join(values(kind))}"

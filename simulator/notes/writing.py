"""`notes`: the clinical notes of some encounters and what each stretch of their text states.

A note is a pure function of its patient and of the events up to the time it is written: the writers see the record
through `Book.until` alone, and their draws hang on the encounter, the time and the cause of the note.
"""

import datetime as dt
import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache

import numpy as np
import polars as pl

from simulator.arrays import HOUR, enum
from simulator.knowledge import Knowledge, load_knowledge
from simulator.notes.differential import Differential
from simulator.notes.door import EVENTS, US, Book
from simulator.notes.frame import put_head, put_signature
from simulator.notes.page import Fact, Truth, laid_out
from simulator.notes.people import people
from simulator.notes.phrases import Phrases, load_words
from simulator.notes.plan import KINDS, plan
from simulator.notes.plan import Desk as Planner
from simulator.notes.reports import imaging, operation
from simulator.notes.scene import Desk, Memory, Scene, open_scene
from simulator.notes.settings import Settings, load_settings
from simulator.notes.stays import death, discharge, nursing, progress
from simulator.notes.templates import load_templates
from simulator.notes.visits import admission, visit
from simulator.scenario import Scenario
from simulator.schema import TABLES, first_id
from simulator.schema.notes import EXPERIENCER, LANGUAGE
from simulator.seeds import derive
from simulator.world.world import World

WRITERS: Mapping[str, Callable[[Scene, Memory], None]] = {
    "outpatient": visit,
    "emergency": visit,
    "admission": admission,
    "progress": progress,
    "operation": operation,
    "nursing": nursing,
    "imaging": imaging,
    "discharge": discharge,
    "death": death,
}
ENCOUNTERS = 20_000
"""Encounters whose notes are written at once: about 1 GiB of memory."""
NOTES_AT_ONCE, SPANS_AT_ONCE = 1_000_000, 4_000_000
"""Row numbers set aside for the notes and spans of so many encounters."""
PEOPLE = ("patient", "linkage", "person", "condition", "episode")
REGISTRY = ("staff", "department", "ward", "bed")
TABLES_READ = tuple(dict.fromkeys((*(source.table for source in EVENTS.values()), *REGISTRY, *PEOPLE)))
"""The tables that notes are made from."""
Tables = Mapping[str, pl.DataFrame]
Written = tuple[int, int, int, int, str, int, str, str, int]


def notes(
    world: World, *, seed: int, knowledge: Knowledge | None = None, settings: Settings | None = None
) -> dict[str, pl.DataFrame]:
    """The tables `note` and `note_span` of a world; the same world and seed always give the same notes."""
    known, parts = knowledge or load_knowledge(), []
    for hospital in world["hospital"]["hospital_id"].to_list():
        encounters = world["encounter"].filter(pl.col("hospital_id") == hospital).sort("encounter_id")
        for nth, begin in enumerate(range(0, len(encounters), ENCOUNTERS)):
            chosen = encounters.slice(begin, ENCOUNTERS)
            part = {name: _of(world[name], chosen) for name in TABLES_READ}
            number = hospital % 10**12 // 10**9
            parts.append(write_notes(part, world.scenario, known, seed=seed, place=(number, nth), settings=settings))
    names = ("note", "note_span")
    return {name: pl.concat([part[name] for part in parts]) if parts else _empty(name) for name in names}


def _of(table: pl.DataFrame, encounters: pl.DataFrame) -> pl.DataFrame:
    """The rows of these encounters; a table that knows no encounters as it is."""
    if "encounter_id" not in table.columns:
        return table
    return table.join(encounters.select("encounter_id"), on="encounter_id", how="semi", maintain_order="left")


def _empty(name: str) -> pl.DataFrame:
    return pl.DataFrame(schema=TABLES[name].schema)


def write_notes(  # noqa: PLR0913  # what is written about, and how
    tables: Tables,
    scenario: Scenario,
    knowledge: Knowledge,
    *,
    seed: int,
    place: tuple[int, int],
    settings: Settings | None = None,
) -> dict[str, pl.DataFrame]:
    """The notes of the encounters in `tables`, all of one hospital. place: hospital, which part of them."""
    hospital, nth = place
    zone_s = scenario.calendar.utc_offset_hours * HOUR
    salt, settings = derive(seed, "notes") & (2**62 - 1), settings or load_settings()
    opens = dt.datetime.combine(scenario.start, dt.time(), dt.timezone(dt.timedelta(seconds=zone_s)))
    until = (round(opens.timestamp()) + scenario.days * 24 * HOUR) * US
    planned = plan(Planner(tables, knowledge, settings, zone_s, salt, until))
    phrases, differential = _learn(knowledge, zone_s)
    desk = Desk(phrases, differential, settings, load_templates(), salt, _names(tables))
    first_note = first_id(TABLES["note"], hospital) + 1 + nth * NOTES_AT_ONCE
    first_span = first_id(TABLES["note_span"], hospital) + 1 + nth * SPANS_AT_ONCE
    with _no_garbage():
        return _written(desk, tables, planned, (first_note, first_span))


@contextmanager
def _no_garbage() -> Iterator[None]:
    """Millions of small tuples live until the end, and none in a circle: looking through them would double the time."""
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()


@lru_cache(maxsize=1)
def _learn(knowledge: Knowledge, zone_s: int) -> tuple[Phrases, Differential]:
    """What all parts of a run share, and what gets quicker with every note."""
    return Phrases(knowledge, zone_s), Differential(knowledge, load_words())


def _names(tables: Tables) -> dict[int, tuple[str, str]]:
    """Names of wards, beds and staff."""
    named = {"ward": ("name_zh", "name_en"), "bed": ("label", "label"), "staff": ("name", "name_en")}
    rows = [
        tables[name].select(TABLES[name].key, pl.col(zh).alias("zh"), pl.col(en).alias("en"))
        for name, (zh, en) in named.items()
    ]
    return {key: (zh, en.removesuffix("床")) for table in rows for key, zh, en in table.rows()}


def _written(desk: Desk, tables: Tables, planned: pl.DataFrame, first: tuple[int, int]) -> dict[str, pl.DataFrame]:
    book, who = Book(tables), people(tables, desk.phrases, desk.salt)
    memories: dict[int, Memory] = {}
    made: list[Written] = []
    truth = Truth()
    for nth, (encounter, patient, kind, written, author, cause) in enumerate(planned.rows()):
        scene = open_scene(desk, who[encounter], book.until(encounter, written), (KINDS.index(kind), cause), author)
        memory = memories.get(encounter)
        if memory is None:
            memory = memories[encounter] = Memory(scene.known("registered")[0][0])
        put_head(scene, kind)
        WRITERS[kind](scene, memory)
        put_signature(scene, author)
        note = first[0] + nth
        zh = laid_out(scene.page.zh, truth)
        en = laid_out(scene.page.en, truth)
        made.append((note, encounter, patient, author, kind, written, zh, en, cause))
    return {"note": _note_table(made), "note_span": _span_table(truth, first)}


def _note_table(made: list[Written]) -> pl.DataFrame:
    schema = TABLES["note"].schema
    frame = pl.DataFrame(made, schema={**schema, "written_at": pl.Int64()}, orient="row")
    return frame.with_columns(pl.col("written_at").cast(schema["written_at"]))


def _span_table(truth: Truth, first: tuple[int, int]) -> pl.DataFrame:
    """Column by column. The texts are Chinese and English in turn. first: ids of note and span."""
    schema = TABLES["note_span"].schema
    if not any(truth.fact):
        return pl.DataFrame(schema=schema)
    text, start, end, surface, stated = truth.spans()
    facts = dict(zip(Fact._fields, zip(*stated, strict=True), strict=True))
    renamed = {"cause": "cause_id", "at": "stated_at"}
    made = {
        renamed.get(name, name): pl.Series(values, dtype=pl.Int64 if name == "at" else schema[renamed.get(name, name)])
        for name, values in facts.items()
        if name != "family"
    }
    frame = pl.DataFrame(
        {
            "note_span_id": first[1] + np.arange(len(text)),
            "note_id": first[0] + text // 2,
            "language": enum(np.asarray(text % 2), list(LANGUAGE)),
            "start": pl.Series(start, dtype=pl.Int32),
            "end": pl.Series(end, dtype=pl.Int32),
            "surface": pl.Series(surface, dtype=pl.String),
            "experiencer": enum(np.array(facts["family"], np.int64), list(EXPERIENCER)),
            **made,
        }
    )
    return frame.with_columns(pl.col("stated_at").cast(schema["stated_at"])).select(schema.names())

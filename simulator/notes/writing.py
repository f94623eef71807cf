"""`notes`: the clinical notes of some encounters and what each stretch of their text states.

A note is a pure function of its patient and of the events up to the time it is written: the writers see the record
through `Book.until` alone, and their draws hang on the encounter, the time and the cause of the note.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from itertools import chain

import polars as pl

from simulator.arrays import HOUR
from simulator.knowledge import Knowledge, load_knowledge
from simulator.notes.differential import Differential
from simulator.notes.door import US, Book
from simulator.notes.page import Span, laid_out
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
Tables = Mapping[str, pl.DataFrame]
Written = tuple[int, int, int, int, str, int, str, str, int]


def notes(world: World, *, seed: int, knowledge: Knowledge | None = None, settings: Settings | None = None) -> dict[str, pl.DataFrame]:
    """The tables `note` and `note_span` of a world; the same world and seed always give the same notes."""
    known, parts = knowledge or load_knowledge(), []
    for hospital in world["hospital"]["hospital_id"].to_list():
        encounters = world["encounter"].filter(pl.col("hospital_id") == hospital)
        for nth, begin in enumerate(range(0, len(encounters), ENCOUNTERS)):
            chosen = encounters.slice(begin, ENCOUNTERS)
            part = {name: _of(world[name], chosen) for name in world}
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
    """The notes of the encounters in `tables`, all of one hospital. place: hospital, and which part of its encounters."""
    hospital, nth = place
    zone_s = scenario.calendar.utc_offset_hours * HOUR
    salt, settings = derive(seed, "notes") & (2**62 - 1), settings or load_settings()
    begin = dt.datetime.combine(scenario.start, dt.time(), dt.timezone(dt.timedelta(seconds=zone_s)))
    until = (round(begin.timestamp()) + scenario.days * 24 * HOUR) * US
    planned = plan(Planner(tables, knowledge, settings, zone_s, salt, until))
    phrases = Phrases(knowledge, zone_s)
    desk = Desk(phrases, Differential(knowledge, load_words()), settings, load_templates(), salt, _places(tables))
    first_note = first_id(TABLES["note"], hospital) + 1 + nth * NOTES_AT_ONCE
    first_span = first_id(TABLES["note_span"], hospital) + 1 + nth * SPANS_AT_ONCE
    return _written(desk, tables, planned, (first_note, first_span))


def _places(tables: Tables) -> dict[int, tuple[str, str]]:
    """Names of wards and beds."""
    wards = tables["ward"].select("ward_id", pl.col("name_zh").cast(pl.String), pl.col("name_en").cast(pl.String)).rows()
    beds = tables["bed"].select("bed_id", "label").rows()
    return {key: (zh, en) for key, zh, en in wards} | {key: (label, label.removesuffix("床")) for key, label in beds}


def _written(desk: Desk, tables: Tables, planned: pl.DataFrame, first: tuple[int, int]) -> dict[str, pl.DataFrame]:
    book, who = Book(tables), people(tables, desk.phrases, desk.salt)
    memories: dict[int, Memory] = {}
    made: list[Written] = []
    spans: list[tuple[int, bool, list[Span]]] = []
    for nth, (encounter, patient, kind, written, author, cause) in enumerate(planned.rows()):
        scene = open_scene(
            desk, who[encounter], book.until(encounter, written), (KINDS.index(kind), cause), author
        )
        memory = memories.get(encounter)
        if memory is None:
            memory = memories[encounter] = Memory(scene.known("registered")[0][0])
        WRITERS[kind](scene, memory)
        note = first[0] + nth
        zh, spans_zh = laid_out(scene.page.zh)
        en, spans_en = laid_out(scene.page.en)
        spans += ((note, False, spans_zh), (note, True, spans_en))
        made.append((note, encounter, patient, author, kind, written, zh, en, cause))
    return {"note": _note_table(made), "note_span": _span_table(spans, first[1])}


def _note_table(made: list[Written]) -> pl.DataFrame:
    schema = TABLES["note"].schema
    frame = pl.DataFrame(made, schema={**schema, "written_at": pl.Int64()}, orient="row")
    return frame.with_columns(pl.col("written_at").cast(schema["written_at"]))


def _span_table(spans: list[tuple[int, bool, list[Span]]], first: int) -> pl.DataFrame:
    """Column by column: millions of rows of tuples would take minutes."""
    schema = TABLES["note_span"].schema
    flat = list(chain.from_iterable(found for _, _, found in spans))
    counts = pl.Series([len(found) for _, _, found in spans], dtype=pl.UInt32)
    heads = pl.DataFrame({"note_id": [note for note, _, _ in spans], "en": [english for _, english, _ in spans]})
    owner = heads.select(pl.all().repeat_by(counts).explode()) if flat else heads.clear()
    start, end, surface, facts = zip(*flat, strict=True) if flat else ((), (), (), ())
    columns = zip(*facts, strict=True) if facts else ((),) * 12
    names = ("label", "concept", "cause_id", "stated_at", "value", "unit", "negated", "uncertain", "family", "historical")
    made = dict(zip((*names, "copied", "stale"), columns, strict=True))
    frame = pl.DataFrame({
        "note_id": owner["note_id"],
        "language": owner["en"].replace_strict({False: "zh", True: "en"}, return_dtype=schema["language"]),
        "start": pl.Series(start, dtype=pl.Int32),
        "end": pl.Series(end, dtype=pl.Int32),
        "surface": pl.Series(surface, dtype=pl.String),
        **{
            name: pl.Series(values, dtype=schema[name] if name != "stated_at" else pl.Int64)
            for name, values in made.items()
            if name != "family"
        },
        "experiencer": pl.Series(
            ["family" if one else "patient" for one in made["family"]], dtype=schema["experiencer"]
        ),
    })
    frame = frame.with_columns(
        pl.col("stated_at").cast(schema["stated_at"]), note_span_id=first + pl.int_range(pl.len(), dtype=pl.Int64)
    )
    return frame.select(schema.names())

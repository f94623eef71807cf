"""A story gathered from a world's tables: the encounter, the visit that led to it, the stay that followed."""

import datetime as dt
import random
from dataclasses import dataclass

import polars as pl

from simulator.errors import WorldError
from simulator.schema import values
from simulator.story.sentences import Event, sentences
from simulator.world.world import World

TABLES = (
    "bed_stay",
    "diagnosis",
    "order",
    "lab_result",
    "imaging_study",
    "procedure",
    "medication_order",
    "administration",
    "vital_sign",
    "charge",
    "settlement",
    "note",
)

AROUND = dt.timedelta(days=28)
"""How long before and after its encounters a story tells what was measured at home."""


@dataclass(frozen=True)
class Story:
    """Who, and what happened; events in order of time, vital signs and results for the plots.

    head: (zh, en); zone: the hospital's clocks; tables: the rows of the story's encounters, by table.
    """

    head: tuple[str, str]
    zone: dt.tzinfo
    events: tuple[Event, ...]
    tables: dict[str, pl.DataFrame]


def read_story(world: World, encounter: int) -> Story:
    """The story around one encounter; WorldError if the world has none of that id."""
    encounters = _chain(world, encounter)
    ids = encounters["encounter_id"].implode()
    tables = {name: _of(world, name, pl.col("encounter_id").is_in(ids)) for name in TABLES if name in world}
    tables["encounter"] = encounters
    tables |= _at_home(world, encounters)
    panels = tables["order"].select("order_id", panel_zh="name_zh", panel_en="name_en")
    tables["lab_result"] = tables["lab_result"].join(panels, on="order_id", how="left", maintain_order="left")
    names = {
        "staff": _names(world, "staff", "staff_id", ("name", "name_en")),
        "department": _names(world, "department", "department_id", ("name_zh", "name_en")),
        "ward": _names(world, "ward", "ward_id", ("name_zh", "name_en")),
        "bed": _names(world, "bed", "bed_id", ("label", "label")),
    }
    zone = world.scenario.calendar.zone
    events = sorted(sentences(tables, names), key=lambda event: event.at)
    return Story(_head(world, encounters), zone, tuple(events), tables)


def pick(world: World, kind: str = "inpatient", department: str | None = None, seed: int = 0) -> int:
    """The id of some encounter of this kind that has ended, of a department by its code if one is given."""
    chosen = (pl.col("kind") == kind) & pl.col("ended_at").is_not_null()
    if department is not None:
        known = world["department"].filter(pl.col("code") == department)["department_id"]
        if known.is_empty():
            codes = ", ".join(sorted(set(world["department"]["code"].cast(pl.String))))
            raise WorldError(f"--department {department}: must be one of {codes}")
        chosen &= pl.col("department_id").is_in(known.implode())
    found = world.lazy("encounter").filter(chosen).select("encounter_id").collect()["encounter_id"].sort()
    if found.is_empty():
        raise WorldError(
            f"this world has no {kind} encounter{f' of {department}' if department else ''} that has ended"
        )
    return int(found[random.Random(seed).randrange(len(found))])  # noqa: S311  # a choice among stories, no secret


def _chain(world: World, encounter: int) -> pl.DataFrame:
    """The encounter, the visit before it, and the admission it led to."""
    mine = _of(world, "encounter", pl.col("encounter_id") == encounter)
    if mine.is_empty():
        raise WorldError(
            f"the world has no encounter {encounter}; ids are in the column encounter_id of the table encounter, "
            f"and --pick finds one"
        )
    before = mine["previous_encounter_id"][0]
    linked = pl.col("encounter_id").is_in([encounter, before or encounter])
    after = pl.col("previous_encounter_id").is_in([encounter, before or encounter])
    same = (pl.col("patient_id") == mine["patient_id"][0]) & (linked | after.fill_null(value=False))
    return _of(world, "encounter", same).sort("registered_at", "encounter_id")


def _at_home(world: World, encounters: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """What the patient measured at home around these encounters, and the calls it led to."""
    begin = encounters["registered_at"].to_list()[0]
    end = max((at for at in encounters["ended_at"].to_list() if at is not None), default=begin)
    mine = pl.col("patient_id") == encounters["patient_id"][0]
    spans = {"home_reading": "measured_at", "home_call": "called_at"}
    return {
        name: _of(world, name, mine & (pl.col(at) >= begin - AROUND) & (pl.col(at) <= end + AROUND))
        for name, at in spans.items()
        if name in world
    }


def _of(world: World, name: str, condition: pl.Expr) -> pl.DataFrame:
    return world.lazy(name).filter(condition).collect()


def _names(world: World, table: str, key: str, columns: tuple[str, str]) -> dict[int, tuple[str, str]]:
    """Row id -> (zh, en)."""
    frame = world[table]
    texts = zip(frame[columns[0]].cast(pl.String), frame[columns[1]].cast(pl.String), strict=True)
    return dict(zip(frame[key].to_list(), texts, strict=True))


def _head(world: World, encounters: pl.DataFrame) -> tuple[str, str]:
    """Who the patient is, as the hospital knows them."""
    patient = _of(world, "patient", pl.col("patient_id") == encounters["patient_id"][0]).row(0, named=True)
    age = encounters["age_years"][0]
    zh, en = values.SEX[patient["sex"]]
    return (
        f"{patient['name']}，{zh}，{age} 岁，病案号 {patient['mrn']}",
        f"{patient['name_en']}, {en}, {age} years, record {patient['mrn']}",
    )

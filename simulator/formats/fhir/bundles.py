"""FHIR R4 as transaction bundles: bundle-00001.json, each with some patients and all that they refer to.

Entries are PUT with their ids, so that a bundle may be sent twice; every reference resolves inside its bundle.
"""

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import polars as pl

from simulator.formats.fhir.frames import Frames
from simulator.formats.fhir.resources import CARE, EACH, ONCE, PEOPLE, REGISTRY, texts
from simulator.formats.fhir.vocabulary import OWN
from simulator.formats.format import Period, Progress
from simulator.formats.portions import PORTION, encounters
from simulator.world.world import World

PATIENTS = 50
"""Patients in one bundle."""
REFERENCE = re.compile(r'"reference":"([A-Za-z]+/[A-Za-z0-9.-]+)"')
HEAD = re.compile(r'^\{"resourceType":"([A-Za-z]+)","id":"([A-Za-z0-9.-]+)"')


def write_bundles(world: World, folder: Path, period: Period, progress: Progress) -> int:
    """One file for each batch of patients; returns the number of resources, those repeated among them."""
    chosen = encounters(world, period)
    visits = world.lazy("encounter").select("encounter_id", "patient_id")
    visits = visits.filter(pl.col("encounter_id").is_in(chosen.implode())).sort("patient_id", "encounter_id")
    pairs = visits.collect()
    people = pairs["patient_id"].unique(maintain_order=True)
    whole = {name: world[name] for name in ONCE}
    registry = _by_name(texts(REGISTRY, Frames(world.scenario, whole)))
    count = done = 0
    step = max(PATIENTS, PORTION // 4 // PATIENTS * PATIENTS)
    for start in range(0, len(people), step):
        some = people[start : start + step]
        mine = pairs.filter(pl.col("patient_id").is_in(some.implode()))
        tables = _of(world, mine)
        for first in range(0, len(some), PATIENTS):
            few = some[first : first + PATIENTS].implode()
            parts = {name: frame.filter(pl.col("patient_id").is_in(few)) for name, frame in tables.items()}
            parts["patient"] = whole["patient"].filter(pl.col("patient_id").is_in(few))
            frames = Frames(world.scenario, parts)
            made = [text for _, column in texts({**PEOPLE, **CARE}, frames) for text in column]
            made = [*_needed(made, registry), *made]
            number = (start + first) // PATIENTS + 1
            (folder / f"bundle-{number:05d}.json").write_text(_bundle(made), encoding="utf-8")
            count += len(made)
            done += len(parts["encounter"])
            progress(done)
    return count


def _of(world: World, mine: pl.DataFrame) -> dict[str, pl.DataFrame]:
    keys = mine.select("encounter_id").lazy()
    return {
        name: world.lazy(name).join(keys, on="encounter_id", how="semi", maintain_order="left").collect()
        for name in EACH
        if name in world
    }


def _by_name(made: Iterable[tuple[str, pl.Series]]) -> dict[str, str]:
    return {_name(text): text for _, column in made for text in column}


def _name(text: str) -> str:
    found = HEAD.match(text)
    return "" if found is None else f"{found[1]}/{found[2]}"


def _needed(made: list[str], registry: Mapping[str, str]) -> list[str]:
    """What of the registry the resources refer to, and what that refers to."""
    wanted: dict[str, str] = {}
    fresh = set(REFERENCE.findall("".join(made)))
    while fresh:
        found = {name: registry[name] for name in sorted(fresh) if name in registry and name not in wanted}
        wanted |= found
        fresh = set(REFERENCE.findall("".join(found.values())))
    return list(wanted.values())


def _bundle(made: list[str]) -> str:
    entries = ",\n".join(
        f'{{"fullUrl":{json.dumps(f"{OWN}/{name}")},"resource":{text},"request":{{"method":"PUT","url":"{name}"}}}}'
        for text, name in ((text, _name(text)) for text in made)
    )
    return f'{{"resourceType":"Bundle","type":"transaction","entry":[\n{entries}\n]}}\n'

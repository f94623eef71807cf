"""FHIR R4 as bulk data: <type>.ndjson, one resource on a line.

Every reference resolves inside the export: an encounter that a period leaves out is not named as the previous one.
"""

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from simulator.formats.fhir.frames import Frames
from simulator.formats.fhir.resources import CARE, EACH, ONCE, PEOPLE, REGISTRY, Render, texts
from simulator.formats.format import Period, Progress
from simulator.formats.portions import encounters, portions
from simulator.world.world import World


def write_fhir(world: World, folder: Path, period: Period, progress: Progress) -> int:
    """<type>.ndjson for each type of which there is a resource; returns the number of resources."""
    whole = {name: world[name] for name in ONCE}
    chosen = encounters(world, period)
    known = world.lazy("encounter").filter(pl.col("encounter_id").is_in(chosen.implode())).select("patient_id")
    whole["patient"] = whole["patient"].join(known.collect(), on="patient_id", how="semi", maintain_order="left")
    count = _write(folder, {**REGISTRY, **PEOPLE}, Frames(world.scenario, whole))
    done = 0
    for tables in portions(world, EACH, period):
        frames = Frames(world.scenario, tables)
        count += _write(folder, CARE, frames)
        done += len(tables["encounter"])
        progress(done)
    return count


def _write(folder: Path, group: Mapping[str, tuple[Render, ...]], frames: Frames) -> int:
    count = 0
    for kind, column in texts(group, frames):
        with (folder / f"{kind}.ndjson").open("ab") as stream:
            column.to_frame().write_csv(stream, include_header=False, quote_style="never")
        count += len(column)
    return count

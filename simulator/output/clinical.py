"""Write the clinical notes of a world whose other tables are on disk, some encounters at a time.

<folder>/note/h001-p02-n00.parquet       notes of the first so many encounters of that part of the records
<folder>/.marks/notes-h001-p02.json      rows and SHA-256 of the files of that part
"""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from simulator.knowledge import load_knowledge
from simulator.notes.writing import ENCOUNTERS, TABLES_READ, write_notes
from simulator.output.units import MARKS, about, marks, replace_text, write_table
from simulator.run import PART
from simulator.scenario import Scenario
from simulator.schema import OPTIONAL, TABLES, conform

PREFIX = "notes-"
RECORDS = re.compile(r"h(\d+)-p(\d+)")


@dataclass(frozen=True)
class NoteUnit:
    """The notes about one part of the records of a hospital; size: encounters of a part."""

    scenario: Scenario
    seed: int
    hospital: int
    number: int
    size: int = PART

    @property
    def name(self) -> str:
        """The name of that part's files."""
        return f"h{self.hospital:03}-p{self.number:02}"


def note_units(scenario: Scenario, seed: int, folder: Path, size: int) -> list[NoteUnit]:
    """The parts in `folder` whose notes are not yet written."""
    done = {str(mark["name"]) for mark in note_marks(folder)}
    found = (RECORDS.fullmatch(path.stem) for path in sorted((folder / "encounter").glob("h*.parquet")))
    units = [NoteUnit(scenario, seed, int(one[1]), int(one[2]), size) for one in found if one]
    return [unit for unit in units if unit.name not in done]


def note_marks(folder: Path) -> Iterator[dict[str, Any]]:
    """What notes are written so far."""
    return marks(folder, f"{PREFIX}*.json")


def drop_notes(folder: Path) -> None:
    """Remove the notes that a run has left which was to write them."""
    for path in (folder / MARKS).glob(f"{PREFIX}*.json"):
        path.unlink()
    for name in OPTIONAL:
        shutil.rmtree(folder / name, ignore_errors=True)


def write_note_unit(unit: NoteUnit, folder: Path, told: Callable[[], None] = lambda: None) -> int:
    """Write the notes of one part and then its mark; returns how many files of notes that made."""
    encounters = pl.read_parquet(folder / "encounter" / f"{unit.name}.parquet", columns=["encounter_id"])
    ids = encounters["encounter_id"].sort()
    pieces = -(-unit.size // ENCOUNTERS)
    files: dict[str, dict[str, object]] = {}
    for nth, begin in enumerate(range(0, max(1, len(ids)), ENCOUNTERS)):
        chosen = ids.slice(begin, ENCOUNTERS)
        place = (unit.hospital, unit.number * pieces + nth)
        made = write_notes(_read(unit, folder, chosen), unit.scenario, load_knowledge(), seed=unit.seed, place=place)
        for name, frame in made.items():
            path = folder / name / f"{unit.name}-n{nth:02}.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            write_table(conform(TABLES[name], frame), path)
            files[f"{name}/{path.name}"] = {**about(path), "rows": len(frame)}
        told()
    replace_text(folder / MARKS / f"{PREFIX}{unit.name}.json", json.dumps({"name": unit.name, "files": files}))
    return len(files) // 2


def _read(unit: NoteUnit, folder: Path, chosen: pl.Series) -> dict[str, pl.DataFrame]:
    """What the notes about these encounters are made from: their rows, their people, the registry of the hospital."""
    low, high = (int(chosen[0]), int(chosen[-1])) if len(chosen) else (0, -1)
    tables: dict[str, pl.DataFrame] = {}
    for name in TABLES_READ:
        part, whole = (folder / name / f"{file}.parquet" for file in (unit.name, f"h{unit.hospital:03}"))
        if part.is_file():
            rows = pl.scan_parquet(part).filter(pl.col("encounter_id").is_between(low, high))
            tables[name] = rows.cast(TABLES[name].schema).collect()
        elif whole.is_file():
            tables[name] = pl.read_parquet(whole).cast(TABLES[name].schema)
    patients = tables["encounter"].select("patient_id").unique()
    tables["patient"] = tables["patient"].join(patients, on="patient_id", how="semi")
    tables["linkage"] = tables["linkage"].join(patients, on="patient_id", how="semi")
    for name in ("person", "condition", "episode"):  # of the network, so perhaps in another hospital's files
        every = pl.scan_parquet(sorted((folder / name).glob("h*.parquet"))).cast(TABLES[name].schema)
        people = tables["linkage"].lazy().select("person_id").unique()
        tables[name] = every.join(people, on="person_id", how="semi", maintain_order="left").collect()
    return tables

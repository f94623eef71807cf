"""One unit of work: some parts of one hospital, written as Parquet files, each with a mark that says it is whole.

<folder>/<table>/h001.parquet        tables of a hospital's whole run: registry and people
<folder>/<table>/h001-p02.parquet    its records, part by part
<folder>/.marks/h001-p02.json        rows and SHA-256 of each file of that part, encounters done, parts in all
"""

import errno
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from pyarrow import parquet

from simulator.run import PART, WHOLE, Part, network_parts
from simulator.scenario import Scenario
from simulator.schema import TABLES, conform

MARKS = ".marks"
ROW_GROUP = 1 << 18
LONG = (pl.Int32, pl.Int64)


@dataclass(frozen=True)
class Unit:
    """A network of a scenario (from 0); of its parts of `size` encounters those of this share, see `network_parts`."""

    scenario: Scenario
    network: int
    seed: int
    share: tuple[int, int] = (0, 1)
    size: int = PART


def work(unit: Unit, folder: Path, told: Callable[[], None] = lambda: None) -> int:
    """Do what is missing of a unit, saying so after each part; returns how many parts that was."""
    done = {(int(mark["hospital"]), int(mark["part"])) for mark in _mine(unit, folder)}
    count = 0
    for part in network_parts(unit.scenario, unit.network, unit.seed, done=done, share=unit.share, size=unit.size):
        write_part(part, folder)
        count += 1
        told()
    return count


def finished(unit: Unit, folder: Path) -> bool:
    """Whether every part of this unit has its mark."""
    mine = _mine(unit, folder)
    if not mine:
        return False
    k, m = unit.share
    wanted = {nth for nth in range(int(mine[0]["parts"])) if nth % m == k}
    return wanted <= {int(mark["nth"]) for mark in mine}


def _mine(unit: Unit, folder: Path) -> list[dict[str, Any]]:
    """The marks of a unit's network."""
    return [mark for number in unit.scenario.networks[unit.network] for mark in marks(folder, f"h{number:03}*.json")]


def write_part(part: Part, folder: Path) -> None:
    """Write the tables of a part, then its mark; what a killed run left half-written is overwritten."""
    name = f"h{part.hospital:03}" + ("" if part.number == WHOLE else f"-p{part.number:02}")
    files = {}
    for table in TABLES.values():
        if table.name in part.tables:
            path = folder / table.name / f"{name}.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            frame = conform(table, part.tables[table.name])
            write_table(frame, path)
            files[f"{table.name}/{path.name}"] = {**about(path), "rows": len(frame)}
    encounters = len(part.tables["encounter"]) if "encounter" in part.tables else 0
    mark = {"hospital": part.hospital, "part": part.number, "nth": part.nth, "parts": part.parts}
    mark |= {"encounters": encounters}
    replace_text(folder / MARKS / f"{name}.json", json.dumps({**mark, "files": files}))


def marks(folder: Path, names: str = "h*.json") -> Iterator[dict[str, Any]]:
    """What is done so far, in order of name; files that a mark promises and that are gone undo it."""
    for path in sorted((folder / MARKS).glob(names)):
        mark = json.loads(path.read_text(encoding="utf-8"))
        if all((folder / name).is_file() for name in mark["files"]):
            yield mark


def write_table(frame: pl.DataFrame, path: Path) -> None:
    """A Parquet file under a temporary name, then under its own. OSError where it cannot be written.

    Whole numbers and moments are written as differences and fractions byte by byte, because both compress well;
    statistics only where a reader skips row groups by them. That is a quarter faster than dictionaries for all.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    ordered = [name for name, kind in frame.schema.items() if kind.is_temporal() or kind in LONG]
    fractions = [name for name, kind in frame.schema.items() if kind.is_float()]
    try:
        parquet.write_table(
            frame.to_arrow(),
            temporary,
            compression="lz4",
            row_group_size=ROW_GROUP,
            use_dictionary=[name for name in frame.columns if name not in {*ordered, *fractions}],
            column_encoding=dict.fromkeys(ordered, "DELTA_BINARY_PACKED")
            | dict.fromkeys(fractions, "BYTE_STREAM_SPLIT"),
            write_statistics=ordered,
        )
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise OSError(error.errno, os.strerror(error.errno or errno.EIO), str(path)) from error
    temporary.rename(path)


def sweep(folder: Path) -> None:
    """Remove the half-written files that killed processes have left under temporary names."""
    for path in folder.rglob(".*.*.*"):
        if path.is_file():
            path.unlink()


def replace_text(path: Path, text: str) -> None:
    """A text file under a temporary name, then under its own."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_text(text, encoding="utf-8")
    temporary.rename(path)


def about(path: Path) -> dict[str, object]:
    """A file's SHA-256, hexadecimal, and its size."""
    with path.open("rb") as stream:
        return {"sha256": hashlib.file_digest(stream, "sha256").hexdigest(), "bytes": path.stat().st_size}

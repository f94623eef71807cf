"""A world's folder: all of it or nothing, and a manifest that says what is inside."""

import hashlib
import json
import shutil
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from simulator.errors import WorldError
from simulator.output.database import FILE as DATABASE
from simulator.output.database import write_database
from simulator.output.dictionary import write_dictionary
from simulator.output.units import about, write_table
from simulator.scenario import Scenario
from simulator.world.world import MANIFEST, World

FORMAT = 2
TOOLS = ("polars", "duckdb", "numpy", "numba", "faker")
NOTE = (
    "DuckDB gives each file a random identifier and leaves unused bytes as they were, so two files with the same "
    "content differ; the content is that of the Parquet files, whose joint hash stands here."
)


def write_world(world: World, folder: Path | str, *, seed: int | None = None, database: bool = True) -> Path:
    """Write a world that is in memory, one Parquet file a table; `seed` only if whoever reads may know it.

    The files are made in a temporary folder beside `folder` and moved there at the end, so that nobody sees half a
    world. A former world of that name is replaced; anything else there is left alone with a WorldError.
    """
    folder = Path(folder)
    replaceable(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        made = Path(mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        try:
            files = {}
            for name in world:
                path = made / f"{name}.parquet"
                write_table(world[name], path)
                files[path.name] = {**about(path), "rows": len(world[name])}
            finish(world.scenario, made, files, seed=seed, database=database)
            made.chmod(0o755)
            move(made, folder)
        finally:
            shutil.rmtree(made, ignore_errors=True)
    except OSError as error:
        raise WorldError(
            f"{folder} cannot be written: {error.strerror or error}; choose another --out or make room"
        ) from error
    return folder


def replaceable(folder: Path) -> None:
    """WorldError if something other than a world stands where one is to be written."""
    if folder.exists() and not folder.is_dir():
        raise WorldError(f"{folder} is a file; --out must be a folder that does not exist yet or that holds a world")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MANIFEST).is_file():
        raise WorldError(f"{folder} holds other files; --out must be empty, new, or a world to be replaced")


def finish(
    scenario: Scenario, folder: Path, tables: Mapping[str, Mapping[str, Any]], *, seed: int | None, database: bool
) -> None:
    """Add to the tables in `folder` their database, the dictionary and the manifest.

    tables: each file's name below the folder with its sha256, bytes and rows.
    """
    rows: dict[str, int] = {}
    for name, found in tables.items():
        table = name.split("/")[0].removesuffix(".parquet")
        rows[table] = rows.get(table, 0) + found["rows"]
    write_dictionary(folder)
    page = folder / "dictionary.html"
    files: dict[str, dict[str, object]] = {
        **{name: dict(tables[name]) for name in sorted(tables)},
        page.name: about(page),
    }
    if database:
        files[DATABASE] = {"made_from_sha256": _joint(tables), "note": NOTE}
    manifest = {
        "format": FORMAT,
        "simulator": version("xinglin"),
        "tools": {tool: version(tool) for tool in TOOLS},
        "scenario_name": scenario.name,
        "scenario_sha256": scenario.hash,
        **({} if seed is None else {"seed": seed}),
        "rows": rows,
        "files": files,
        "scenario": scenario.model_dump(mode="json"),
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8")
    if database:
        write_database(World.read(folder), folder)


def _joint(tables: Mapping[str, Mapping[str, object]]) -> str:
    """One hash over the hashes of all tables, in order of name."""
    lines = [f"{name} {found['sha256']}\n" for name, found in sorted(tables.items())]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def move(made: Path, folder: Path) -> None:
    """Put the finished folder in its place; a former one goes only once the new one stands."""
    former = made.with_name(made.name + "-former")
    if folder.exists():
        folder.rename(former)
    try:
        made.rename(folder)
    except OSError:
        if former.exists():
            former.rename(folder)
        raise
    shutil.rmtree(former, ignore_errors=True)

"""Write a world to a folder: all of it or nothing, and a manifest that says what is inside."""

import hashlib
import json
import shutil
from importlib.metadata import version
from pathlib import Path
from tempfile import mkdtemp

from simulator.errors import WorldError
from simulator.output.database import FILE as DATABASE
from simulator.output.database import write_database
from simulator.output.dictionary import write_dictionary
from simulator.world.world import MANIFEST, World

FORMAT = 1
ROW_GROUP = 1 << 18
TOOLS = ("polars", "duckdb", "numpy", "numba", "faker")
NOTE = (
    "DuckDB gives each file a random identifier and leaves unused bytes as they were, so two files with the same "
    "content differ; the content is that of the Parquet files, whose joint hash stands here."
)


def write_world(world: World, folder: Path | str, *, seed: int | None = None, database: bool = True) -> Path:
    """Write the tables, the database, the dictionary and the manifest; `seed` only if whoever reads may know it.

    The files are made in a temporary folder beside `folder` and moved there at the end, so that nobody sees half a
    world. A former world of that name is replaced; anything else there is left alone with a WorldError.
    """
    folder = Path(folder)
    _replaceable(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        made = Path(mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        try:
            _write(world, made, seed=seed, database=database)
            made.chmod(0o755)
            _move(made, folder)
        finally:
            shutil.rmtree(made, ignore_errors=True)
    except OSError as error:
        raise WorldError(
            f"{folder} cannot be written: {error.strerror or error}; choose another --out or make room"
        ) from error
    return folder


def _replaceable(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise WorldError(f"{folder} is a file; --out must be a folder that does not exist yet or that holds a world")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MANIFEST).is_file():
        raise WorldError(f"{folder} holds other files; --out must be empty, new, or a world to be replaced")


def _write(world: World, folder: Path, *, seed: int | None, database: bool) -> None:
    for name in world:
        world[name].write_parquet(
            folder / f"{name}.parquet", compression="zstd", compression_level=1, row_group_size=ROW_GROUP
        )
    if database:
        write_database(world, folder)
    write_dictionary(folder)
    _write_manifest(world, folder, seed)


def _write_manifest(world: World, folder: Path, seed: int | None) -> None:
    files = {path.name: _file(path) for path in sorted(folder.iterdir()) if path.name not in {MANIFEST, DATABASE}}
    if (folder / DATABASE).exists():
        files[DATABASE] = {"made_from_sha256": _joint(files), "note": NOTE}
    manifest = {
        "format": FORMAT,
        "simulator": version("xinglin"),
        "tools": {tool: version(tool) for tool in TOOLS},
        "scenario_name": world.scenario.name,
        "scenario_sha256": world.scenario.hash,
        **({} if seed is None else {"seed": seed}),
        "rows": {name: len(world[name]) for name in world},
        "files": files,
        "scenario": world.scenario.model_dump(mode="json"),
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _file(path: Path) -> dict[str, object]:
    return {"sha256": sha256(path), "bytes": path.stat().st_size}


def _joint(files: dict[str, dict[str, object]]) -> str:
    """One hash over the hashes of all tables, in order of name."""
    tables = [f"{name} {about['sha256']}\n" for name, about in files.items() if name.endswith(".parquet")]
    return hashlib.sha256("".join(tables).encode()).hexdigest()


def sha256(path: Path) -> str:
    """The file's SHA-256, hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _move(made: Path, folder: Path) -> None:
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

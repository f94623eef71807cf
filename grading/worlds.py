"""The pool of worlds of a data set: built once into the state folder, in parallel, resumable; then only read."""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path

import polars as pl

from grading.course import Module
from grading.data import Pool, Recipe, data_secret, load_recipe, secret_number
from grading.errors import DataError
from grading.excerpt import excerpt

COMPLETE = "complete.json"


class StoredWorld(Mapping[str, pl.DataFrame]):
    """The tables of one world, read from Parquet when first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._tables: dict[str, pl.DataFrame] = {}

    def __getitem__(self, name: str) -> pl.DataFrame:
        if name not in self._tables:
            file = self._folder / f"{name}.parquet"
            if not file.is_file():
                raise KeyError(f"{name}: not among the tables of this data set ({', '.join(self)})")
            self._tables[name] = pl.read_parquet(file)
        return self._tables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(file.stem for file in self._folder.glob("*.parquet")))

    def __len__(self) -> int:
        return sum(1 for _ in self)


class PooledWorlds:
    """The pool of one data set; a world that is not there yet is built when it is asked for."""

    def __init__(self, recipe: Recipe, state: Path, secret: bytes | None = None) -> None:
        self._recipe, self._state, self._secret = recipe, state, secret

    def learner(self, number: int) -> StoredWorld:
        """Give a world that learners' files are cut from."""
        return self._world("learner", number % self._recipe.pool.learner)

    def hidden(self, number: int) -> StoredWorld:
        """Give a world that hidden inputs are cut from."""
        return self._world("hidden", number % self._recipe.pool.hidden)

    def _world(self, pool: Pool, number: int) -> StoredWorld:
        return _stored(build_world(self._recipe, self._state, pool, number, self._secret), self._recipe.fingerprint)


@lru_cache(maxsize=32)
def _stored(folder: Path, _fingerprint: str) -> StoredWorld:
    return StoredWorld(folder)


def worlds_of(module: Module, state: Path) -> PooledWorlds:
    """Give the pool that a module's data come from."""
    return PooledWorlds(load_recipe(module.data.dataset), state)


def is_built(recipe: Recipe, state: Path, pool: Pool, number: int) -> bool:
    """Tell whether this world is there, complete, and of this recipe."""
    try:
        mark = json.loads((_folder(recipe, state, pool, number) / COMPLETE).read_text())
    except (OSError, ValueError):
        return False
    return bool(mark.get("recipe") == recipe.fingerprint)


def build_world(recipe: Recipe, state: Path, pool: Pool, number: int, secret: bytes | None = None) -> Path:
    """Simulate one world unless it is there; two processes that want the same one wait for each other.

    secret: what its seed derives from, if not the server's own (`course check` must give the same everywhere).
    """
    folder = _folder(recipe, state, pool, number)
    if is_built(recipe, state, pool, number):
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder.parent / f".{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_built(recipe, state, pool, number):
            _make(recipe, folder, secret or data_secret(state))
    return folder


def build_dataset(
    recipe: Recipe, state: Path, workers: int = 2, secret: bytes | None = None
) -> Iterator[tuple[Pool, int]]:
    """Build what is missing of a pool, in parallel; yields each world when it is there."""
    missing = [world for world in recipe.worlds if not is_built(recipe, state, *world)]
    if not missing:
        return
    with ProcessPoolExecutor(min(workers, len(missing)), mp_context=get_context("spawn")) as pool:
        building = {pool.submit(build_world, recipe, state, *world, secret): world for world in missing}
        for done in as_completed(building):
            done.result()
            yield building[done]


def _folder(recipe: Recipe, state: Path, pool: Pool, number: int) -> Path:
    return state / "datasets" / recipe.id / f"{pool}-{number}"


def _make(recipe: Recipe, folder: Path, secret: bytes) -> None:
    seed = secret_number(secret, "world", recipe.id, recipe.fingerprint, folder.name) % 2**63
    made = _simulated(recipe, seed) if recipe.knowledge is None else excerpt(recipe.knowledge, seed)
    temporary = folder.with_name(f".{folder.name}.{os.getpid()}.building")
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(mode=0o700)
    try:
        for name, columns in recipe.tables.items():
            if name not in made:
                raise DataError(f"{recipe.folder}/dataset.yaml: tables: the world has no table {name}")
            table = made[name]
            unknown = set() if columns == "all" else set(columns) - set(table.columns)
            if unknown:
                raise DataError(f"{recipe.folder}/dataset.yaml: tables.{name}: there is no column {min(unknown)}")
            (table if columns == "all" else table.select(columns)).write_parquet(temporary / f"{name}.parquet")
        for name in recipe.beside:
            pl.read_csv(recipe.beside_file(name)).write_parquet(temporary / f"{name}.parquet")
        (temporary / COMPLETE).write_text(json.dumps({"recipe": recipe.fingerprint}))
        shutil.rmtree(folder, ignore_errors=True)
        temporary.rename(folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _simulated(recipe: Recipe, seed: int) -> Mapping[str, pl.DataFrame]:
    # Importing the simulator takes seconds; most callers find the world built.
    from simulator import load_scenario, simulate  # noqa: PLC0415
    from simulator.notes import notes  # noqa: PLC0415
    from simulator.schema import OPTIONAL  # noqa: PLC0415

    assert recipe.scenario is not None  # noqa: S101 - the recipe says so itself
    world = simulate(load_scenario(recipe.scenario, recipe.overrides), seed=seed)
    return {**world, **notes(world, seed=seed)} if OPTIONAL & set(recipe.tables) else world

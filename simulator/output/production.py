"""Make a world of any size on disk: by several processes or a Dask cluster, resumable, the same bytes each way.

The work is done in a folder beside the target, `.<name>-unfinished`, and moved there when it is whole. A run that was
killed or interrupted goes on when the same command is given again.
"""

import hashlib
import json
import os
import shutil
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import version
from multiprocessing import active_children, get_context
from pathlib import Path
from typing import Any

from simulator.errors import WorldError
from simulator.output.clinical import NoteUnit, drop_notes, note_marks, note_units, write_note_unit
from simulator.output.closing import close_books
from simulator.output.folder import finish, move, replaceable
from simulator.output.units import MARKS, Unit, finished, marks, replace_text, sweep, work
from simulator.run import PART
from simulator.scenario import Scenario
from simulator.schema import OPTIONAL

RUN = "run.json"
THREADS = "POLARS_MAX_THREADS"
LOOK_S = 0.5
"""How often the marks are counted for the progress bar."""
Work = Callable[..., int]
"""Does one unit in a folder, telling after each part; returns how many parts that was."""
Progress = Callable[[int], None]
"""Told how many encounters are written so far."""


@dataclass(frozen=True)
class Means:
    """Who does the work: so many processes of this machine, or the Dask scheduler at an address; encounters a part."""

    workers: int = 1
    cluster: str | None = None
    size: int = PART


def expected_encounters(scenario: Scenario) -> int:
    """About how many encounters there will be, for the progress bar."""
    people = sum(hospital.population for hospital in scenario.hospitals)
    demand = scenario.demand
    yearly = demand.visits_per_person.value + demand.admissions_per_100.value / 100
    if demand.primary is not None:
        yearly += demand.primary.visits_per_person.value
    return max(1, round(people * yearly * scenario.days / 365.25))


def unfinished(folder: Path) -> Path:
    """Where a run for this target works."""
    return folder.parent / f".{folder.name}-unfinished"


def remembered_seed(scenario: Scenario, folder: Path) -> int | None:
    """The seed of the interrupted run of this scenario for this target, if there is one."""
    run = _read_run(unfinished(folder))
    return int(run["seed"]) if run and run["scenario_sha256"] == scenario.hash else None


def produce(  # noqa: PLR0913  # what, where, and how
    scenario: Scenario,
    folder: Path | str,
    *,
    seed: int,
    means: Means = Means(),
    hide_seed: bool = False,
    database: bool = True,
    notes: bool = False,
    progress: Progress = lambda _: None,
) -> Path:
    """Make the world, with clinical notes or without, or go on making it.

    WorldError where the target cannot be written or belongs to another run.
    """
    folder = Path(folder)
    replaceable(folder)
    place = unfinished(folder)
    try:
        _begin(scenario, seed, place)
        units = [unit for unit in _units(scenario, seed, means) if not finished(unit, place)]
        _do(work, units, place, means, progress)
        if notes:  # else what an interrupted run with notes has left goes
            _do(write_note_unit, note_units(scenario, seed, place, means.size), place, means, progress)
        else:
            drop_notes(place)
        (place / RUN).unlink()
        sweep(place)
        found = [mark["files"] for mark in marks(place)]
        written = {name: one for mark in note_marks(place) for name, one in mark["files"].items()}
        files = _plain(place, found, written) or {name: one for part in (*found, written) for name, one in part.items()}
        shutil.rmtree(place / MARKS)
        files = {**files, **close_books(scenario, place)}
        finish(scenario, place, files, seed=None if hide_seed else seed, database=database)
        place.chmod(0o755)
        move(place, folder)
    except OSError as error:
        raise WorldError(
            f"{folder} cannot be written: {error.strerror or error}; make room or choose another --out. "
            f"What is done so far is kept in {place}: the same command goes on from there"
        ) from error
    return folder


def _plain(place: Path, found: list[dict[str, Any]], notes: dict[str, Any]) -> dict[str, Any]:
    """Lay one hospital with one part of records out as one file a table, `<table>.parquet`; {} where there are more."""
    if len(found) != len(("whole run", "records")) or len(notes) > len(OPTIONAL):
        return {}
    files = {}
    for name, one in sorted((name, one) for part in (*found, notes) for name, one in part.items()):
        table = name.split("/", maxsplit=1)[0]
        (place / name).rename(place / f"{table}.parquet")
        (place / table).rmdir()
        files[f"{table}.parquet"] = one
    return files


def _begin(scenario: Scenario, seed: int, place: Path) -> None:
    """Open the working folder, or go on in the one that an interrupted run of the same world has left."""
    wanted = {"scenario_sha256": scenario.hash, "simulator": _code(), "seed": str(seed)}
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    run = _read_run(place)
    if run is None:
        for entry in place.iterdir():  # a run that had not begun
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
        replace_text(place / RUN, json.dumps(wanted))
    elif run != wanted:
        what = next(key for key in wanted if run.get(key) != wanted[key])
        raise WorldError(
            f"{place} holds an interrupted run with another {'seed' if what == 'seed' else 'scenario or version'}: "
            f"finish that one with its own command, or remove the folder"
        )


def _read_run(place: Path) -> dict[str, str] | None:
    try:
        found = json.loads((place / RUN).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return dict(found) if isinstance(found, dict) else None


def _code() -> str:
    """Hash of the simulator's own files: parts made by different code do not belong together."""
    digest = hashlib.sha256(version("xinglin").encode())
    root = Path(__file__).parents[1]
    for path in sorted(root.rglob("*")):
        if path.suffix in {".py", ".yaml", ".csv"}:
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _units(scenario: Scenario, seed: int, means: Means) -> list[Unit]:
    """The largest networks first; where there are fewer networks than workers, several workers share one."""
    people = [sum(scenario.hospitals[number - 1].population for number in network) for network in scenario.networks]
    order = sorted(range(len(people)), key=lambda n: -people[n])
    shares = means.workers if len(people) < means.workers else 1
    return [Unit(scenario, network, seed, (k, shares), means.size) for network in order for k in range(shares)]


def _do(work: Work, units: Sequence[Unit | NoteUnit], place: Path, means: Means, progress: Progress) -> None:
    """Do the units; what is written before a failure or an interruption stays."""
    if means.cluster:
        client = _dask(means.cluster)
        try:
            _watch([client.get_executor(pure=False).submit(work, unit, place) for unit in units], place, progress)
        finally:
            client.close()
    elif means.workers > 1 and len(units) > 1:
        _by_processes(work, units, place, means.workers, progress)
    else:
        for unit in units:
            work(unit, place, lambda: progress(encounters_done(place)))


def _by_processes(work: Work, units: Sequence[Unit | NoteUnit], place: Path, workers: int, progress: Progress) -> None:
    with ProcessPoolExecutor(min(workers, len(units)), get_context("spawn"), _die_of_ctrl_c) as pool:
        try:
            with _one_thread_each():
                futures = [pool.submit(work, unit, place) for unit in units]
            _watch(futures, place, progress)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for child in active_children():
                child.terminate()
            raise


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Processes that start meanwhile use one thread for their tables: threads of several would wait for each other."""
    before = os.environ.get(THREADS)
    os.environ.setdefault(THREADS, "1")
    try:
        yield
    finally:
        if before is None:
            del os.environ[THREADS]


def _die_of_ctrl_c() -> None:
    """A worker leaves at once and without a word; the parts it has written stay."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _dask(address: str) -> Any:  # noqa: ANN401  # an optional package's client
    try:
        client = import_module("distributed").Client
    except ModuleNotFoundError:
        raise WorldError(
            "--cluster needs the package `distributed`: uv sync --extra cluster (or pip install 'dask[distributed]')"
        ) from None
    try:
        return client(address, timeout="10s")
    except (OSError, ValueError) as error:
        raise WorldError(f"--cluster {address}: no Dask scheduler answers there ({error})") from error


def _watch(futures: list[Future[int]], place: Path, progress: Progress) -> None:
    """Tell the progress until all are done; the first failure ends the run."""
    waiting = set(futures)
    while waiting:
        done, waiting = wait(waiting, timeout=LOOK_S, return_when=FIRST_COMPLETED)
        progress(encounters_done(place))
        for future in done:
            future.result()


def encounters_done(place: Path) -> int:
    """Encounters whose records are written."""
    return sum(_encounters(path) for path in (place / MARKS).glob("h*.json"))


@cache
def _encounters(mark: Path) -> int:
    """How many encounters the part of this mark has; a mark is written once."""
    return int(json.loads(mark.read_text(encoding="utf-8"))["encounters"])

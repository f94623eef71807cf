"""`course check`: run every answer of a module in the real sandbox and hold what comes out against what must.

Everything is drawn from a secret of its own, so the same files give the same result on every machine.
"""

from __future__ import annotations

import atexit
import hashlib
import math
import os
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path

from nbformat import NotebookNode

from grading.answers import Answer, Expected, all_answers
from grading.build import build_notebook
from grading.checks.engine import ItemVerdict, mark_items
from grading.checks.inputs import Materials
from grading.checks.registry import load_checks
from grading.course import Module, load_module
from grading.data import Pool, Recipe, load_recipe
from grading.errors import GradingError
from grading.marking.modules import runs
from grading.messages import LANGUAGES
from grading.release import release_notebook
from grading.sandbox import Sandbox
from grading.worlds import PooledWorlds, build_dataset

SECRET = b"the gate: known to everybody, and of no use for any learner's data"
SEEDS = 20
_ATTACK_SEEDS = 2
"""What nothing must come of needs no many draws."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Where something else came out than must: in which draw, and what."""

    seed: int
    item: str
    got: str


@dataclass(slots=True)
class Tried:
    """One answer after all its draws; `seconds` for all of them."""

    answer: Answer
    seeds: int
    seconds: float = 0.0
    differences: list[Difference] = field(default_factory=list)


def gate_recipe(module: Module) -> Recipe:
    """Give the module's data set with a pool of two and two: enough to tell worlds apart, quick to build."""
    recipe = load_recipe(module.data.dataset)
    return recipe.model_copy(update={"pool": recipe.pool.model_copy(update={"learner": 2, "hidden": 2})})


@lru_cache(maxsize=1)
def _simulator() -> str:
    """A hash of all that a simulated world depends on besides its recipe: the simulator's code and knowledge."""
    folder, digest = Path(__file__).resolve().parents[1] / "simulator", hashlib.sha256()
    for file in sorted(file for file in folder.rglob("*") if file.suffix in {".py", ".csv", ".yaml"}):
        digest.update(file.relative_to(folder).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:16]


def own_state(state: Path) -> Path:
    """Where the gate keeps its worlds: those of another version of the simulator would prove nothing, and go."""
    mine = state / "check" / _simulator()
    for other in (state / "check").glob("*"):
        if other != mine:
            shutil.rmtree(other, ignore_errors=True)
    return mine


def worlds_for(recipe: Recipe, state: Path, workers: int = 2) -> Iterator[tuple[Pool, int]]:
    """Simulate what is missing of the gate's own worlds; yields each when it is there."""
    return build_dataset(recipe, own_state(state), workers, SECRET)


def check_format(module: Module) -> list[Answer]:
    """Build and release the editions in memory, load checks.py, read all answers; FormatError says what is wrong."""
    for lang in LANGUAGES:
        release_notebook(module, build_notebook(module, lang))
    load_checks(module)
    return all_answers(module)


def try_module(
    module: Module, state: Path, seeds: int = SEEDS, workers: int = 2, item: str | None = None
) -> Iterator[Tried]:
    """Run all answers, in parallel; yields each when its last draw is marked. The worlds must be there.

    item: leave out the wrong answers of all other items, while an author works on one.
    """
    answers = check_format(module)
    chosen = [n for n, answer in enumerate(answers) if answer.kind != "wrong" or item in {None, *answer.expected}]
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_end_with_parent) as pool:
        running = [pool.submit(try_answer, module.folder, number, state, seeds) for number in chosen]
        try:
            for done in as_completed(running):
                yield done.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def try_answer(folder: Path, number: int, state: Path, seeds: int) -> Tried:
    """Run one answer with each learner's files and mark it, as a submission is marked."""
    module, answers = _module(folder)
    answer = answers[number]
    notebook = _notebook(module, answer)
    materials = _materials(folder, state)
    tried = Tried(answer, seeds if answer.kind != "attack" else min(seeds, _ATTACK_SEEDS))
    begun = time.perf_counter()
    for learner, attempts in _draws(module, answer, tried.seeds):
        for attempt, verdict in _mark(module, notebook, answer, learner, attempts, materials):
            got = difference(verdict, answer.expected[verdict.id])
            if got:
                tried.differences.append(Difference(attempt, verdict.id, got))
    tried.seconds = time.perf_counter() - begun
    return tried


def _draws(module: Module, answer: Answer, seeds: int) -> Iterator[tuple[int, range]]:
    """Give learners and their attempts, `seeds` attempts in all: hidden inputs are drawn anew for each attempt.

    A new learner means running the notebook again. A wrong function is asked about hidden inputs only, so four
    attempts of one learner are four draws; everything else is tried with a new learner each time.
    """
    functions = answer.kind == "wrong" and all(module.item(name).kind == "function" for name in answer.expected)
    step = 4 if functions else 1
    for first in range(0, seeds, step):
        yield first // step, range(first, min(first + step, seeds))


def _mark(  # noqa: PLR0913, PLR0917 - one draw has that many sides
    module: Module, notebook: NotebookNode, answer: Answer, learner: int, attempts: range, materials: Materials
) -> Iterator[tuple[int, ItemVerdict]]:
    """Run the notebook in the sandbox and mark the items that something is expected of, as for a submission."""
    name = f"learner-{learner}"
    cells = [cell.source for cell in notebook.cells if runs(cell)]
    if answer.kind != "reference":  # the lesson's pictures take most of the time and are the same for every answer
        cells = [source.replace("plt.show()", 'plt.close("all")') for source in cells]
    with _box().run(cells, materials.files(name)) as session:
        for attempt in attempts:
            verdicts = mark_items(
                module, session.ask, learner_key=name, attempt=attempt + 1,
                secret=materials.secret, worlds=materials.worlds, only=answer.expected,
            )  # fmt: skip
            yield from ((attempt, verdict) for verdict in verdicts)


def difference(verdict: ItemVerdict, expected: Expected) -> str | None:
    """Say what came out, if it is not what must; nothing needs to be named where a mark is full or nothing is tried."""
    names = frozenset(verdict.misconceptions)
    reasons = {part.form for part in verdict.parts} | {verdict.stopped}
    wrong_names = expected.exact and names != expected.names
    if math.isclose(verdict.points, expected.points) and not wrong_names and expected.reasons <= reasons:
        return None
    said = sorted(names) + sorted(reason for reason in reasons if reason)
    return " ".join([f"{verdict.points:g}/{verdict.max_points:g}", *said])


def _notebook(module: Module, answer: Answer) -> NotebookNode:
    if answer.cells is None:
        return release_notebook(module, build_notebook(module, "zh"))
    return build_notebook(module, "zh", dict(answer.cells))


@lru_cache(maxsize=4)
def _module(folder: Path) -> tuple[Module, list[Answer]]:
    module = load_module(folder)
    return module, all_answers(module)


class _Remembered(Materials):
    """Materials that keep the files of each learner: every answer is tried with the same ones."""

    def __init__(self, module: Module, state: Path) -> None:
        worlds = PooledWorlds(gate_recipe(module), own_state(state), SECRET)
        super().__init__(module, state, secret=SECRET, worlds=worlds)
        self._kept: dict[str, dict[str, bytes]] = {}

    def files(self, learner: str) -> dict[str, bytes]:
        """Give what this learner finds beside the notebook."""
        if learner not in self._kept:
            self._kept[learner] = super().files(learner)
        return self._kept[learner]


@lru_cache(maxsize=4)
def _materials(folder: Path, state: Path) -> Materials:
    return _Remembered(_module(folder)[0], state)


@lru_cache(maxsize=1)
def _box() -> Sandbox:
    """Give this process's sandbox, started once."""
    if os.geteuid() == 0:
        raise GradingError("course check runs answers, and nothing is run as root: start it as an ordinary user")
    box = Sandbox()
    box.start()
    atexit.register(box.close)
    return box


def _end_with_parent() -> None:
    """Let a worker end when the command that started it is gone."""
    import ctypes  # noqa: PLC0415 - once per process
    import signal  # noqa: PLC0415 - once per process

    ctypes.CDLL(None).prctl(1, signal.SIGTERM)

"""What a learner gets who fetches an assignment: the edition in their language and their own data files.

The data files are cut from a simulated world in a process of its own, so that the service stays small and quick.
"""

from __future__ import annotations

import asyncio
import importlib
import logging
import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING

from grading.course import courses_root, load_course
from grading.errors import GradingError
from grading.exchange.process import die_with_parent
from grading.exchange.refusals import Refusal

if TYPE_CHECKING:
    from pathlib import Path

    from grading.exchange.records import Assignment
    from grading.exchange.store import Store

LOG = logging.getLogger("xinglin.exchange")
PATIENCE_S = 20.0
"""A world that is not built yet takes longer than anybody should wait for an answer; it goes on being built."""


class Parcels:
    """Builds parcels; the data files follow from the learner's name and are the same at each fetch."""

    def __init__(self, store: Store, state: Path) -> None:
        self.store = store
        self.state = state.resolve()
        self.pool: ProcessPoolExecutor | None = None
        self.cutting: dict[tuple[str, str, str], asyncio.Future[dict[str, bytes]]] = {}

    async def parcel(self, user: str, assignment: Assignment, language: str) -> dict[str, bytes]:
        """Give all files by name; Refusal where there is no such edition, or no data yet."""
        edition = await asyncio.to_thread(self.store.edition_files, assignment.course, assignment.id, language)
        if not edition:
            raise Refusal("no_language", edition=language)
        if not (courses_root() / assignment.course / "course.yaml").is_file():
            return edition  # an imported nbgrader course brings its files in the edition
        return edition | await self.data_files(user, assignment)

    async def data_files(self, user: str, assignment: Assignment) -> dict[str, bytes]:
        """Give the learner's own data files."""
        key = (assignment.course, assignment.id, user)
        self.pool = self.pool or self._pool()
        if key not in self.cutting:
            work = asyncio.get_running_loop().run_in_executor(self.pool, cut, self.state, *key)
            self.cutting[key] = work
            work.add_done_callback(lambda _: self.cutting.pop(key, None))
        try:
            return await asyncio.wait_for(asyncio.shield(self.cutting[key]), PATIENCE_S)
        except BrokenProcessPool as error:
            self.pool = None
            raise Refusal("data_missing", retry_s=1) from error
        except TimeoutError as error:
            raise Refusal("data_missing", retry_s=int(PATIENCE_S)) from error
        except GradingError as error:
            LOG.exception("data files of %s", "/".join(key))
            raise Refusal("data_missing", retry_s=60) from error

    def warm(self) -> None:
        """Start the process, so that the first learner does not wait for its imports."""
        self.pool = self.pool or self._pool()
        self.pool.submit(importlib.import_module, "grading.checks.inputs")

    def close(self) -> None:
        """End the process."""
        if self.pool is None:
            return
        for process in list((self.pool._processes or {}).values()):  # noqa: SLF001 (there is no public way to end it now)
            process.kill()
        self.pool.shutdown(wait=False, cancel_futures=True)

    @staticmethod
    def _pool() -> ProcessPoolExecutor:
        spawn = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(1, mp_context=spawn, initializer=die_with_parent, initargs=(os.getpid(),))


def cut(state: Path, course: str, assignment: str, user: str) -> dict[str, bytes]:
    """Make one learner's files of one module (in the pool's process)."""
    from grading.checks.inputs import learner_files  # noqa: PLC0415 (seconds of imports that the service need not pay)

    return learner_files(load_course(course).module(assignment), state, user)

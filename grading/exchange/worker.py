"""A worker: claims one job at a time, has it marked, writes the outcome.

Started and watched by the service (supervisor.py), one process each: `python -m grading.exchange.worker NAME`.
A byte on standard input says that there may be work; its end says that the service is gone, and so is the worker.
"""

from __future__ import annotations

import importlib
import logging
import os
import select
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING

from grading.errors import SandboxError
from grading.exchange.marker import job_of, outcome_of
from grading.exchange.process import NO_SANDBOX, TOO_LONG, die_with_parent
from grading.exchange.queue import Queue
from grading.exchange.settings import Limits, Places
from grading.exchange.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable

    from grading.exchange.queue import Claim
    from grading.marking.models import Job, Marked

LOG = logging.getLogger("xinglin.worker")
IDLE_S = 2.0


class Worker:
    """One process that marks, one job after the other."""

    def __init__(self, name: str, places: Places, limits: Limits) -> None:
        self.name = name
        self.places = places
        self.limits = limits
        self.store = Store.open(places.state, places.database_url)
        self.queue = Queue(self.store.engine, limits.lease_s, limits.max_crashes)
        self.mark = start_marker(places.marker)

    def run(self) -> None:
        """Mark until the service closes our standard input."""
        while True:
            while not self.queue.is_empty() and (claim := self.queue.claim(self.name)):
                self.do(claim)
            if not wait_for_work():
                return

    def do(self, claim: Claim) -> None:
        """Mark one attempt; whatever the marker raises costs the job one of its lives, not the worker."""
        with Lease(self.queue, claim, self.name, self.limits):
            try:
                marked = self.mark(job_of(self.store, claim, self.places.state))
                if marked.status == "failed":
                    raise RuntimeError(f"marking failed: {marked.reason}")  # noqa: TRY301 (the same end as a crash)
                outcome = outcome_of(self.store, claim, marked)
            except Exception:
                LOG.exception("attempt %s could not be marked (try %d)", claim.attempt, claim.crashes + 1)
                self.queue.give_back(self.name, crashed=True)
                return
            if not self.queue.finish(claim, self.name, outcome):
                LOG.warning("attempt %s: the lease was lost, somebody else marks it", claim.attempt)


class Lease:
    """Keeps a job ours while it is being marked, and ends the process where that takes too long."""

    def __init__(self, queue: Queue, claim: Claim, worker: str, limits: Limits) -> None:
        self.queue, self.claim, self.worker, self.limits = queue, claim, worker, limits
        self.done = threading.Event()
        self.thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> None:
        self.thread.start()

    def __exit__(self, *_: object) -> None:
        self.done.set()
        self.thread.join()

    def _beat(self) -> None:
        end = time.monotonic() + self.limits.marking_timeout_s
        while not self.done.wait(self.limits.lease_s / 3):
            if time.monotonic() > end:
                LOG.error("attempt %s takes longer than %s s", self.claim.attempt, self.limits.marking_timeout_s)
                os._exit(TOO_LONG)  # a thread cannot be stopped, a process can; the sandbox ends with it
            self.queue.renew(self.claim, self.worker)


def start_marker(name: str) -> Callable[[Job], Marked]:
    """Call `package.module:function`, which makes ready and gives what marks."""
    module, _, function = name.partition(":")
    start: Callable[[], Callable[[Job], Marked]] = getattr(importlib.import_module(module), function)
    return start()


def wait_for_work() -> bool:
    """Sleep until the service calls or a moment has passed; False when the service is gone."""
    readable, _, _ = select.select([sys.stdin], [], [], IDLE_S)
    return not readable or bool(os.read(sys.stdin.fileno(), 4096))


def main(name: str, parent: int) -> None:
    """Run one worker until its service ends."""
    die_with_parent(parent)
    # the service decides when we stop: by closing our standard input. Handlers, because programs that we start
    # would inherit SIG_IGN
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    logging.basicConfig(level=logging.INFO, format=f"%(asctime)s {name} %(levelname)s %(message)s")
    try:
        Worker(name, Places(), Limits()).run()
    except SandboxError as error:
        LOG.critical("nothing is marked: %s", error)
        sys.exit(NO_SANDBOX)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))

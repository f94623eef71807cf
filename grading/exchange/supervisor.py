"""Starts the workers, calls them when there is work, and starts another where one dies."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
import sys
from typing import TYPE_CHECKING

from grading.exchange.process import NO_SANDBOX

if TYPE_CHECKING:
    from asyncio.subprocess import Process

    from grading.exchange.queue import Queue

LOG = logging.getLogger("xinglin.exchange")
STOP_S = 10.0
AFTER_CRASH_S = 0.5
WITHOUT_SANDBOX_S = 30.0


class Supervisor:
    """The worker processes of this service; they end with it, even when it is killed."""

    def __init__(self, queue: Queue, number: int) -> None:
        self.queue = queue
        self.number = number
        self.machine = f"{socket.gethostname()}/"
        self.running: dict[str, Process] = {}
        self.tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Free what an earlier service of this machine left behind, and start the workers."""
        if left := self.queue.give_back(self.machine, crashed=False):
            LOG.info("%d markings were interrupted and go on now", left)
        self.tasks = [asyncio.create_task(self._keep(slot)) for slot in range(self.number)]

    def call(self) -> None:
        """Tell the workers that there may be work."""
        for process in self.running.values():
            if process.stdin is not None and not process.stdin.is_closing():
                process.stdin.write(b"\n")

    async def stop(self) -> None:
        """Let the workers finish what they are at for a moment, then end them; unfinished jobs stay queued."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await asyncio.gather(*(self._end(process) for process in self.running.values()))
        self.queue.give_back(self.machine, crashed=False)

    @staticmethod
    async def _end(process: Process) -> None:
        if process.stdin is not None:
            process.stdin.close()
        with contextlib.suppress(ProcessLookupError):
            process.terminate()  # ends one that is still starting; another finishes its job first
        try:
            await asyncio.wait_for(process.wait(), STOP_S)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def _keep(self, slot: int) -> None:
        generation = 0
        while True:
            generation += 1
            name = f"{self.machine}{os.getpid()}/{slot}.{generation}"
            command = (sys.executable, "-m", "grading.exchange.worker", name, str(os.getpid()))
            process = await asyncio.create_subprocess_exec(*command, stdin=asyncio.subprocess.PIPE)
            self.running[name] = process
            code = await process.wait()
            del self.running[name]
            LOG.error("worker %s ended with %d; starting another", name, code)
            self.queue.give_back(name, crashed=code != NO_SANDBOX)
            await asyncio.sleep(WITHOUT_SANDBOX_S if code == NO_SANDBOX else AFTER_CRASH_S)

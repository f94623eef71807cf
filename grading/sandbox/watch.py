"""Waits for a job while keeping an eye on the memory all its processes take together.

Without control groups (which need root or a delegated slice) the kernel limits each process, not their sum.
"""

import contextlib
import select
import socket
import time
from pathlib import Path

from grading.sandbox.inside import wire

PERIOD_S = 0.25


def _children(pid: int) -> list[int]:
    found: list[int] = []
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            with contextlib.suppress(OSError):
                found += map(int, (task / "children").read_text().split())
    return found


def _descendants(pid: int) -> list[int]:
    every, waiting = [], _children(pid)
    while waiting:
        every.append(waiting.pop())
        waiting += _children(every[-1])
    return every


def _field(path: Path, name: str) -> int:
    with contextlib.suppress(OSError):
        for line in path.read_text().splitlines():
            if line.startswith(name):
                return int(line.split()[1]) * 1024
    return 0


class Watch:
    """Watches the descendants of bubblewrap's process `pid`; together they may hold `most` bytes."""

    def __init__(self, pid: int, most: int) -> None:
        self.pid, self.most = pid, most

    def until_readable(self, sock: socket.socket, deadline: float) -> None:
        """Return when there is something to read; SlowError after the deadline, BigError for too much memory."""
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                raise wire.SlowError
            if select.select([sock], [], [], min(left, PERIOD_S))[0]:
                return
            if self.memory() > self.most:
                raise wire.BigError

    def memory(self) -> int:
        """Bytes in use by the job; pages shared after a fork are counted once if counting them often exceeds."""
        processes = [Path(f"/proc/{pid}") for pid in _descendants(self.pid)]
        used = sum(_field(process / "status", "RssAnon") for process in processes)
        if used <= self.most:
            return used
        return sum(_field(process / "smaps_rollup", "Pss_Anon") for process in processes)

"""What the kernel of the queues reads and writes: steps, walkers, servers and stations, one record each."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from simulator.arrays import Ints

NONE = -1
ON_THE_WAY, BESIDE, JOINS, LEAVES = 0, 1, 2, 4
"""What a step is: beside the way; joins what was sent beside; whoever gives it up leaves the hospital."""
Int = Any
"""An integer of NumPy or of Python: compiled code takes both."""
Recs = Any
"""Rows of records in compiled code, which reads and writes their fields as attributes."""
Rows = npt.NDArray[np.void]
"""Records, because what belongs to one step, walker or server is read together."""
STEP = np.dtype(
    [
        ("station", np.int16),
        ("rank", np.int8),  # 0 goes first
        ("role", np.int8),
        ("service", np.int32),  # seconds that a server is busy
        ("walk", np.int32),  # seconds until the queue is joined
        ("lag", np.int32),  # seconds from the end of the service to its result
        ("patience", np.int32),  # seconds in the queue, 0 without end; of a step that joins: for the results
        ("skip", np.int8),  # how many steps are left out by who gives this one up
        ("stage", np.int8),
        ("server", np.int16),  # from here on the outcome: the server's number within its station
        ("walker", np.int32),
        ("joined", np.int32),
        ("begun", np.int32),
        ("behind", np.int32),  # the next in the queue
    ],
    align=True,
)
WALKER = np.dtype(
    [
        ("start", np.int64),
        ("first", np.int64),
        ("last", np.int64),  # the step after their last one
        ("ready", np.int32),  # when their results are there
        ("left", np.int32),  # when they had finished, -1 - then for those who gave up and left
        ("pending", np.int16),
        ("comes", np.bool_),
    ],
    align=True,
)
SERVER = np.dtype(
    [
        ("opens", np.int64),  # seconds of the day
        ("closes", np.int64),
        ("free", np.int64),
        ("station", np.int64),
        ("shut_first", np.int64),  # rows of the spans in which it is out of order
        ("shut_last", np.int64),
        ("lunch", np.bool_),  # whether it pauses at noon
        ("called", np.bool_),
    ],
    align=True,
)
STATION = np.dtype([("first", np.int64), ("last", np.int64), ("batch", np.int64), ("waiting", np.int64)])


@dataclass(frozen=True)
class Servers:
    """Stations (T) with how many specimens or people one server takes at once, servers (V), and spans out of order.

    shut: (K, 2) from and until, ordered by server.
    """

    stations: Rows
    servers: Rows
    shut: Ints

    @classmethod
    def of(
        cls, count: Ints, batch: Ints, hours: tuple[Ints, Ints, Ints], shut: list[tuple[int, int, int]]
    ) -> "Servers":
        """count, batch: (T,); hours: opens, closes, lunch (V,); shut: server, from and until."""
        stations = np.zeros(len(count), STATION)
        stations["last"] = np.cumsum(count)
        stations["first"] = stations["last"] - count
        stations["batch"] = batch
        servers = np.zeros(int(np.sum(count)), SERVER)
        servers["opens"], servers["closes"], servers["lunch"] = hours
        servers["station"] = np.repeat(np.arange(len(count)), count)
        rows = np.array(sorted(shut), np.int64).reshape(-1, 3)
        servers["shut_first"] = np.searchsorted(rows[:, 0], np.arange(len(servers)))
        servers["shut_last"] = np.searchsorted(rows[:, 0], np.arange(len(servers)), side="right")
        return cls(stations, servers, np.ascontiguousarray(rows[:, 1:]))


@dataclass(frozen=True)
class Ways:
    """Walkers (W), ordered by start, with their steps (S) one after the other; once played, with their outcome."""

    walkers: Rows
    steps: Rows

    @classmethod
    def of(cls, start: Ints, first: Ints, steps: Rows) -> "Ways":
        """first: (W + 1,) each walker's first step."""
        walkers = np.zeros(len(start), WALKER)
        walkers["start"], walkers["first"], walkers["last"] = start, first[:-1], first[1:]
        walkers["comes"] = True
        steps["walker"] = np.repeat(np.arange(len(start)), np.diff(first))
        return cls(walkers, steps)

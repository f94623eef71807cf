"""A heap of what happens next; an event is one integer, so that the least comes first."""

import numpy as np

from simulator.arrays import Ints
from simulator.care.queues.records import Int
from simulator.compiled import inlined

KIND, TIME, MASK = 30, 32, (1 << 30) - 1
"""An event is one integer: seconds, two bits of its kind, thirty of its step or server."""


@inlined
def event(at: Int, kind: int, who: Int) -> Int:
    """Pack an event, so that the least integer comes first."""
    return np.int64(at) << TIME | np.int64(kind) << KIND | np.int64(who)


@inlined
def push(heap: Ints, item: Int) -> None:
    """Add to a heap whose length stands in front of its items."""
    n = heap[0] + 1
    heap[0] = n
    while n > 1 and heap[n >> 1] > item:
        heap[n] = heap[n >> 1]
        n >>= 1
    heap[n] = item


@inlined
def pop(heap: Ints) -> Int:
    """Take the least item from a heap."""
    first, n = heap[1], heap[0] - 1
    item, at = heap[n + 1], 1
    heap[0] = n
    while 2 * at <= n:
        down = 2 * at
        if down < n and heap[down + 1] < heap[down]:
            down += 1
        if heap[down] >= item:
            break
        heap[at] = heap[down]
        at = down
    heap[at] = item
    return first

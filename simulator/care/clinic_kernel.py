"""Contention for doctors, in order of time: who is seen when, and by whom. Times are local seconds."""

import numpy as np

from simulator.arrays import Ints
from simulator.care.compiled import compiled

DAY = 86400
NOON = 12 * 3600
AFTERNOON = 13 * 3600 + 1800
LEVELS = 4
NOBODY = -1


@compiled
def opening(at: int, opens: int, closes: int) -> int:
    """The first moment from `at` on when a clinic's doctor works (they finish their queue after closing time)."""
    if closes - opens >= DAY:
        return at
    midnight = at - at % DAY
    second = at - midnight
    if second < opens:
        return midnight + opens
    if NOON <= second < AFTERNOON < closes:
        return midnight + AFTERNOON
    return at


@compiled
def serve_in_turn(arrival: Ints, service: Ints, doctors: int, opens: int, closes: int) -> tuple[Ints, Ints]:
    """First come, first served. arrival (n,) ascending, service (n,) -> (seen at, doctor 0..doctors-1), (n,)."""
    free = np.zeros(doctors, np.int64)
    seen = np.empty(len(arrival), np.int64)
    who = np.empty(len(arrival), np.int64)
    for k in range(len(arrival)):
        doctor = np.argmin(free)
        seen[k] = opening(max(arrival[k], free[doctor]), opens, closes)
        who[k] = doctor
        free[doctor] = seen[k] + service[k]
    return seen, who


@compiled
def serve_by_urgency(arrival: Ints, level: Ints, service: Ints, patience: Ints, doctors: int) -> tuple[Ints, Ints]:
    """The most urgent level (0 first) before the rest, each level in order of arrival, day and night.

    arrival (n,) ascending -> (seen at, doctor); both -1 for those who left because they waited too long.
    """
    n = len(arrival)
    free = np.zeros(doctors, np.int64)
    seen = np.full(n, NOBODY, np.int64)
    who = np.full(n, NOBODY, np.int64)
    queue = np.empty((LEVELS, n), np.int64)
    head = np.zeros(LEVELS, np.int64)
    tail = np.zeros(LEVELS, np.int64)
    come, left, now = 0, n, 0
    while left > 0:
        doctor = np.argmin(free)
        now = max(now, free[doctor])
        if (head == tail).all() and arrival[come] > now:
            now = arrival[come]
        while come < n and arrival[come] <= now:
            queue[level[come], tail[level[come]]] = come
            tail[level[come]] += 1
            come += 1
        for urgency in range(LEVELS):
            if head[urgency] < tail[urgency]:
                patient = queue[urgency, head[urgency]]
                head[urgency] += 1
                left -= 1
                if now - arrival[patient] <= patience[patient]:
                    seen[patient] = now
                    who[patient] = doctor
                    free[doctor] = now + service[patient]
                break
    return seen, who

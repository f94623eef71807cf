"""Contention for beds, in order of time: who lies where and from when to when. Times are local seconds.

A bed that is left is cleaned before the next patient may have it. A patient who must move on (into or out of intensive
care) keeps the old bed until the new one is free, and after twelve hours of waiting stays where they are. Emergencies
go first; if their own ward is full, another ward lends a bed. Patients from the clinic wait at home for a bed of their
own ward. A ward that is closed takes nobody: who lies in it stays, and who asks for it waits until it opens.
"""

import heapq
from typing import Any

import numpy as np

from simulator.arrays import Bools, Ints
from simulator.compiled import compiled

DAY = 86400
STAGES = 3
NONE = -1
Int = Any
"""An integer of NumPy or of Python: compiled code takes both."""
BED_READY, STAGE_OVER, STAY_PUT, REOPENS = 0, 1, 2, 3
MOVE_WAIT = 12 * 3600


@compiled
def stage_end(start: Int, planned: Int, discharge_second: Int, last: bool, died: bool) -> Int:  # noqa: FBT001  # compiled
    """When a stage of `planned` seconds ends: discharges happen at the ward's hour of the day, deaths at any time."""
    if not last or died:
        return start + planned
    at = start + planned
    at = at - at % DAY + discharge_second
    return at if at > start + planned // 2 and at > start + 7200 else at + DAY  # at least two hours in the bed


@compiled
def occupy(  # noqa: C901, PLR0912, PLR0913, PLR0915, PLR0917  # one loop over time, compiled, takes plain arrays
    request: Ints,
    urgent: Bools,
    where: Ints,
    planned: Ints,
    discharge_second: Ints,
    died: Bools,
    bed_ward: Ints,
    lends: Bools,
    patience: int,
    cleaning: int,
    moving: int,
    until: int,
    closed: Ints,
) -> tuple[Ints, Ints, Ints, Ints, Ints, Ints]:
    """Play admissions (n, ordered by request) through wards.

    where, planned: (n, 3), the ward of each stage (-1 none) and its length in s; bed_ward: (beds,); lends[a, b]: ward b
    lends beds to ward a; closed: (k, 3) ward, from, until. Returns rows of stays: admission,
    stage, bed, requested, started, ended (beyond `until` too).
    """
    n, wards, beds = len(request), lends.shape[0], len(bed_ward)
    stays = np.empty((6, STAGES * n), np.int64)
    count = 0
    free = np.empty((wards, beds), np.int64)
    unused = np.zeros(wards, np.int64)
    for number in range(beds - 1, -1, -1):
        free[bed_ward[number], unused[bed_ward[number]]] = number
        unused[bed_ward[number]] += 1
    queue = np.empty((2, wards, STAGES * n + 1), np.int64)
    head = np.zeros((2, wards), np.int64)
    tail = np.zeros((2, wards), np.int64)
    stage = np.zeros(n, np.int64)
    asked = request.copy()
    row_of = np.full(n, NONE, np.int64)
    waits = np.zeros(n, np.bool_)
    events: list[Any] = [(np.int64(0), np.int64(BED_READY), np.int64(NONE))]
    for k in range(len(closed)):
        heapq.heappush(events, (np.int64(closed[k, 2]), np.int64(REOPENS), np.int64(closed[k, 0])))
    come = 0
    while come < n or len(events) > 0:
        if len(events) == 0 or (come < n and request[come] <= events[0][0]):
            now, kind, who = np.int64(request[come]), np.int64(STAGE_OVER), np.int64(come)
            come += 1
        else:
            now, kind, who = heapq.heappop(events)
        if now > until:
            break
        if who == NONE:
            continue
        bed: Any = NONE
        patient: Any = NONE
        if kind == BED_READY:
            ward = int(bed_ward[who])
            if not shut(ward, now, closed):
                patient = next_in_line(queue, head, tail, lends, asked, waits, ward, now, patience)
            if patient == NONE:
                free[ward, unused[ward]] = who
                unused[ward] += 1
            bed = who
        elif kind == REOPENS:
            for k in range(unused[who]):
                heapq.heappush(events, (now, np.int64(BED_READY), np.int64(free[who, k])))
            unused[who] = 0
        elif kind == STAY_PUT:
            if waits[who] and asked[who] == now - MOVE_WAIT:
                waits[who] = False
                k = stage[who]
                last = k + 1 == STAGES or where[who, k + 1] == NONE
                end = stage_end(now, planned[who, k], discharge_second[who], last, died[who])
                stays[5, row_of[who]] = end
                heapq.heappush(events, (end, np.int64(STAGE_OVER), who))
        else:
            if row_of[who] != NONE:
                stage[who] += 1
            asked[who] = now
            if stage[who] == STAGES or where[who, stage[who]] == NONE:
                stays[5, row_of[who]] = now
                heapq.heappush(events, (now + cleaning, np.int64(BED_READY), stays[2, row_of[who]]))
            else:
                ward = lender(where[who, stage[who]], unused, lends, urgent[who], now, closed)
                if ward == NONE:
                    first = 0 if urgent[who] or stage[who] > 0 else 1
                    queue[first, where[who, stage[who]], tail[first, where[who, stage[who]]]] = who
                    tail[first, where[who, stage[who]]] += 1
                    waits[who] = True
                    if row_of[who] != NONE:
                        stays[5, row_of[who]] = until + 1
                        heapq.heappush(events, (now + MOVE_WAIT, np.int64(STAY_PUT), who))
                else:
                    unused[ward] -= 1
                    bed, patient = free[ward, unused[ward]], who
        if patient != NONE:
            start = now + moving
            waits[patient] = False
            if row_of[patient] != NONE:
                stays[5, row_of[patient]] = start
                heapq.heappush(events, (start + cleaning, np.int64(BED_READY), stays[2, row_of[patient]]))
            k = stage[patient]
            last = k + 1 == STAGES or where[patient, k + 1] == NONE
            end = stage_end(start, planned[patient, k], discharge_second[patient], last, died[patient])
            stays[0, count], stays[1, count], stays[2, count] = patient, k, bed
            stays[3, count], stays[4, count], stays[5, count] = asked[patient], start, end
            row_of[patient] = count
            count += 1
            heapq.heappush(events, (end, np.int64(STAGE_OVER), np.int64(patient)))
    kept = stays[:, :count]
    return kept[0], kept[1], kept[2], kept[3], kept[4], kept[5]


@compiled
def shut(ward: int, now: Int, closed: Ints) -> bool:
    """Whether a ward takes nobody at this moment."""
    for k in range(len(closed)):  # noqa: SIM110  # compiled
        if closed[k, 0] == ward and closed[k, 1] <= now < closed[k, 2]:
            return True
    return False


@compiled
def lender(ward: int, unused: Ints, lends: Bools, urgent: bool, now: Int, closed: Ints) -> int:  # noqa: FBT001, PLR0913, PLR0917  # compiled
    """The ward whose bed can be had now: one's own, or for an emergency the emptiest that lends; -1 if none."""
    if unused[ward] > 0 and not shut(ward, now, closed):
        return ward
    best = NONE
    if urgent:
        for other in range(len(unused)):
            can = lends[ward, other] and unused[other] > 1 and not shut(other, now, closed)
            if can and (best == NONE or unused[other] > unused[best]):
                best = other
    return best


@compiled
def next_in_line(  # noqa: PLR0913, PLR0917  # compiled, takes plain arrays
    queue: Ints, head: Ints, tail: Ints, lends: Bools, asked: Ints, waits: Bools, ward: int, now: Int, patience: int
) -> int:
    """Who gets a bed of this ward: its own emergencies, its own patients from the clinic, then others' emergencies."""
    for first in range(2):
        while head[first, ward] < tail[first, ward]:
            patient = queue[first, ward, head[first, ward]]
            head[first, ward] += 1
            if waits[patient] and (first == 0 or now - asked[patient] <= patience):
                return int(patient)
    best = NONE
    for other in range(lends.shape[0]):
        while head[0, other] < tail[0, other] and not waits[queue[0, other, head[0, other]]]:
            head[0, other] += 1
        waiting = lends[other, ward] and head[0, other] < tail[0, other]
        if waiting and (best == NONE or asked[queue[0, other, head[0, other]]] < asked[queue[0, best, head[0, best]]]):
            best = other
    if best == NONE:
        return NONE
    head[0, best] += 1
    return int(queue[0, best, head[0, best] - 1])

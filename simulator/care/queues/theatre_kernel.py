"""Operating lists, day by day: a theatre works through its list, emergencies first; what the day cannot hold waits.

Times are local seconds. A list is made in the morning and holds what fits into the day by the usual durations. When it
overruns, because operations took longer or an emergency came between, the rest is struck off and heads the next list.
"""

from typing import NamedTuple

import numpy as np

from simulator.arrays import Bools, Ints
from simulator.care.queues.kernel import opening
from simulator.care.queues.records import Int, Recs
from simulator.compiled import compiled, inlined

DAY = 86400
OPENS, CLOSES = 8 * 3600, 17 * 3600
OVERRUN = 3600
"""How long after the end of the list an operation may still be expected to end."""
TURNOVER = 25 * 60
NONE = -1


class Wanted(NamedTuple):
    """Operations (n,), ordered by when they can begin.

    ready: that moment; day: of an elective one the day of its first list, from 0; usual, taken: seconds expected and
    needed; urgent; home: the theatre of its list; patient; latest: when it must be over, for the patient leaves.
    """

    ready: Ints
    day: Ints
    usual: Ints
    taken: Ints
    urgent: Bools
    home: Ints
    patient: Ints
    latest: Ints


class Lists(NamedTuple):
    """What is going on: of theatres their free moment and queue, of patients when they are free, and the outcome."""

    free: Ints
    head: Ints
    tail: Ints
    today: Ints
    behind: Ints
    patient_free: Ints
    started: Ints
    theatre: Ints
    struck: Ints


@compiled
def operate(wanted: Wanted, working: Bools, theatres: Recs, shut: Ints, patients: int) -> tuple[Ints, Ints, Ints]:
    """Play the lists of all days; working: (days,) whether there are lists at all.

    Returns when each operation began (-1 if never), in which theatre, and how often it was struck off a list.
    """
    n, rooms = len(wanted.ready), len(theatres)
    lists = Lists(
        np.zeros(rooms, np.int64),
        np.full(rooms, NONE, np.int64),
        np.full(rooms, NONE, np.int64),
        np.zeros(rooms, np.int64),
        np.full(n, NONE, np.int64),
        np.zeros(patients, np.int64),
        np.full(n, NONE, np.int64),
        np.full(n, NONE, np.int64),
        np.zeros(n, np.int64),
    )
    elective = np.flatnonzero(~wanted.urgent)
    elective = elective[np.argsort(wanted.day[elective], kind="mergesort")]
    urgent = np.flatnonzero(wanted.urgent)
    come, alarm = 0, 0
    for day in range(len(working)):
        while come < len(elective) and wanted.day[elective[come]] <= day:
            _append(elective[come], wanted, lists)
            come += 1
        lists.today[:] = 0
        if working[day]:
            for room in range(rooms):
                lists.today[room] = _fits(room, wanted, lists)
        while True:
            room, begins = _next_room(day, wanted, lists, theatres, shut)
            due = alarm < len(urgent) and wanted.ready[urgent[alarm]] < (day + 1) * DAY
            if due and (room == NONE or wanted.ready[urgent[alarm]] <= begins):
                _emergency(urgent[alarm], wanted, lists, theatres, shut)
                alarm += 1
            elif room == NONE:
                break
            else:
                _elective(room, begins, day, wanted, lists)
    return lists.started, lists.theatre, lists.struck


@inlined
def _append(one: Int, wanted: Wanted, lists: Lists) -> None:
    room = wanted.home[one]
    if lists.tail[room] == NONE:
        lists.head[room] = one
    else:
        lists.behind[lists.tail[room]] = one
    lists.tail[room] = one


@inlined
def _fits(room: int, wanted: Wanted, lists: Lists) -> Int:
    """How many of those who wait for this theatre its list holds, at least one."""
    count, full, one = 0, 0, lists.head[room]
    while one != NONE and (count == 0 or full + wanted.usual[one] <= CLOSES - OPENS):
        full += wanted.usual[one] + TURNOVER
        count += 1
        one = lists.behind[one]
    return count


@inlined
def _next_room(day: int, wanted: Wanted, lists: Lists, theatres: Recs, shut: Ints) -> tuple[Int, Int]:
    """The theatre whose list goes on first, and when; -1 if all lists are done."""
    best, soonest = NONE, np.int64(0)
    for room in range(len(lists.free)):
        if lists.today[room] > 0:
            one = lists.head[room]
            at = max(lists.free[room], day * DAY + OPENS, lists.patient_free[wanted.patient[one]], wanted.ready[one])
            at = opening(at, room, theatres, shut)
            if best == NONE or at < soonest:
                best, soonest = room, np.int64(at)
    return best, soonest


@inlined
def _emergency(one: Int, wanted: Wanted, lists: Lists, theatres: Recs, shut: Ints) -> None:
    """Into the theatre that is free first, if the patient is still here then."""
    best, soonest = 0, np.int64(0)
    for room in range(len(lists.free)):
        at = max(lists.free[room], wanted.ready[one], lists.patient_free[wanted.patient[one]])
        at = opening(at, room, theatres, shut)
        if room == 0 or at < soonest:
            best, soonest = room, np.int64(at)
    if soonest + wanted.taken[one] <= wanted.latest[one]:
        _start(one, best, soonest, wanted, lists)


@inlined
def _elective(room: Int, begins: Int, day: int, wanted: Wanted, lists: Lists) -> None:
    """Begin the first of a list, or strike off what is left of it; who has left the hospital is passed over."""
    one = lists.head[room]
    if (begins + wanted.usual[one] > day * DAY + CLOSES + OVERRUN and begins > day * DAY + OPENS) or begins >= (
        day + 1
    ) * DAY:
        _strike(room, lists)
    else:
        lists.today[room] -= 1
        lists.head[room] = lists.behind[one]
        if lists.head[room] == NONE:
            lists.tail[room] = NONE
        if begins + wanted.taken[one] <= wanted.latest[one]:
            _start(one, room, begins, wanted, lists)


@inlined
def _strike(room: Int, lists: Lists) -> None:
    one = lists.head[room]
    while lists.today[room] > 0:
        lists.struck[one] += 1
        lists.today[room] -= 1
        one = lists.behind[one]


@inlined
def _start(one: Int, room: Int, at: Int, wanted: Wanted, lists: Lists) -> None:
    lists.started[one], lists.theatre[one] = at, room
    lists.free[room] = at + wanted.taken[one] + TURNOVER
    lists.patient_free[wanted.patient[one]] = at + wanted.taken[one] + TURNOVER

"""Contention at stations, in order of time: walkers go from one to the next and wait for counters, rooms and results.

A station has servers, each with its hours; whoever comes joins the queue of their rank, lower ranks are served first,
and each rank in order of arrival. A step may be *beside* the way (a specimen goes to the laboratory while the patient
walks on), may *join* (it waits until all results are there), and may be given up by who has waited too long. A server
that is shut begins nothing until it opens again; what it has begun it finishes. Times are local seconds.
"""

from typing import Any, NamedTuple

import numpy as np

from simulator.arrays import Bools, Ints
from simulator.care.compiled import compiled, inlined

DAY = 86400
NOON, AFTERNOON = 12 * 3600, 13 * 3600 + 1800
RANKS = 5
NONE = -1
ON_THE_WAY, BESIDE, JOINS, LEAVES = 0, 1, 2, 4
"""What a step is: beside the way; joins what was sent beside; whoever gives it up leaves the hospital."""
ARRIVE, WAKE, GIVE_UP = 0, 1, 2
FRESH, RELEASED, PARKED, GONE = 0, 1, 2, 3
KIND, TIME, MASK = 30, 32, (1 << 30) - 1
"""An event is one integer: seconds, two bits of its kind, thirty of its step or server."""
Int = Any
"""An integer of NumPy or of Python: compiled code takes both."""


class Servers(NamedTuple):
    """Stations (T) and their servers (V).

    first: (T + 1,) the first server of each station; batch: (T,) how many one takes at once; opens, closes: (V,)
    seconds of the day; lunch: (V,) whether it pauses at noon; shut: (K, 2) from and until, those of server v are the
    rows shut_first[v] .. shut_first[v + 1] - 1.
    """

    first: Ints
    batch: Ints
    opens: Ints
    closes: Ints
    lunch: Bools
    shut_first: Ints
    shut: Ints


class Ways(NamedTuple):
    """Walkers (W), ordered by start, with their steps (S) one after the other.

    comes: (W,) whether each comes at all; first: (W + 1,) each walker's first step; service: seconds a server is busy;
    walk: seconds until the queue is joined; lag: seconds from the end of the service to its result; rank: 0 goes
    first; role: see above; patience: seconds in the queue (of a step that joins: for the results), 0 without end;
    skip: how many steps are left out by who gives this one up.
    """

    start: Ints
    first: Ints
    comes: Bools
    station: Ints
    service: Ints
    walk: Ints
    lag: Ints
    rank: Ints
    role: Ints
    patience: Ints
    skip: Ints


class State(NamedTuple):
    """What the kernel remembers: of steps (S), of walkers (W), of servers (V) and of the queues (T, RANKS)."""

    joined: Ints
    begun: Ints
    server: Ints
    behind: Ints
    stage: Ints
    pending: Ints
    ready: Ints
    left: Ints
    free: Ints
    called: Bools
    head: Ints
    tail: Ints
    waiting: Ints


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


@inlined
def opening(at: Int, v: Int, servers: Servers) -> Int:
    """The first moment from `at` on at which server `v` may begin something."""
    moved = True
    while moved:
        moved = False
        second = at % DAY
        if second < servers.opens[v]:
            at += servers.opens[v] - second
        elif second >= servers.closes[v]:
            at += DAY + servers.opens[v] - second
        elif servers.lunch[v] and NOON <= second < AFTERNOON:
            at += AFTERNOON - second
        for k in range(servers.shut_first[v], servers.shut_first[v + 1]):
            if servers.shut[k, 0] <= at < servers.shut[k, 1]:
                at = servers.shut[k, 1]
                moved = True
    return at


@compiled
def play(ways: Ways, walker: Ints, servers: Servers) -> State:
    """Play all walkers to their end; walker: (S,) whose step each is.

    joined, begun: when each step joined its queue and was begun (-1 if never); server: its number within the station;
    left: when each walker had finished, -1 - then for those who gave up and left.
    """
    state = _fresh(len(ways.first) - 1, len(ways.station), len(servers.opens), len(servers.batch))
    events = np.empty(2 * len(ways.station) + len(servers.opens) + 8, np.int64)
    events[0] = 0
    come, walkers = 0, len(ways.start)
    while come < walkers or events[0] > 0:
        if come < walkers and (events[0] == 0 or ways.start[come] <= events[1] >> TIME):
            if ways.comes[come] and ways.first[come] < ways.first[come + 1]:
                step = ways.first[come]
                push(events, event(ways.start[come] + ways.walk[step], ARRIVE, step))
            come += 1
            continue
        packed = pop(events)
        now, kind, who = packed >> TIME, packed >> KIND & 3, packed & MASK
        if kind == WAKE:
            _serve(who, now, ways, walker, servers, state, events)
        elif kind == GIVE_UP:
            _give_up(who, now, ways, walker, servers, state, events)
        elif ways.role[who] & JOINS and state.stage[who] == FRESH and not _results_there(who, now, walker, state):
            _park(who, now, ways, walker, state, events)
        else:
            _queue(who, now, ways, walker, servers, state, events)
    return state


@inlined
def _fresh(walkers: int, steps: int, servers: int, stations: int) -> State:
    return State(
        np.full(steps, NONE, np.int32),
        np.full(steps, NONE, np.int32),
        np.full(steps, NONE, np.int16),
        np.full(steps, NONE, np.int32),
        np.zeros(steps, np.int8),
        np.zeros(walkers, np.int16),
        np.zeros(walkers, np.int32),
        np.full(walkers, NONE, np.int32),
        np.zeros(servers, np.int64),
        np.zeros(servers, np.bool_),
        np.full((stations, RANKS), NONE, np.int32),
        np.full((stations, RANKS), NONE, np.int32),
        np.zeros(stations, np.int64),
    )


@inlined
def _results_there(step: Int, now: Int, walker: Ints, state: State) -> Int:
    return state.pending[walker[step]] == 0 and state.ready[walker[step]] <= now


@inlined
def _park(step: Int, now: Int, ways: Ways, walker: Ints, state: State, events: Ints) -> None:  # noqa: PLR0913, PLR0917  # compiled
    """Wait for the results, but not for ever; `joined` holds since when."""
    state.joined[step], state.stage[step] = now, PARKED
    until: Int = np.int64(now + ways.patience[step])
    if state.pending[walker[step]] == 0:
        until = min(until, np.int64(state.ready[walker[step]]))
    push(events, event(until, GIVE_UP, step))


@inlined
def _queue(step: Int, now: Int, ways: Ways, walker: Ints, servers: Servers, state: State, events: Ints) -> None:  # noqa: PLR0913, PLR0917  # compiled
    """Be served at once by a server that is free and open, or stand at the end of one's queue."""
    station, rank = ways.station[step], ways.rank[step]
    state.joined[step] = now
    if state.waiting[station] == 0:
        for v in range(servers.first[station], servers.first[station + 1]):
            if state.free[v] <= now and opening(now, v, servers) == now:
                _begin(step, v, now, ways, walker, servers, state, events)
                state.free[v] = now + ways.service[step]
                return
    if state.tail[station, rank] == NONE:
        state.head[station, rank] = step
    else:
        state.behind[state.tail[station, rank]] = step
    state.tail[station, rank] = step
    state.waiting[station] += 1
    _call(station, now, servers, state, events)
    if ways.patience[step] > 0 and not ways.role[step] & JOINS:
        push(events, event(now + ways.patience[step], GIVE_UP, step))


@inlined
def _call(station: Int, now: Int, servers: Servers, state: State, events: Ints) -> None:
    """Make the server that can come first, of those not called yet, look at the queue: one for each who waits."""
    best, soonest = np.int64(NONE), np.int64(0)
    for v in range(servers.first[station], servers.first[station + 1]):
        if not state.called[v]:
            at = opening(max(np.int64(now), state.free[v]), v, servers)
            if best == NONE or at < soonest:
                best, soonest = np.int64(v), np.int64(at)
    if best != NONE:
        state.called[best] = True
        push(events, event(soonest, WAKE, best))


@inlined
def _serve(v: Int, now: Int, ways: Ways, walker: Ints, servers: Servers, state: State, events: Ints) -> None:  # noqa: PLR0913, PLR0917  # compiled
    """Take the next from the queues, or as many as one takes at once, if the server is free and open."""
    state.called[v] = False
    station = np.searchsorted(servers.first, v, side="right") - 1
    if state.waiting[station] == 0:
        return
    if state.free[v] <= now and opening(now, v, servers) == now:
        busy, taken = np.int64(0), 0
        while taken < servers.batch[station]:
            step = _next(station, state)
            if step == NONE:
                break
            _begin(step, v, now, ways, walker, servers, state, events)
            longer: Int = max(busy, np.int64(ways.service[step]))
            busy, taken = longer, taken + 1
        state.free[v] = now + busy
    if state.waiting[station] > 0:
        _call(station, now, servers, state, events)


@inlined
def _next(station: Int, state: State) -> Int:
    """Who is first of the lowest rank and has not gone, -1 if nobody is left."""
    for rank in range(RANKS):
        while state.head[station, rank] != NONE:
            step = state.head[station, rank]
            state.head[station, rank] = state.behind[step]
            if state.head[station, rank] == NONE:
                state.tail[station, rank] = NONE
            state.waiting[station] -= 1
            if state.stage[step] != GONE:
                return np.int64(step)
    return np.int64(NONE)


@inlined
def _begin(step: Int, v: Int, now: Int, ways: Ways, walker: Ints, servers: Servers, state: State, events: Ints) -> None:  # noqa: PLR0913, PLR0917  # compiled
    """Begin a step; afterwards the walker goes on, or its results release who waits for them."""
    who, end = walker[step], np.int64(now + ways.service[step])
    state.begun[step] = now
    state.server[step] = v - servers.first[ways.station[step]]
    state.ready[who] = max(np.int64(state.ready[who]), end + ways.lag[step])
    if not ways.role[step] & BESIDE:
        _go_on(step + 1, end, ways, who, state, events)
        return
    state.pending[who] -= 1
    if state.pending[who] > 0:
        return
    for later in range(step + 1, ways.first[who + 1]):
        if state.stage[later] == PARKED and state.ready[who] < state.joined[later] + ways.patience[later]:
            state.stage[later] = RELEASED
            at = max(np.int64(now), np.int64(state.ready[who]))
            push(events, event(at, ARRIVE, later))


@inlined
def _go_on(step: Int, at: Int, ways: Ways, who: Int, state: State, events: Ints) -> None:  # noqa: PLR0913, PLR0917  # compiled
    """Set out for a step, after sending off what goes beside the way; or leave."""
    while step < ways.first[who + 1] and ways.role[step] & BESIDE:
        state.pending[who] += 1
        push(events, event(at + ways.walk[step], ARRIVE, step))
        step += 1
    if step < ways.first[who + 1]:
        push(events, event(at + ways.walk[step], ARRIVE, step))
    else:
        state.left[who] = at


@inlined
def _give_up(step: Int, now: Int, ways: Ways, walker: Ints, servers: Servers, state: State, events: Ints) -> None:  # noqa: PLR0913, PLR0917  # compiled
    """Who still waits for results goes on without them; who still stands in the queue leaves it."""
    if state.stage[step] == PARKED:
        state.stage[step] = RELEASED
        _queue(step, now, ways, walker, servers, state, events)
    elif state.begun[step] == NONE and state.stage[step] == FRESH and not ways.role[step] & JOINS:
        state.stage[step] = GONE
        if ways.role[step] & LEAVES:
            state.left[walker[step]] = NONE - now
        else:
            _go_on(step + 1 + ways.skip[step], now, ways, walker[step], state, events)


@compiled
def openings(at: Ints, v: int, servers: Servers) -> Ints:
    """The first moments from `at` (n,) on at which server `v` may begin something."""
    found = np.empty_like(at)
    for k in range(len(at)):
        found[k] = opening(at[k], v, servers)
    return found

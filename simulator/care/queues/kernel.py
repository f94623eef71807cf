"""Contention at stations, in order of time: walkers go from one to the next and wait for counters, rooms and results.

A station has servers, each with its hours; whoever comes joins the queue of their rank, lower ranks are served first,
and each rank in order of arrival. A step may be *beside* the way (a specimen goes to the laboratory while the patient
walks on), may *join* (it waits until all results are there), and may be given up by who has waited too long. A server
that is shut begins nothing until it opens again; what it has begun it finishes. Times are local seconds.
"""

import numpy as np

from simulator.arrays import Ints
from simulator.care.queues.events import KIND, MASK, TIME, event, pop, push
from simulator.care.queues.records import BESIDE, JOINS, LEAVES, NONE, Int, Recs, Servers, Ways
from simulator.compiled import compiled, inlined

DAY = 86400
NOON, AFTERNOON = 12 * 3600, 13 * 3600 + 1800
RANKS = 5
ARRIVE, WAKE, GIVE_UP = 0, 1, 2
FRESH, RELEASED, PARKED, GONE = 0, 1, 2, 3


def play(ways: Ways, held: Servers) -> None:
    """Play all walkers to their end and enter what happened to them and to their steps."""
    for name in ("joined", "begun", "server", "behind"):
        ways.steps[name] = NONE
    ways.steps["stage"], ways.walkers["pending"], ways.walkers["ready"], ways.walkers["left"] = FRESH, 0, 0, NONE
    stations, servers = held.stations.copy(), held.servers.copy()
    queues = np.full((2, len(stations), RANKS), NONE, np.int64)
    _run(ways.steps, ways.walkers, stations, servers, held.shut, queues)


@inlined
def opening(at: Int, v: Int, servers: Recs, shut: Ints) -> Int:
    """The first moment from `at` on at which server `v` may begin something."""
    one = servers[v]
    moved = True
    while moved:
        moved = False
        second = at % DAY
        if second < one.opens:
            at += one.opens - second
        elif second >= one.closes:
            at += DAY + one.opens - second
        elif one.lunch and NOON <= second < AFTERNOON:
            at += AFTERNOON - second
        for k in range(one.shut_first, one.shut_last):
            if shut[k, 0] <= at < shut[k, 1]:
                at = shut[k, 1]
                moved = True
    return at


@compiled
def _run(steps: Recs, walkers: Recs, stations: Recs, servers: Recs, shut: Ints, queues: Ints) -> None:  # noqa: PLR0913, PLR0917  # compiled
    events = np.empty(2 * len(steps) + len(servers) + 8, np.int64)
    events[0] = 0
    come = 0
    while come < len(walkers) or events[0] > 0:
        if come < len(walkers) and (events[0] == 0 or walkers[come].start <= events[1] >> TIME):
            one = walkers[come]
            if one.comes and one.first < one.last:
                push(events, event(one.start + steps[one.first].walk, ARRIVE, one.first))
            come += 1
            continue
        packed = pop(events)
        now, kind, who = packed >> TIME, packed >> KIND & 3, packed & MASK
        if kind == WAKE:
            _serve(who, now, steps, walkers, stations, servers, shut, queues, events)
        elif kind == GIVE_UP:
            if steps[who].stage == PARKED:
                steps[who].stage = RELEASED
                _queue(who, now, steps, walkers, stations, servers, shut, queues, events)
            else:
                _give_up(who, now, steps, walkers, events)
        elif steps[who].role & JOINS and steps[who].stage == FRESH and not _results_there(who, now, steps, walkers):
            _park(who, now, steps, walkers, events)
        else:
            _queue(who, now, steps, walkers, stations, servers, shut, queues, events)


@inlined
def _results_there(step: Int, now: Int, steps: Recs, walkers: Recs) -> Int:
    walker = walkers[steps[step].walker]
    return walker.pending == 0 and walker.ready <= now


@inlined
def _park(step: Int, now: Int, steps: Recs, walkers: Recs, events: Ints) -> None:
    """Wait for the results, but not for ever; `joined` holds since when."""
    one = steps[step]
    one.joined, one.stage = now, PARKED
    until: Int = np.int64(now + one.patience)
    if walkers[one.walker].pending == 0:
        until = min(until, np.int64(walkers[one.walker].ready))
    push(events, event(until, GIVE_UP, step))


@inlined
def _queue(  # noqa: PLR0913, PLR0917  # compiled
    step: Int,
    now: Int,
    steps: Recs,
    walkers: Recs,
    stations: Recs,
    servers: Recs,
    shut: Ints,
    queues: Ints,
    events: Ints,
) -> None:
    """Be served at once by a server that is free and open, or stand at the end of one's queue."""
    one = steps[step]
    station, rank = one.station, one.rank
    one.joined = now
    if stations[station].waiting == 0:
        for v in range(stations[station].first, stations[station].last):
            if servers[v].free <= now and opening(now, v, servers, shut) == now:
                _begin(step, v, now, steps, walkers, stations, servers, events)
                servers[v].free = now + one.service
                return
    if queues[1, station, rank] == NONE:
        queues[0, station, rank] = step
    else:
        steps[queues[1, station, rank]].behind = step
    queues[1, station, rank] = step
    stations[station].waiting += 1
    _call(station, now, stations, servers, shut, events)
    if one.patience > 0 and not one.role & JOINS:
        push(events, event(now + one.patience, GIVE_UP, step))


@inlined
def _call(station: Int, now: Int, stations: Recs, servers: Recs, shut: Ints, events: Ints) -> None:  # noqa: PLR0913, PLR0917  # compiled
    """Make the server that can come first, of those not called yet, look at the queue: one for each who waits."""
    best, soonest = np.int64(NONE), np.int64(0)
    for v in range(stations[station].first, stations[station].last):
        if not servers[v].called:
            at = opening(max(np.int64(now), servers[v].free), v, servers, shut)
            if best == NONE or at < soonest:
                best, soonest = np.int64(v), np.int64(at)
    if best != NONE:
        servers[best].called = True
        push(events, event(soonest, WAKE, best))


@inlined
def _serve(  # noqa: PLR0913, PLR0917  # compiled
    v: Int, now: Int, steps: Recs, walkers: Recs, stations: Recs, servers: Recs, shut: Ints, queues: Ints, events: Ints
) -> None:
    """Take the next from the queues, or as many as one takes at once, if the server is free and open."""
    servers[v].called = False
    station = servers[v].station
    if stations[station].waiting == 0:
        return
    if servers[v].free <= now and opening(now, v, servers, shut) == now:
        busy, taken = np.int64(0), 0
        while taken < stations[station].batch:
            step = _next(station, steps, stations, queues)
            if step == NONE:
                break
            _begin(step, v, now, steps, walkers, stations, servers, events)
            longer: Int = max(busy, np.int64(steps[step].service))
            busy, taken = longer, taken + 1
        servers[v].free = now + busy
    if stations[station].waiting > 0:
        _call(station, now, stations, servers, shut, events)


@inlined
def _next(station: Int, steps: Recs, stations: Recs, queues: Ints) -> Int:
    """Who is first of the lowest rank and has not gone, -1 if nobody is left."""
    for rank in range(RANKS):
        while queues[0, station, rank] != NONE:
            step = queues[0, station, rank]
            queues[0, station, rank] = steps[step].behind
            if queues[0, station, rank] == NONE:
                queues[1, station, rank] = NONE
            stations[station].waiting -= 1
            if steps[step].stage != GONE:
                return np.int64(step)
    return np.int64(NONE)


@inlined
def _begin(  # noqa: PLR0913, PLR0917  # compiled
    step: Int, v: Int, now: Int, steps: Recs, walkers: Recs, stations: Recs, servers: Recs, events: Ints
) -> None:
    """Begin a step; afterwards the walker goes on, or its results release who waits for them."""
    one, walker = steps[step], walkers[steps[step].walker]
    end = np.int64(now + one.service)
    one.begun = now
    one.server = v - stations[servers[v].station].first
    walker.ready = max(np.int64(walker.ready), end + one.lag)
    if not one.role & BESIDE:
        _go_on(step + 1, end, steps, walker, events)
        return
    walker.pending -= 1
    if walker.pending > 0:
        return
    for later in range(step + 1, walker.last):
        if steps[later].stage == PARKED and walker.ready < steps[later].joined + steps[later].patience:
            steps[later].stage = RELEASED
            push(events, event(max(np.int64(now), np.int64(walker.ready)), ARRIVE, later))


@inlined
def _go_on(step: Int, at: Int, steps: Recs, walker: Recs, events: Ints) -> None:
    """Set out for a step, after sending off what goes beside the way; or leave."""
    while step < walker.last and steps[step].role & BESIDE:
        walker.pending += 1
        push(events, event(at + steps[step].walk, ARRIVE, step))
        step += 1
    if step < walker.last:
        push(events, event(at + steps[step].walk, ARRIVE, step))
    else:
        walker.left = at


@inlined
def _give_up(step: Int, now: Int, steps: Recs, walkers: Recs, events: Ints) -> None:
    """Who still stands in the queue leaves it, and goes on without the step or leaves the hospital."""
    one = steps[step]
    if one.begun == NONE and one.stage == FRESH and not one.role & JOINS:
        one.stage = GONE
        if one.role & LEAVES:
            walkers[one.walker].left = NONE - now
        else:
            _go_on(step + 1 + one.skip, now, steps, walkers[one.walker], events)


@compiled
def openings(at: Ints, v: int, servers: Recs, shut: Ints) -> Ints:
    """The first moments from `at` (n,) on at which server `v` may begin something."""
    found = np.empty_like(at)
    for k in range(len(at)):
        found[k] = opening(at[k], v, servers, shut)
    return found

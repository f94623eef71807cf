"""Operations of inpatients: who needs one, on which list it stands, and what a full list does to a stay."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simulator.arrays import DAY, HOUR, MINUTE, Bools, Floats, Ints, Rng
from simulator.care.queues.records import Servers
from simulator.care.queues.theatre_kernel import CLOSES, NONE, OPENS, TURNOVER, Wanted, operate
from simulator.care.rules import INPATIENT
from simulator.care.site import Site
from simulator.resources import Disruption

PLANNED = 0.85
"""Share of operations on the wards that wait for a list: estimate."""
CANNOT_WAIT_H = 6
"""Hours after admission until which a pathway wants what waits for no list: a stent, a caesarean: estimate."""
LIST_LOAD = 0.85
"""Share of the lists' time that is booked where the scenario does not say how many theatres there are: estimate/low."""
BEDS_A_THEATRE = 150
"""A hospital has at least one theatre for so many beds: estimate/low."""
FROM_THE_BED = 20 * MINUTE
BEFORE_LEAVING = 4 * HOUR
"""From the end of an operation until somebody may go home at the earliest: estimate."""
WITHIN_STAY = 0.7
SPREAD = 0.25
"""Log sd of durations: estimate."""
WAITS = 10 * DAY
"""How much longer a patient stays in hospital for an operation that was put off: estimate/low."""
SAFETY_DAYS = 120


@dataclass(frozen=True)
class Operations:
    """Operations (n,): the planned admission, item of the catalogue, hours from the bed, seconds, urgent, theatre.

    later: (n,) h from reaching the bed until the operation is wanted; usual, taken: s; home: the theatre of its list.
    """

    who: Ints
    item: Ints
    later: Floats
    usual: Ints
    taken: Ints
    urgent: Bools
    home: Ints
    theatres: Servers


@dataclass(frozen=True)
class Operated:
    """What came of them, (n,): began (-1 if never), in which theatre from 0, how often struck off, days lost by it."""

    began: Ints
    theatre: Ints
    struck: Ints
    days_lost: Ints


def plan_operations(  # noqa: PLR0913, PLR0917  # who comes, with what, and what is out of order
    site: Site, disease: Ints, department: Ints, days: float, disruptions: Sequence[Disruption], rng: Rng
) -> Operations:
    """Draw the operations of planned admissions (disease, department: (n,)) and give each a list.

    days: of the whole period, for the number of theatres.
    """
    catalogue = list(site.knowledge.procedures.values())
    who, at = site.rules.procedures.drawn(disease * 3 + INPATIENT, np.ones(len(disease)), rng)
    item = site.rules.procedures.lists.items[at]
    inside = np.array([one.theatre for one in catalogue], bool)[item]
    who, item, at = who[inside], item[inside], at[inside]
    usual = (np.array([one.minutes for one in catalogue])[item] * MINUTE).astype(np.int64)
    taken = np.maximum(usual * np.exp(SPREAD * rng.standard_normal(len(who))), 5 * MINUTE).astype(np.int64)
    n = len(disease)  # what a patient needs besides is done in the same session, in the order of the knowledge
    urgent = (rng.random(n) >= PLANNED)[who]
    later = np.where(urgent, rng.uniform(1, 10, n)[who], rng.uniform(2, 40, n)[who])
    step = site.rules.procedures.at_s[at] / HOUR
    urgent |= step <= CANNOT_WAIT_H
    later = np.where(np.isnan(step), later, np.maximum(step, 0.2))
    load = (usual[~urgent] + TURNOVER).sum() / (days * 5 / 7) / (CLOSES - OPENS) / LIST_LOAD
    hospital = site.registry.hospital
    least = max(1, hospital.beds // BEDS_A_THEATRE)
    rooms = hospital.stations.theatres or max(least, round(load) + (load >= 1))
    home = _homes(department[who], usual, rooms, rng.random(n)[who])
    return Operations(who, item, later, usual, taken, urgent, home, _theatres(site, rooms, disruptions))


def _homes(department: Ints, usual: Ints, rooms: int, u: Floats) -> Ints:
    """The theatre of each operation's list: departments share theatres in proportion to their operating time.

    Where there are several, the first is kept for emergencies.
    """
    if rooms == 1 or len(department) == 0:
        return np.zeros(len(department), np.int64)
    work = np.bincount(department, usual + TURNOVER)
    before = np.cumsum(work) - work
    place = (before[department] + u * work[department]) / work.sum()
    return np.asarray(1 + np.minimum((place * (rooms - 1)).astype(np.int64), rooms - 2))


def _theatres(site: Site, rooms: int, disruptions: Sequence[Disruption]) -> Servers:
    """Theatres as servers that work day and night, but for disruptions."""
    shut = [
        (room, site.clock.local(one.begins), site.clock.local(one.ends))
        for one in disruptions
        if one.what == "theatre"
        for room in range(rooms)
        if room >= (max(1, int(one.share * rooms)) if one.share > 0 else 0)
    ]
    always = np.zeros(rooms, np.int64)
    return Servers.of(np.array([rooms]), np.ones(1, np.int64), (always, always + DAY, always), shut)


def play_theatres(site: Site, planned: Operations, admitted: Ints, until: Ints, waits: int = 0) -> Operated:
    """Play the lists; admitted, until: of each planned admission its time in bed, admitted -1 where there is none.

    waits: seconds that patients would stay longer for their operation.
    """
    here = np.flatnonzero(admitted[planned.who] >= 0)
    who = planned.who[here]
    later = np.minimum(planned.later[here] * HOUR, WITHIN_STAY * (until[who] - admitted[who]))
    ready = admitted[who] + FROM_THE_BED + np.maximum(later, 0).astype(np.int64)
    order = np.argsort(ready, kind="stable")
    here, who, ready = here[order], who[order], ready[order]
    working = _working_days(site)
    first = _next_working(working)[np.minimum((ready - OPENS + DAY - 1) // DAY, len(working) - 1)]
    wanted = Wanted(
        ready,
        first,
        planned.usual[here],
        planned.taken[here],
        planned.urgent[here],
        planned.home[here],
        who,
        until[who] - BEFORE_LEAVING + waits,
    )
    began, theatre, struck = operate(wanted, working, planned.theatres.servers, planned.theatres.shut, len(admitted))
    n = len(planned.who)
    made = Operated(*(np.full(n, fill, np.int64) for fill in (NONE, NONE, 0, 0)))
    made.began[here], made.theatre[here], made.struck[here] = began, theatre, struck
    made.days_lost[here] = np.where(
        began >= 0, np.maximum(began // DAY - np.where(wanted.urgent, ready // DAY, first), 0), 0
    )
    return made


def _working_days(site: Site) -> Bools:
    """Whether there are lists, for each day from the beginning of the warm-up until well after the end."""
    scenario = site.clock.scenario
    weekday, holiday, _ = site.clock.days(-scenario.warmup_days, scenario.days + SAFETY_DAYS)
    return np.asarray((weekday < 5) & ~holiday)  # noqa: PLR2004  # Saturday


def _next_working(working: Bools) -> Ints:
    """For each day itself or the next with lists."""
    days = np.where(working, np.arange(len(working)), len(working) - 1)
    return np.asarray(np.minimum.accumulate(days[::-1])[::-1])

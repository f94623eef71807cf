"""Visits meet counters, doctors and rooms, admissions meet beds and theatres: waits and lengths of stay come out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from simulator.arrays import DAY, HOUR, MINUTE, Bools, Floats, Ints, Rng, choose
from simulator.care.bed_kernel import occupy
from simulator.care.calendar import draw
from simulator.care.episodes import Episodes
from simulator.care.queues.asked import Asked
from simulator.care.queues.day import Plan, Times, plan_queues, play_queues
from simulator.care.queues.diversion import Diversion, boarding, diverted, forced, no_diversion
from simulator.care.queues.theatres import WAITS, Operated, Operations, plan_operations, play_theatres
from simulator.care.queues.ward import Turns
from simulator.care.rules import CHILD_AGE, DELIVERIES, EMERGENCY
from simulator.care.site import Site
from simulator.care.visits import Visits
from simulator.resources import Disruption

OWN_WARD, ICU_FIRST, ICU_LATER = 0, 1, 2
STRAIGHT_TO_ICU = 0.7
"""Share of intensive care that begins at admission: estimate."""
QUICK_D = 3
"""Untreated, what doubles within so many days is admitted the same day: estimate."""
ACUTE, DANGEROUS = 0.6, 0.03
"""Share of inpatients who come through the emergency department, and share who die: estimate."""
CLEANING = 45 * MINUTE
MOVING = 25 * MINUTE
AT_HOME = 10 * DAY
PLANNED_DELAY = np.array([0.62, 0.14, 0.08, 0.05, 0.04, 0.03, 0.02, 0.02])
"""Share of clinic patients who are told to come in 0..7 days later: estimate."""


@dataclass(frozen=True)
class Wishes:
    """Admissions that are planned (n,): by which visit, and what is drawn for them before anybody has queued.

    paper: s from the decision to the request; delay: days; morning: s of the day of a later admission; where, planned:
    (n, 3) ward and seconds of each stage; discharge: second of the day; turn: which doctor.
    """

    visit: Ints
    urgent: Bools
    paper: Ints
    delay: Ints
    morning: Ints
    department: Ints
    where: Ints
    planned: Ints
    died: Bools
    intensive: Ints
    discharge: Ints
    turn: Ints


@dataclass(frozen=True)
class Flow:
    """What happened. asked, times: of the visits; the rest per planned admission that came about, or per stay in a bed.

    admission_visit: (admissions,) the visit each came from; wish: its row among the planned; requested: when a bed was
    first asked for; operated: of the planned operations; modality: the station of each image of the catalogue.
    """

    comes: Bools
    times: Times
    asked: Asked
    modality: Ints
    turns: Turns
    diversion: Diversion
    operations: Operations
    operated: Operated
    wish: Ints
    admission_visit: Ints
    requested: Ints
    department: Ints
    died: Bools
    intensive: Ints
    turn: Ints
    stay_admission: Ints
    stay_stage: Ints
    stay_bed: Ints
    stay_requested: Ints
    stay_started: Ints
    stay_ended: Ints


def flow(site: Site, visits: Visits, episodes: Episodes, rng: Rng, disruptions: Sequence[Disruption] = ()) -> Flow:
    """Play clinics, emergency department, laboratory, wards and theatres, with what is out of order.

    All draws are made before anybody queues, so that a disruption changes nothing before it begins.
    """
    disease, person = episodes.disease[visits.episode], episodes.person[visits.episode]
    plan = plan_queues(site, visits, disease, person, disruptions, rng)
    wishes = _wishes(site, visits, episodes, rng)
    operations = plan_operations(site, disease[wishes.visit], wishes.department, site.clock.end / DAY, disruptions, rng)
    away = forced(site, disruptions)
    comes = ~diverted(visits, away)
    queued = play_queues(visits, plan, comes)
    closed = _closed(site, disruptions)
    played = _play(site, (plan, wishes, operations), queued, comes, closed)
    crowded = boarding(site, visits, played.admission_visit, played.requested, _first_bed(played))
    if len(crowded.begins) > 0:
        away = away.joined(crowded)
        played = _play(site, (plan, wishes, operations), queued, ~diverted(visits, away), closed)
    return replace(played, diversion=away)


def _first_bed(played: Flow) -> Ints:
    """When each admission reached its first bed, -1 if it has not."""
    started = np.full(len(played.wish), -1)
    first = played.stay_stage == 0
    started[played.stay_admission[first]] = played.stay_started[first]
    return started


def _play(
    site: Site,
    drawn: tuple[Plan, Wishes, Operations],
    queued: tuple[Times, Turns],
    comes: Bools,
    closed: Ints,
) -> Flow:
    """The beds of who comes, twice: an operation that a list could not hold lengthens its stay.

    Counters and rooms are not played again for ambulances that boarders keep away: those who wait with them would be
    served a little earlier.
    """
    plan, wishes, operations = drawn
    times, turns = queued
    request, kept = _requests(times, wishes, comes)
    stays = _beds(site, wishes, request, kept, wishes.planned, closed)
    hoped = play_theatres(site, operations, *_in_bed(stays, kept, len(request)), WAITS)
    lost = np.bincount(operations.who, hoped.days_lost, minlength=len(request)).astype(np.int64)
    if lost.any():
        last = np.maximum((wishes.where >= 0).sum(axis=1) - 1, 0)
        planned = wishes.planned.copy()
        planned[np.arange(len(planned)), last] += lost * DAY
        stays = _beds(site, wishes, request, kept, planned, closed)
    operated = play_theatres(site, operations, *_in_bed(stays, kept, len(request)))
    return Flow(
        comes,
        times,
        plan.asked,
        plan.layout.modality,
        turns,
        no_diversion(),
        operations,
        operated,
        kept,
        wishes.visit[kept],
        request[kept],
        site.routes.clinic[wishes.department[kept]],
        wishes.died[kept],
        wishes.intensive[kept],
        wishes.turn[kept],
        *stays,
    )


def _requests(times: Times, wishes: Wishes, comes: Bools) -> tuple[Ints, Ints]:
    """When a bed is asked for, (planned,): at once, or on a later morning; and who asks at all, in order of time."""
    decided = np.maximum(times.decided, times.left)[wishes.visit]
    decided = np.where(wishes.urgent, times.decided[wishes.visit], decided)
    later = decided - decided % DAY + wishes.delay * DAY + wishes.morning
    request = np.where(wishes.urgent | (wishes.delay == 0), decided + wishes.paper, later)
    kept = np.flatnonzero((times.seen[wishes.visit] >= 0) & comes[wishes.visit])
    return request, kept[np.argsort(request[kept], kind="stable")]


def _beds(  # noqa: PLR0913, PLR0917  # all that a bed depends on
    site: Site, wishes: Wishes, request: Ints, kept: Ints, planned: Ints, closed: Ints
) -> tuple[Ints, Ints, Ints, Ints, Ints, Ints]:
    beds = np.array([ward.beds for ward in site.registry.hospital.wards], np.int64)
    return occupy(
        request[kept],
        wishes.urgent[kept],
        wishes.where[kept],
        planned[kept],
        wishes.discharge[kept],
        wishes.died[kept],
        np.repeat(np.arange(len(beds)), beds),
        site.routes.lends,
        AT_HOME,
        CLEANING,
        MOVING,
        site.clock.end,
        closed,
    )


def _in_bed(stays: tuple[Ints, ...], kept: Ints, planned: int) -> tuple[Ints, Ints]:
    """From when to when each planned admission is in bed, (planned,); -1 where it never reaches one."""
    admission, stage, _, _, started, ended = stays
    begin, end = np.full(planned, -1), np.zeros(planned, np.int64)
    begin[kept[admission[stage == 0]]] = started[stage == 0]
    np.maximum.at(end, kept[admission], ended)
    return begin, end


def _closed(site: Site, disruptions: Sequence[Disruption]) -> Ints:
    """(k, 3) ward, from and until of the wards that take nobody."""
    wards = [ward.id for ward in site.registry.hospital.wards]
    rows = [
        (wards.index(one.ward), site.clock.local(one.begins), site.clock.local(one.ends))
        for one in disruptions
        if one.ward is not None
    ]
    return np.array(rows, np.int64).reshape(-1, 3)


def _acute(site: Site) -> Bools:
    """(D,) with what nobody is told to come another day: births, what worsens quickly, emergencies, what kills."""
    newborn = np.array([disease.newborn for disease in site.knowledge.diseases.values()])
    births = np.array([one.icd10.startswith(DELIVERIES) for one in site.knowledge.diseases.values()])
    courses = [one.physiology for one in site.knowledge.diseases.values()]
    quick = np.array([one is not None and (one.worsens_d or np.inf) <= QUICK_D for one in courses])
    return np.asarray(
        newborn | births | quick | (site.rules.via_emergency >= ACUTE) | (site.rules.fatality[:, 1] >= DANGEROUS)
    )


def _wishes(site: Site, visits: Visits, episodes: Episodes, rng: Rng) -> Wishes:
    """Draw all that admissions need for each visit that is to lead to one."""
    visit = np.flatnonzero(visits.admits)
    n = len(visit)
    department = _departments(site, visits.episode[visit], episodes, rng)
    where, planned, died, icu = _plans(site, department, visits.episode[visit], episodes, rng)
    return Wishes(
        visit,
        (visits.kind[visit] == EMERGENCY) | _acute(site)[episodes.disease[visits.episode[visit]]],
        (rng.uniform(8, 30, n) * MINUTE).astype(np.int64),
        choose(rng, PLANNED_DELAY, n),
        (rng.uniform(7.8, 10.5, n) * HOUR).astype(np.int64),
        department,
        where,
        planned,
        died,
        icu,
        _discharge_seconds(n, rng),
        rng.integers(0, 1 << 30, n),
    )


def _departments(site: Site, episode: Ints, episodes: Episodes, rng: Rng) -> Ints:
    """The department (of the knowledge) that admits each."""
    disease = episodes.disease[episode]
    adult = draw(rng, disease, site.rules.in_departments)
    special = site.rules.child_department[disease]
    return np.where((site.people.age[episodes.person[episode]] < CHILD_AGE) & (special >= 0), special, adult)


def _plans(
    site: Site,
    department: Ints,
    episode: Ints,
    episodes: Episodes,
    rng: Rng,
) -> tuple[Ints, Ints, Bools, Ints]:
    """Wards (n, 3) and seconds (n, 3) of each stage, who dies, and whether and when intensive care is needed."""
    disease, person = episodes.disease[episode], episodes.person[episode]
    age, n = site.people.age[person], len(episode)
    ward = draw(rng, department, site.routes.wards)
    died = rng.random(n) < _fatality(site, disease, age)
    share, median, sigma = site.rules.icu[disease].T
    grave = np.where(died, 4.0, 1.0) * (0.4 + episodes.severity[episode])
    needs = rng.random(n) < np.minimum(share * grave, 0.95)
    icu = np.where(needs, np.where(rng.random(n) < STRAIGHT_TO_ICU, ICU_FIRST, ICU_LATER), OWN_WARD)
    icu = np.where(site.routes.intensive < 0, OWN_WARD, icu)
    icu_days = np.clip(median * np.exp(sigma * rng.standard_normal(n)), 0.5, 40)
    days = _stay_days(site, disease, age, rng) * np.where(died, rng.uniform(0.1, 1.0, n), 1.0)
    rest = np.maximum(days - icu_days, 1.0)
    none = np.full(n, -1)
    intensive = np.full(n, site.routes.intensive)
    where = np.choose(
        icu[:, None],
        [np.stack([ward, none, none], 1), np.stack([intensive, ward, none], 1), np.stack([ward, intensive, ward], 1)],
    )
    zero = np.zeros(n)
    plan = np.choose(
        icu[:, None],
        [
            np.stack([days, zero, zero], 1),
            np.stack([icu_days, rest, zero], 1),
            np.stack([rest * 0.3, icu_days, rest * 0.7], 1),
        ],
    )
    ends_in_icu = died & (icu > OWN_WARD)
    where[ends_in_icu & (icu == ICU_FIRST), 1] = -1
    where[ends_in_icu & (icu == ICU_LATER), 2] = -1
    return where, (plan * DAY).astype(np.int64), died, icu


def _fatality(site: Site, disease: Ints, age: Ints) -> Floats:
    """Chance of dying in hospital: the disease's figure, tilted by age so that its mean stays."""
    _, share, decade = site.rules.fatality[disease].T
    tilt = decade ** (age / 10)
    count = np.maximum(np.bincount(disease, minlength=len(site.rules.stay)), 1)
    mean = (np.bincount(disease, tilt, minlength=len(site.rules.stay)) / count)[disease]
    return np.asarray(np.minimum(share * tilt / np.maximum(mean, 1e-9), 0.98))


def _stay_days(site: Site, disease: Ints, age: Ints, rng: Rng) -> Floats:
    """Days in hospital, lognormal by disease; the old stay a little longer, children a little shorter."""
    median, sigma = site.rules.stay[disease].T
    tilt = np.interp(age, [0, 15, 45, 90], [0.85, 0.88, 0.98, 1.12])
    factor = site.clock.scenario.demand.stay_factor.value
    return np.asarray(np.maximum(factor * tilt * median * np.exp(sigma * rng.standard_normal(len(disease))), 0.4))


def _discharge_seconds(n: int, rng: Rng) -> Ints:
    """Second of the day at which a ward lets somebody go: late morning, some in the afternoon."""
    late = rng.random(n) < 0.25  # noqa: PLR2004  # a quarter leave after lunch: estimate
    hour = np.where(late, rng.normal(15.2, 0.9, n), rng.normal(10.6, 1.0, n))
    return (np.clip(hour, 8, 18.5) * HOUR).astype(np.int64)

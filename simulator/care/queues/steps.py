"""The way of each visit through the hospital, as steps of the kernel, with the specimens and images of the wards."""

from dataclasses import dataclass

import numpy as np

from simulator.arrays import HOUR, MINUTE, Bools, Ints, Rng
from simulator.care.queues.asked import Asked
from simulator.care.queues.layout import (
    LABORATORY,
    PAYMENT,
    PHARMACY,
    PHLEBOTOMY,
    REGISTRATION,
    TRIAGE,
    Layout,
    Usual,
    usual,
)
from simulator.care.queues.records import BESIDE, JOINS, LEAVES, ON_THE_WAY, STEP, Ways
from simulator.care.rules import EMERGENCY, OUTPATIENT
from simulator.care.visits import Visits

BY_PHONE = 0.6
"""Share of patients who pay by phone and wait at no counter: estimate/low."""
WAITED_FOR = 2 * HOUR
"""Results that take longer are not waited for: patients come back another day."""
PATIENCE_H, PATIENCE_SIGMA = 3.0, 0.5
"""Patience (median, log sd) of a level 4 emergency that waits for the doctor: estimate."""
UNHURRIED = 3
"""The last triage level."""
EMERGENCY_RESULTS = 2
"""Emergencies wait so many times as long for their results as outpatients: estimate."""
WARD_RANK = 3
RETURNING_RANK, FIRST_RANK = 0, 1
NO_STEP = -1


@dataclass(frozen=True)
class Slot:
    """One kind of step: whose (visits, or walkers), and the kernel's columns, each for all or one for each."""

    rows: Ints
    station: Ints | int
    service: Ints
    walk: Ints | int
    rank: Ints | int = FIRST_RANK
    role: int = ON_THE_WAY
    patience: Ints | int = 0
    skip: Ints | int = 0
    lag: Ints | int = 0
    nth: Ints | int = 0


@dataclass(frozen=True)
class Route:
    """All ways; the position of each visit's steps among them, NO_STEP where there is none; images: (images,)."""

    ways: Ways
    place: Ints
    registration: Ints
    triage: Ints
    doctor: Ints
    payment: Ints
    phlebotomy: Ints
    laboratory: Ints
    images: Ints
    reading: Ints
    second_payment: Ints
    pharmacy: Ints


def route(visits: Visits, asked: Asked, layout: Layout, ward: tuple[Ints, Ints, Ints], rng: Rng) -> Route:
    """Lay out the steps; ward: start, station and seconds at it of each job that a ward sends."""
    slots = _slots(visits, asked, layout, rng)
    n, jobs = len(visits), len(ward[0])
    sent = Slot(n + np.arange(jobs), ward[1], ward[2], 0, WARD_RANK)
    start = np.concatenate([visits.arrival, ward[0]])
    order = np.argsort(start, kind="stable")
    counts = sum(np.bincount(slot.rows, minlength=n + jobs) for slot in (*slots.values(), sent))
    first = np.concatenate([[0], np.cumsum(counts[order])])  # type: ignore[index]  # there are slots
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    ways, positions = _fill(start[order], first, first[place], [*slots.values(), sent])
    at = dict(zip(slots, positions, strict=False))
    named = {name: _by_visit(n, slots[name].rows, at[name]) for name in slots if name != "images"}
    return Route(ways, place, images=at["images"], **named)


def _by_visit(visits: int, rows: Ints, position: Ints) -> Ints:
    found = np.full(visits, NO_STEP, np.int32)
    found[rows] = position
    return found


def _fill(start: Ints, first: Ints, own: Ints, slots: list[Slot]) -> tuple[Ways, list[Ints]]:
    """The kernel's columns; own: where the steps of each walker of the slots begin. Also the positions of each slot."""
    steps, free = np.zeros(int(first[-1]), STEP), own.copy()
    positions: list[Ints] = []
    for slot in slots:
        position = free[slot.rows] + slot.nth
        for name in ("station", "service", "walk", "lag", "rank", "role", "patience", "skip"):
            steps[name][position] = getattr(slot, name)
        free += np.bincount(slot.rows, minlength=len(free))
        positions.append(position)
    return Ways.of(start, first, steps), positions


def _slots(visits: Visits, asked: Asked, layout: Layout, rng: Rng) -> dict[str, Slot]:
    """The steps of visits in the order in which they are taken, by name."""
    n, figures = len(visits), usual()
    urgent = visits.kind == EMERGENCY
    phone, again = rng.random((2, n)) < BY_PHONE
    panels, images, drugs = (np.diff(one.start) for one in (asked.panels, asked.images, asked.drugs))
    tested = panels + images > 0
    bled = np.flatnonzero(panels > 0)
    first = np.flatnonzero((visits.kind == OUTPATIENT) & ~visits.announced)
    emergencies = np.flatnonzero(urgent)
    pays = np.flatnonzero(tested & ~phone)
    takes = (drugs > 0) & ~(visits.admits & urgent)
    seen_at = layout.doctors + np.where(urgent, layout.departments, visits.department)
    turn = np.where(urgent, np.maximum(visits.level, 0), FIRST_RANK)
    quick = np.where(urgent, 0, FIRST_RANK)
    return {
        "registration": _counter(figures["registration"], first, REGISTRATION, rng),
        "triage": _counter(figures["triage"], emergencies, TRIAGE, rng),
        "doctor": Slot(
            np.arange(n), seen_at, visits.service, MINUTE, turn, role=LEAVES, patience=_patience(visits, rng)
        ),
        "payment": _counter(figures["payment"], pays, PAYMENT, rng, quick[pays], (2 * (panels > 0) + images)[pays]),
        "phlebotomy": _counter(figures["phlebotomy"], bled, PHLEBOTOMY, rng, quick[bled], 1),
        "laboratory": _specimens(figures["laboratory"], bled, asked, urgent, rng),
        "images": _images(figures["imaging"], asked, layout, quick),
        "reading": _reading(figures["reading"], np.flatnonzero(tested), seen_at, (turn, urgent), rng),
        "second_payment": _counter(figures["payment"], np.flatnonzero(takes & ~again), PAYMENT, rng, FIRST_RANK, 1),
        "pharmacy": _counter(figures["pharmacy"], np.flatnonzero(takes), PHARMACY, rng),
    }


def _seconds(figures: Usual, n: int, rng: Rng) -> Ints:
    return np.asarray((figures.service_s * np.exp(figures.sigma * rng.standard_normal(n))).astype(np.int64))


def _counter(  # noqa: PLR0913, PLR0917  # a step of everybody in `rows`
    figures: Usual, rows: Ints, station: int, rng: Rng, rank: Ints | int = FIRST_RANK, skip: Ints | int = 0
) -> Slot:
    walk = (figures.walk_s * rng.uniform(0.5, 1.5, len(rows))).astype(np.int64)
    service = _seconds(figures, len(rows), rng)
    return Slot(rows, station, service, walk, rank, patience=figures.patience_s, skip=skip)


def _patience(visits: Visits, rng: Rng) -> Ints:
    """Seconds until an emergency that could wait leaves unseen; 0 for everybody else: they stay."""
    patience = np.exp(np.log(PATIENCE_H * HOUR) + PATIENCE_SIGMA * rng.standard_normal(len(visits)))
    return np.where((visits.level == UNHURRIED) & ~visits.admits, patience, 0).astype(np.int64)


def _specimens(figures: Usual, rows: Ints, asked: Asked, urgent: Bools, rng: Rng) -> Slot:
    """To the laboratory with the next collection, or at once; the lag is that of the results that are waited for."""
    waited = np.where(asked.panels.lag <= WAITED_FOR, asked.panels.lag, 0)
    longest = np.maximum.reduceat(waited, asked.panels.start[rows]) if len(rows) else waited
    walk = figures.walk_s * rng.uniform(0.4, 2.0, len(rows)) * np.where(urgent[rows], 0.4, 1.0)
    rank = np.where(urgent[rows], 0, FIRST_RANK)
    return Slot(rows, LABORATORY, _seconds(figures, len(rows), rng), walk.astype(np.int64), rank, BESIDE, lag=longest)


def _images(figures: Usual, asked: Asked, layout: Layout, quick: Ints) -> Slot:
    """One step for each image, one after the other."""
    images, rows = asked.images, asked.images.visit
    nth = np.arange(len(rows)) - images.start[rows]
    lag = np.where(images.lag <= WAITED_FOR, images.lag, 0)
    station, walk, patience = layout.modality[images.item], figures.walk_s, figures.patience_s
    return Slot(rows, station, images.service, walk, quick[rows], patience=patience, lag=lag, nth=nth)


def _reading(figures: Usual, rows: Ints, seen_at: Ints, who: tuple[Ints, Bools], rng: Rng) -> Slot:
    """Back to the doctor when the results are there: before new patients, in an emergency by its level."""
    turn, urgent = who[0][rows], who[1][rows]
    patience = figures.patience_s * np.where(urgent, EMERGENCY_RESULTS, 1)
    rank = np.where(urgent, turn, RETURNING_RANK)
    service = _seconds(figures, len(rows), rng)
    return Slot(rows, seen_at[rows], service, figures.walk_s, rank, JOINS, patience)

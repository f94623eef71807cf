"""When vital signs are taken: at visits, on rounds, more often in the gravely ill, hourly in intensive care."""

import numpy as np

from simulator.arrays import DAY, HOUR, MINUTE, Ints, Rng, in_order, repeat
from simulator.care.cases import Cases
from simulator.care.flow import Flow
from simulator.care.physiology.course import Course
from simulator.care.rules import EMERGENCY, INPATIENT, OUTPATIENT
from simulator.care.site import Site

AT_CLINIC = 0.45
"""Share of clinic visits at which vital signs are taken: estimate."""
LEAST_URGENT = 3
"""Position of triage level 4: those patients are measured once."""
ROUNDS = np.array([6, 10, 14, 18]) * HOUR
BUSY_DAYS, CALM_ROUND = 3, 14 * HOUR
"""Days of four rounds, and the one that remains: the ward's custom, estimate."""
TOLD_H = 2
"""Hours after which a patient's worse state has become known and is watched more closely: estimate."""
CLOSELY = ((7.0, 1), (5.0, 2), (3.5, 4))
"""Points of the early-warning score from which a patient is watched every so many hours.

After the clinical response of NEWS2 (Royal College of Physicians 2017: 7 continuously, 5 hourly, 1 every 4 to 6 hours),
thinned to what a Chinese ward charts: estimate.
"""


def rounds(site: Site, cases: Cases, flow: Flow, course: Course, rng: Rng) -> tuple[Ints, Ints]:
    """(case, local seconds) of every measurement, ordered by case and time."""
    present = np.flatnonzero((cases.seen >= 0) & (cases.seen < site.clock.end) & (cases.kind != INPATIENT))
    at_clinic = present[(cases.kind[present] == OUTPATIENT) & (rng.random(len(present)) < AT_CLINIC)]
    emergency = present[cases.kind[present] == EMERGENCY]
    end = np.minimum(cases.end, site.clock.end)
    again = np.clip((end[emergency] - cases.seen[emergency]) // (2 * HOUR), 0, 24) * (
        cases.level[emergency] < LEAST_URGENT
    )
    row, nth = repeat(again)
    parts = [
        (at_clinic, cases.seen[at_clinic] + rng.integers(10, 200, len(at_clinic))),
        (emergency, cases.registered[emergency] + rng.integers(60, 170, len(emergency))),
        (emergency[row], cases.seen[emergency][row] + (nth + 1) * 2 * HOUR - rng.integers(0, 20 * MINUTE, len(row))),
        _ward_rounds(site, cases, rng),
        _intensive_rounds(site, cases, flow),
        _watched(site, cases, course, rng),
    ]
    case, at = (np.concatenate(column) for column in zip(*parts, strict=True))
    kept = np.flatnonzero((at < end[case]) & (at >= cases.registered[case]))
    order = kept[in_order(case[kept], at[kept])]
    case, at = case[order], at[order]
    new = np.ones(len(case), bool)
    new[1:] = (case[1:] != case[:-1]) | (at[1:] != at[:-1])  # nobody measures twice in one second
    return case[new], at[new]


def _ward_rounds(site: Site, cases: Cases, rng: Rng) -> tuple[Ints, Ints]:
    """On admission, then four rounds a day for the first three days, then one in the afternoon."""
    stay = np.flatnonzero((cases.kind == INPATIENT) & (cases.admitted >= 0) & (cases.admitted < site.clock.end))
    first, last = cases.admitted[stay] // DAY, np.minimum(cases.end[stay], site.clock.end) // DAY
    row, nth = repeat((last - first + 1) * len(ROUNDS))
    day, turn = nth // len(ROUNDS), nth % len(ROUNDS)
    kept = (day < BUSY_DAYS) | (ROUNDS[turn] == CALM_ROUND)
    row, day, turn = row[kept], day[kept], turn[kept]
    at = (first[row] + day) * DAY + ROUNDS[turn] + rng.integers(-20 * MINUTE, 25 * MINUTE, len(row))
    late = at < cases.admitted[stay[row]] + 30 * MINUTE
    arrival = cases.admitted[stay] + rng.integers(5 * MINUTE, 15 * MINUTE, len(stay))
    return np.concatenate([stay, stay[row[~late]]]), np.concatenate([arrival, at[~late]])


def _watched(site: Site, cases: Cases, course: Course, rng: Rng) -> tuple[Ints, Ints]:
    """Closer watch over those on the wards whom the last measurements showed to be ill."""
    acuity = course.acuity(site.body, cases.disease)
    told = np.concatenate([np.zeros(TOLD_H), acuity[:-TOLD_H]])[: len(acuity)]
    row = np.flatnonzero(told >= CLOSELY[-1][0])
    case = np.searchsorted(course.start, row, side="right") - 1
    hour = row - course.start[case]
    every = np.select([told[row] >= points for points, _ in CLOSELY], [every for _, every in CLOSELY])
    at = course.begin[case] + hour * HOUR
    at = at - at % HOUR + rng.integers(0, 20 * MINUTE, len(row))
    kept = (cases.kind[case] == INPATIENT) & (hour > TOLD_H) & ((at // HOUR) % every == 0)
    kept &= ~course.intensive(case, at)  # there everybody is charted every hour
    return case[kept], at[kept]


def _intensive_rounds(site: Site, cases: Cases, flow: Flow) -> tuple[Ints, Ints]:
    """Every hour in intensive care."""
    case_of = np.full(len(flow.admission_visit) + 1, -1)
    admitted = np.flatnonzero(cases.admission >= 0)
    case_of[cases.admission[admitted]] = admitted
    icu = flow.intensive[flow.stay_admission]
    rows = np.flatnonzero(
        (case_of[flow.stay_admission] >= 0)
        & (icu > 0)
        & (flow.stay_stage == icu - 1)
        & (flow.stay_started < site.clock.end)
    )
    hours = (np.minimum(flow.stay_ended[rows], site.clock.end) - flow.stay_started[rows]) // HOUR
    row, nth = repeat(np.maximum(hours, 0))
    started = flow.stay_started[rows][row]
    return case_of[flow.stay_admission[rows]][row], started - started % HOUR + (nth + 1) * HOUR

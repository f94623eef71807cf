"""Referrals between the hospitals of a network, and the consultations at a distance that they ask each other for."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from simulator.arrays import HOUR, MINUTE, Bools, Ints, Rng, choose, enum, maybe
from simulator.care.cases import Cases
from simulator.care.encounters import moments, times
from simulator.care.rules import INPATIENT
from simulator.care.site import Site
from simulator.care.visits import CAME_DOWN, CAME_UP, SENT_UP
from simulator.schema import TABLES, first_id, values

GRAVE = 0.6
"""Severity from which a patient is beyond the means of a lower level: estimate."""
ASKED = np.array([0.02, 0.10])
"""Share of a lower level's stays for which a higher one is asked, grave ones second: estimate/low."""
ADVICE = np.array([0.6, 0.4])
"""Weights of the advice to go on as now and to change the treatment: estimate/low."""
DIRECTIONS, REASONS = tuple(values.REFERRAL_DIRECTION), tuple(values.REFERRAL_REASON)


def referrals(sites: Sequence[Site], cases: Cases) -> pl.DataFrame:
    """Those within the period, in order of time: each encounter that ended with one, and the one that began with it."""
    up = np.flatnonzero((cases.referral == SENT_UP) & (cases.seen >= 0) & (cases.end < sites[0].clock.end))
    arrived = _first(cases, np.flatnonzero(cases.referral == CAME_UP))
    down = _first(cases, np.flatnonzero(cases.referral == CAME_DOWN))
    to_up = _looked_up(arrived, cases.episode[up])
    treats = np.flatnonzero(~np.isin(cases.referral, [SENT_UP, CAME_DOWN]) & ~cases.returns)
    last = dict(zip(cases.episode[treats].tolist(), treats.tolist(), strict=True)) if down else {}
    pairs = [(last[episode], row) for episode, row in down.items() if episode in last]
    origin = np.concatenate([up, np.array([a for a, _ in pairs], np.int64)])
    target = np.concatenate([to_up, np.array([b for _, b in pairs], np.int64)])
    upwards = np.arange(len(origin)) < len(up)
    order = np.argsort(cases.end[origin], kind="stable")
    return _table(sites, cases, (origin[order], target[order], upwards[order]))


def _first(cases: Cases, rows: Ints) -> dict[int, int]:
    """The first of these rows of each episode."""
    return dict(zip(cases.episode[rows[::-1]].tolist(), rows[::-1].tolist(), strict=True))


def _looked_up(found: dict[int, int], episode: Ints) -> Ints:
    return np.array([found.get(one, -1) for one in episode.tolist()], np.int64)


def _table(sites: Sequence[Site], cases: Cases, way: tuple[Ints, Ints, Bools]) -> pl.DataFrame:
    """The table of rows (from case, to case or -1, upwards)."""
    origin, target, upwards = way
    clock, came = sites[0].clock, target >= 0
    above = _above(sites)[cases.place[origin]]
    goes = np.where(came, cases.place[target], above)
    grave = cases.severity[origin] >= GRAVE
    stayed = cases.kind[origin] == INPATIENT
    reason = np.where(upwards, np.where(grave, 0, 1), np.where(stayed & grave, 2, 3))
    return pl.DataFrame(
        {
            "referral_id": sites[0].ids("referral", np.arange(len(origin))),
            "from_encounter_id": cases.main[origin],
            "to_encounter_id": maybe(cases.main[target], came),
            "from_hospital_id": _hospitals(sites)[cases.place[origin]],
            "to_hospital_id": _hospitals(sites)[goes],
            "doctor_id": _doctors(sites, cases.place[origin], cases.doctor[origin]),
            "direction": enum(np.where(upwards, 0, 1), DIRECTIONS),
            "reason": enum(reason, REASONS),
            "referred_at": moments(clock, cases.end[origin]),
            "arrived_at": times(clock, cases.registered[target], came),
            "cause_id": cases.main[origin],
        }
    )


def _above(sites: Sequence[Site]) -> Ints:
    """The position of the hospital that each one refers to; the top refers to itself."""
    place = {site.registry.hospital.id: n for n, site in enumerate(sites)}
    return np.array([place.get(site.registry.hospital.refers_to, n) for n, site in enumerate(sites)])


def _hospitals(sites: Sequence[Site]) -> Ints:
    return np.array([first_id(TABLES["hospital"], site.registry.number) + 1 for site in sites])


def _doctors(sites: Sequence[Site], place: Ints, doctor: Ints) -> Ints:
    """Staff ids of doctors of several hospitals."""
    return np.array([first_id(TABLES["staff"], site.registry.number) + 1 for site in sites])[place] + doctor


def teleconsults(sites: Sequence[Site], cases: Cases, rng: Rng) -> pl.DataFrame:
    """Consultations about the stays of lower levels, answered by a doctor of the department at the next higher one."""
    clock, above = sites[0].clock, _above(sites)
    lower = above != np.arange(len(sites))
    stays = np.flatnonzero((cases.kind == INPATIENT) & (cases.admitted >= clock.begin) & lower[cases.place])
    grave = (cases.severity[stays] >= GRAVE).astype(np.int64)
    u, hours, wait, length = (rng.random(len(stays)) for _ in range(4))
    asked = cases.admitted[stays] + ((4 + 44 * hours) * HOUR).astype(np.int64)
    begins = asked + ((0.5 + 5 * wait) * HOUR).astype(np.int64)
    ends = begins + ((10 + 30 * length) * MINUTE).astype(np.int64)
    kept = (u < ASKED[grave]) & (ends < np.minimum(cases.end[stays], clock.end))
    rows, asked, begins, ends = stays[kept], asked[kept], begins[kept], ends[kept]
    place = above[cases.place[rows]]
    first, count = _consultants(sites, place, cases.department[rows], cases.place[rows])
    consultant = first + rng.integers(0, 1 << 30, len(rows)) % np.maximum(count, 1)
    return pl.DataFrame(
        {
            "teleconsult_id": sites[0].ids("teleconsult", np.arange(len(rows))),
            "encounter_id": cases.main[rows],
            "patient_id": cases.patient_id[rows],
            "doctor_id": _doctors(sites, cases.place[rows], cases.doctor[rows]),
            "hospital_id": _hospitals(sites)[place],
            "consultant_id": _doctors(sites, place, consultant),
            "requested_at": moments(clock, asked),
            "started_at": moments(clock, begins),
            "ended_at": moments(clock, ends),
            "advice": enum(choose(rng, ADVICE, len(rows)), tuple(values.TELECONSULT_ADVICE)),
            "cause_id": cases.main[rows],
        }
    )


def _consultants(sites: Sequence[Site], place: Ints, department: Ints, asks: Ints) -> tuple[Ints, Ints]:
    """First doctor and number of doctors of the department of the same name, or of the first one, where asked."""
    found = np.zeros((len(department), 2), np.int64)
    for lower, higher in sorted(set(zip(asks.tolist(), place.tolist(), strict=True))):
        names = list(sites[lower].registry.department)
        there = [sites[higher].registry.department.get(name, 0) for name in names]
        doctors = sites[higher].registry.doctors
        table = np.array([doctors[n] if n < len(doctors) and doctors[n][1] else doctors[0] for n in there])
        rows = np.flatnonzero((asks == lower) & (place == higher))
        found[rows] = table[department[rows]]
    return found[:, 0], found[:, 1]

"""Visits meet doctors and admissions meet beds: waits, boarding and lengths of stay come out of this."""

from dataclasses import dataclass

import numpy as np

from simulator.arrays import DAY, HOUR, MINUTE, Bools, Floats, Ints, Rng, choose
from simulator.care.bed_kernel import occupy
from simulator.care.calendar import draw
from simulator.care.clinic_kernel import serve_by_urgency, serve_in_turn
from simulator.care.episodes import Episodes
from simulator.care.rules import CHILD_AGE, EMERGENCY
from simulator.care.site import Site
from simulator.care.visits import Visits

OWN_WARD, ICU_FIRST, ICU_LATER = 0, 1, 2
STRAIGHT_TO_ICU = 0.7
"""Share of intensive care that begins at admission: estimate."""
HOURS_UNTIL_LEAVING = 3.0
"""Median patience of a level 4 emergency: estimate."""
ACUTE, DANGEROUS = 0.6, 0.03
"""Share of inpatients who come through the emergency department, and share who die: estimate."""
CLEANING = 45 * MINUTE
MOVING = 25 * MINUTE
AT_HOME = 10 * DAY
PLANNED_DELAY = np.array([0.62, 0.14, 0.08, 0.05, 0.04, 0.03, 0.02, 0.02])
"""Share of clinic patients who are told to come in 0..7 days later: estimate."""


@dataclass(frozen=True)
class Flow:
    """What happened. seen, doctor, decided: per visit, -1 if the patient left unseen; the rest per stay or admission.

    admission_visit: (admissions,) the visit each came from; requested: when a bed was first asked for.
    """

    seen: Ints
    doctor: Ints
    decided: Ints
    admission_visit: Ints
    requested: Ints
    department: Ints
    died: Bools
    intensive: Ints
    stay_admission: Ints
    stay_stage: Ints
    stay_bed: Ints
    stay_requested: Ints
    stay_started: Ints
    stay_ended: Ints


def flow(
    site: Site,
    visits: Visits,
    episodes: Episodes,
    rng: Rng,
) -> Flow:
    """Play the clinics, then the wards."""
    seen, doctor = _clinics(site, visits, rng)
    decided = np.where(seen < 0, -1, seen + visits.service + visits.workup)
    visit = np.flatnonzero(visits.admits & (seen >= 0))
    urgent = (visits.kind[visit] == EMERGENCY) | _acute(site)[episodes.disease[visits.episode[visit]]]
    requested = _requests(decided[visit], urgent, rng)
    order = np.argsort(requested, kind="stable")
    visit, requested, urgent = visit[order], requested[order], urgent[order]
    department = _departments(site, visits.episode[visit], episodes, rng)
    where, planned, died, icu = _plans(site, department, visits.episode[visit], episodes, rng)
    beds = np.array([ward.beds for ward in site.registry.hospital.wards], np.int64)
    stays = occupy(
        requested,
        urgent,
        where,
        planned,
        _discharge_seconds(len(visit), rng),
        died,
        np.repeat(np.arange(len(beds)), beds),
        site.routes.lends,
        AT_HOME,
        CLEANING,
        MOVING,
        site.clock.end,
    )
    return Flow(seen, doctor, decided, visit, requested, site.routes.clinic[department], died, icu, *stays)


def _acute(site: Site) -> Bools:
    """(D,) diseases with which nobody is told to come another day: most come as emergencies, or it kills."""
    newborn = np.array([disease.newborn for disease in site.knowledge.diseases.values()])
    return newborn | (site.rules.via_emergency >= ACUTE) | (site.rules.fatality[:, 1] >= DANGEROUS)


def _clinics(site: Site, visits: Visits, rng: Rng) -> tuple[Ints, Ints]:
    """Seen at and doctor on duty (0..) of each visit."""
    seen, doctor = np.full(len(visits), -1), np.full(len(visits), -1)
    patience = np.exp(np.log(HOURS_UNTIL_LEAVING * HOUR) + 0.5 * rng.standard_normal(len(visits)))
    patience = np.where((visits.level == 3) & ~visits.admits, patience, 1e9).astype(np.int64)  # noqa: PLR2004  # the last level
    for number, one in enumerate(site.registry.hospital.departments):
        rows = np.flatnonzero(visits.department == number)
        seen[rows], doctor[rows] = serve_in_turn(
            visits.arrival[rows], visits.service[rows], one.doctors, one.opens * HOUR, one.closes * HOUR
        )
    rows = np.flatnonzero(visits.kind == EMERGENCY)
    seen[rows], doctor[rows] = serve_by_urgency(
        visits.arrival[rows] + 3 * MINUTE,
        visits.level[rows],
        visits.service[rows],
        patience[rows],
        site.registry.hospital.emergency_doctors,
    )
    return seen, doctor


def _requests(decided: Ints, urgent: Bools, rng: Rng) -> Ints:
    """When a bed is asked for: at once, or on a later morning for patients told to come another day."""
    paperwork = decided + (rng.uniform(8, 30, len(decided)) * MINUTE).astype(np.int64)
    delay = choose(rng, PLANNED_DELAY, len(decided))
    morning = decided - decided % DAY + delay * DAY + (rng.uniform(7.8, 10.5, len(decided)) * HOUR).astype(np.int64)
    return np.where(urgent | (delay == 0), paperwork, morning)


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

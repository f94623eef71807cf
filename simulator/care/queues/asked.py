"""What doctors ask for at visits, drawn before the queues are played: panels, images, drugs and procedures."""

from dataclasses import dataclass

import numpy as np

from simulator.arrays import MINUTE, Bools, Floats, Ints, Rng
from simulator.care.calendar import ages
from simulator.care.rules import CHILD_AGE, EMERGENCY
from simulator.care.site import Site
from simulator.care.visits import Visits, chance_of_tests

LONGEST_IN_THE_ROOM = 45 * MINUTE
"""Longer examinations are recorded by a device that the patient carries."""
URGENT_FACTOR = 0.6
"""Time to the result of an urgent test, relative to a routine one: estimate."""
LOCAL_ROUTES = frozenset({"topical", "eye", "nasal", "inhaled", "rectal"})


@dataclass(frozen=True)
class Listed:
    """Entries (m,) ordered by visit, those of visit v from start[v] to start[v + 1] - 1.

    item: of the catalogue, of drugs the entry of the rules; service, lag: seconds at the station, and from then until
    the result.
    """

    start: Ints
    visit: Ints
    item: Ints
    service: Ints
    lag: Ints

    @classmethod
    def of(cls, visits: int, visit: Ints, item: Ints, service: Ints, lag: Ints) -> "Listed":
        """Pack the columns, which are ordered by visit."""
        start = np.concatenate([[0], np.cumsum(np.bincount(visit, minlength=visits))])
        return cls(start, visit.astype(np.int32), item.astype(np.int32), service.astype(np.int32), lag.astype(np.int32))

    def of_visits(self, visit: Ints) -> tuple[Ints, Ints]:
        """All entries of these visits: (row of `visit`, entry)."""
        counts = self.start[visit + 1] - self.start[visit]
        row = np.repeat(np.arange(len(visit)), counts)
        first = np.cumsum(counts) - counts
        return row, np.arange(len(row)) - first[row] + self.start[visit][row]


@dataclass(frozen=True)
class Asked:
    """Panels, images, drugs and procedures of all visits of a hospital, whether or not a doctor will see the patient.

    of procedures service is how long each takes, lag from when the doctor is there, in thousandths of the visit.
    """

    panels: Listed
    images: Listed
    drugs: Listed
    procedures: Listed


def ask(site: Site, visits: Visits, disease: Ints, person: Ints, rng: Rng) -> Asked:
    """Draw them; disease, person: (visits,)."""
    tested = np.flatnonzero(visits.tests)
    key = (disease * 3 + visits.kind)[tested]
    chance = np.where(visits.admits[tested], 1.0, np.maximum(chance_of_tests(site.rules)[key], 1e-6))
    return Asked(
        _panels(site, visits, tested, (key, chance), rng),
        _images(site, visits, tested, (key, chance), rng),
        _drugs(site, visits, disease * 3 + visits.kind, person, rng),
        _procedures(site, visits, disease * 3 + visits.kind, rng),
    )


def panel_lag(site: Site, item: Ints, urgent: Bools, rng: Rng) -> Ints:
    """Seconds from the analyser to the result of each panel: its slowest test sets the pace."""
    slowest = np.maximum.reduceat(site.assay.turnaround[site.assay.panels.items], site.assay.panels.start[:-1])
    slow = np.exp(0.3 * rng.standard_normal(len(item))) * np.where(urgent, URGENT_FACTOR, 1.0)
    return np.asarray((slowest[item] * slow * MINUTE).astype(np.int64))


def report_lag(site: Site, item: Ints, urgent: Bools, rng: Rng) -> Ints:
    """Seconds from the end of an examination to its report."""
    minutes = np.array([one.report_min for one in site.knowledge.imaging.values()])[item]
    factor = np.exp(0.35 * rng.standard_normal(len(item))) * np.where(urgent, URGENT_FACTOR, 1.0)
    return np.asarray((minutes * factor * MINUTE).astype(np.int64))


def room_seconds(site: Site, item: Ints, rng: Rng) -> Ints:
    """Seconds that each examination keeps its room."""
    minutes = np.array([one.minutes for one in site.knowledge.imaging.values()])[item]
    taken = minutes * MINUTE * np.exp(0.25 * rng.standard_normal(len(item)))
    return np.asarray(np.clip(taken, MINUTE, LONGEST_IN_THE_ROOM).astype(np.int64))


def _panels(site: Site, visits: Visits, tested: Ints, how: tuple[Ints, Floats], rng: Rng) -> Listed:
    row, at = site.rules.panels.drawn(*how, rng)
    visit, item = tested[row], site.rules.panels.lists.items[at]
    lag = panel_lag(site, item, visits.kind[visit] == EMERGENCY, rng)
    return Listed.of(len(visits), visit, item, np.zeros(len(item), np.int64), lag)


def _images(site: Site, visits: Visits, tested: Ints, how: tuple[Ints, Floats], rng: Rng) -> Listed:
    row, at = site.rules.imaging.drawn(*how, rng)
    visit, item = tested[row], site.rules.imaging.lists.items[at]
    lag = report_lag(site, item, visits.kind[visit] == EMERGENCY, rng)
    return Listed.of(len(visits), visit, item, room_seconds(site, item, rng), lag)


def _drugs(site: Site, visits: Visits, key: Ints, person: Ints, rng: Rng) -> Listed:
    visit, at = site.rules.drugs.drawn(key, np.ones(len(key)), rng)
    home = (visits.kind[visit] == EMERGENCY) | ~visits.admits[visit]  # who is admitted from a clinic fetches nothing
    visit, at = visit[home], at[home]
    age = ages(site.people.birth_day[person[visit]], site.clock.day_number(visits.arrival[visit]))
    fits = suits(site, site.rules.drugs.lists.items[at], age)
    visit, at = visit[fits], at[fits]
    none = np.zeros(len(at), np.int64)
    return Listed.of(len(visits), visit, at, none, none)


def _procedures(site: Site, visits: Visits, key: Ints, rng: Rng) -> Listed:
    mine = np.flatnonzero(~visits.admits & ~visits.returns)
    row, at = site.rules.procedures.drawn(key[mine], np.ones(len(mine)), rng)
    item = site.rules.procedures.lists.items[at]
    return Listed.of(len(visits), mine[row], item, procedure_seconds(site, item, rng), rng.integers(300, 700, len(row)))


def procedure_seconds(site: Site, item: Ints, rng: Rng) -> Ints:
    """How long each procedure takes, (n,) s: lognormal about the catalogue's minutes, at least one."""
    taken = np.array([one.minutes for one in site.knowledge.procedures.values()])[item]
    taken = taken * np.exp(0.25 * rng.standard_normal(len(item)))
    return np.asarray((np.maximum(taken, 1) * MINUTE).astype(np.int64))


def suits(site: Site, drug: Ints, age: Ints) -> Bools:
    """Whether each drug suits the patient: children only where a dose for them is known."""
    drugs = list(site.knowledge.drugs.values())
    for_children = np.array([one.child_per_kg is not None or one.route in LOCAL_ROUTES for one in drugs])
    return np.asarray((age >= CHILD_AGE) | for_children[drug])

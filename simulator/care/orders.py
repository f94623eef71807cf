"""Orders: which panels, images and procedures each encounter is given, and when."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from simulator.arrays import DAY, HOUR, MINUTE, Bools, Floats, Ints, Rng, enum, in_order, repeat, words
from simulator.care.calendar import Clock
from simulator.care.cases import Cases
from simulator.care.encounters import moments
from simulator.care.rules import EMERGENCY, INPATIENT, Items
from simulator.care.site import Site
from simulator.care.visits import chance_of_tests
from simulator.schema import values

LABORATORY, IMAGING, PROCEDURE = 0, 1, 2
ORDER_KINDS = tuple(values.ORDER_KIND)
STATUSES = tuple(values.ORDER_STATUS)
CANCELLED = 0.012
REPEATED = frozenset(
    {
        "complete_blood_count",
        "crp",
        "procalcitonin",
        "electrolytes",
        "renal_function",
        "liver_function",
        "glucose",
        "blood_gas",
        "coagulation",
        "cardiac_enzymes",
        "troponin",
        "pancreatic_enzymes",
        "lactate",
    }
)
"""Panels that follow the course of an illness; the others are asked for once in a stay."""
PLANNED = 0.85
"""Share of operations on the wards that wait for the working day: estimate."""
SUPPERTIME = 18 * HOUR
STEPS_AT_MOST = 60
"""How often a step of a pathway recurs in one stay, at most."""
GOING = 2 * MINUTE
"""From the end of a procedure until the patient has left: estimate."""


@dataclass(frozen=True)
class Orders:
    """Orders (n,): case, kind, item of the kind's catalogue, local seconds ordered, done (or begun) and ended.

    ended: when a procedure is over; for tests and images the moment they were done.
    """

    case: Ints
    kind: Ints
    item: Ints
    ordered: Ints
    done: Ints
    ended: Ints
    cancelled: Bools
    urgent: Bools

    def of(self, kind: int, clock: Clock) -> Ints:
        """Rows of one kind that were carried out within the period."""
        return np.flatnonzero((self.kind == kind) & ~self.cancelled & (self.done < clock.end))


def place_orders(site: Site, cases: Cases, rng: Rng) -> Orders:
    """Draw all orders, ordered by case and time."""
    parts = [
        _laboratory(site, cases, rng),
        _imaging(site, cases, rng),
        _procedures(site, cases, rng),
    ]
    case, item, ordered, done = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    kind = np.repeat(np.arange(3), [len(part[0]) for part in parts])
    kept = (ordered < site.clock.end) & (ordered < cases.end[case])
    order = np.flatnonzero(kept)
    order = order[in_order(case[order], ordered[order])]
    case, kind, item, ordered, done = (column[order] for column in (case, kind, item, ordered, done))
    cancelled = rng.random(len(case)) < CANCELLED
    urgent = (cases.kind[case] == EMERGENCY) | (rng.random(len(case)) < 0.25 * cases.severity[case])
    overtaken = (done >= cases.end[case]) & (cases.end[case] < site.clock.end) & ~_prolongs(cases, case, kind)
    ended = done + np.where(kind == PROCEDURE, _procedure_seconds(site, item, kind, rng), 0)
    ended = np.where(
        _prolongs(cases, case, kind), ended, np.minimum(ended, np.maximum(cases.end[case] - MINUTE, done + MINUTE))
    )
    return Orders(
        case, kind, item, ordered, done, np.where(kind == PROCEDURE, ended, done), cancelled | overtaken, urgent
    )


def _prolongs(cases: Cases, case: Ints, kind: Ints) -> Bools:
    """Orders for which a patient who goes home stays until they are over: procedures of a visit."""
    return np.asarray((kind == PROCEDURE) & (cases.kind[case] != INPATIENT) & ~cases.died[case])


def _procedure_seconds(site: Site, item: Ints, kind: Ints, rng: Rng) -> Ints:
    """How long each procedure takes, (n,) s: lognormal about the catalogue's minutes, at least one."""
    minutes = np.array([one.minutes for one in site.knowledge.procedures.values()])
    usual = minutes[np.where(kind == PROCEDURE, item, 0)]
    taken = usual * np.exp(0.25 * rng.standard_normal(len(item)))
    return np.asarray((np.maximum(taken, 1) * MINUTE).astype(np.int64))


def stay_for_procedures(cases: Cases, orders: Orders) -> tuple[Cases, Orders]:
    """The same, in which a visit ends only once its procedures are over.

    Nobody stays beyond their own next registration: a procedure that would last longer is cancelled.
    """
    prolongs = _prolongs(cases, orders.case, orders.kind)
    until = np.maximum(cases.again, cases.end)[orders.case]
    cancelled = orders.cancelled | (prolongs & (orders.ended + GOING > until))
    rows = np.flatnonzero(prolongs & ~cancelled)
    end = cases.end.copy()
    np.maximum.at(end, orders.case[rows], orders.ended[rows] + GOING)
    return replace(cases, end=end), replace(orders, cancelled=cancelled)


def drawn(items: Items, cases: Cases, rows: Ints, divide: Floats, rng: Rng) -> tuple[Ints, Ints]:
    """For the cases `rows`: (case, entry of `items`), each entry with its share divided by `divide` (len(rows))."""
    row, at = items.lists.expand(cases.disease[rows] * 3 + cases.kind[rows])
    chosen = rng.random(len(row)) * divide[row] < items.p[at]
    return rows[row[chosen]], at[chosen]


def on_pathway(cases: Cases, case: Ints, at: Ints, items: Items, rng: Rng) -> tuple[Ints, Ints, Ints]:
    """Steps of pathways among the entries `at` of the stays `case`: (row, local seconds asked for, done).

    A step recurs until the patient leaves; what would come too late is not done at all.
    """
    rows = np.flatnonzero(~np.isnan(items.at_s[at]))
    begin, end = cases.admitted[case[rows]], cases.end[case[rows]]
    first = begin + (items.at_s[at[rows]] * rng.uniform(0.9, 1.15, len(rows))).astype(np.int64)
    every = np.nan_to_num(items.every_s[at[rows]], nan=0.0).astype(np.int64)
    more = np.where(every > 0, np.maximum(end - HOUR - first, 0) // np.maximum(every, HOUR), 0)
    row, nth = repeat(1 + np.minimum(more, STEPS_AT_MOST))
    due = first[row] + nth * every[row] + rng.integers(0, 10 * MINUTE, len(row))
    seen = cases.seen[case[rows[row]]]
    asked = np.maximum(due - rng.integers(10 * MINUTE, 45 * MINUTE, len(row)), seen + 2 * MINUTE)
    done = np.maximum(due, asked + 2 * MINUTE)
    kept = (done < end[row] - 10 * MINUTE) | (nth == 0)
    return rows[row[kept]], asked[kept], done[kept]


def _examined(site: Site, cases: Cases) -> tuple[Ints, Floats]:
    """Cases that have tests at all, and the chance of that (1 for inpatients)."""
    rows = np.flatnonzero(cases.tests & (cases.seen >= 0))
    chance = chance_of_tests(site.rules)[cases.disease[rows] * 3 + cases.kind[rows]]
    return rows, np.where((cases.kind[rows] == INPATIENT) | cases.admits[rows], 1.0, np.maximum(chance, 1e-6))


def _laboratory(site: Site, cases: Cases, rng: Rng) -> tuple[Ints, Ints, Ints, Ints]:
    rows, chance = _examined(site, cases)
    case, at = drawn(site.rules.panels, cases, rows, chance, rng)
    ordered, collected = _at_visit(cases, case, rng)
    stay = cases.kind[case] == INPATIENT
    every = site.rules.repeat_s[cases.disease[case] * 3 + INPATIENT]
    length = np.minimum(cases.end[case], cases.admitted[case] + 60 * DAY) - cases.admitted[case]
    changing = np.array([name in REPEATED for name in site.knowledge.panels])[site.rules.panels.lists.items[at]]
    again = np.where(stay & changing & (every > 0), length // np.maximum(every, HOUR), 0).astype(np.int64)
    again = np.minimum(again, 30) * (rng.random(len(case)) < 0.75)  # noqa: PLR2004  # not every panel is repeated: estimate
    own = ~np.isnan(site.rules.panels.at_s[at])
    again = np.where(own, 0, again)
    row, nth = repeat(again)
    day = cases.admitted[case[row]] // DAY + np.ceil((nth + 1) * every[row] / DAY).astype(np.int64)
    morning = day * DAY + 6 * HOUR + rng.integers(0, 75 * MINUTE, len(row))
    asked = morning - 14 * HOUR + rng.integers(0, 3 * HOUR, len(row))
    asked = np.maximum(asked, cases.admitted[case[row]] + HOUR)
    morning = np.maximum(morning, asked + 5 * MINUTE)
    item = site.rules.panels.lists.items[at]
    step, told, due = on_pathway(cases, case, at, site.rules.panels, rng)
    first, usual = np.flatnonzero(~own), (case[row], item[row], asked, morning)
    return _joined(
        (case[first], item[first], ordered[first], collected[first]), usual, (case[step], item[step], told, due)
    )


def _joined(*parts: tuple[Ints, Ints, Ints, Ints]) -> tuple[Ints, Ints, Ints, Ints]:
    case, item, ordered, done = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    return case, item, ordered, done


def _at_visit(cases: Cases, case: Ints, rng: Rng) -> tuple[Ints, Ints]:
    """(ordered, done) of tests at the beginning: during the consultation, or in the first hours on the ward."""
    n = len(case)
    stay = cases.kind[case] == INPATIENT
    room = np.maximum(cases.decided[case] - cases.seen[case], 10 * MINUTE)
    ordered = cases.seen[case] + np.where(
        stay, rng.uniform(5, 50, n) * MINUTE, rng.uniform(0.03, 0.1, n) * room
    ).astype(np.int64)
    wait = np.where(stay, rng.uniform(10, 90, n) * MINUTE, rng.uniform(0.05, 0.25, n) * room)
    return ordered, ordered + wait.astype(np.int64) + MINUTE


def _imaging(site: Site, cases: Cases, rng: Rng) -> tuple[Ints, Ints, Ints, Ints]:
    rows, chance = _examined(site, cases)
    case, at = drawn(site.rules.imaging, cases, rows, chance, rng)
    ordered, done = _at_visit(cases, case, rng)
    stay = cases.kind[case] == INPATIENT
    room = np.maximum(cases.decided[case] - cases.seen[case], 10 * MINUTE)
    later = np.where(stay, rng.exponential(9 * HOUR, len(case)), rng.uniform(0.1, 0.3, len(case)) * room)
    done = _working_hours(done + later.astype(np.int64), stay & (rng.random(len(case)) < 0.8))  # noqa: PLR2004
    item = site.rules.imaging.lists.items[at]
    step, told, due = on_pathway(cases, case, at, site.rules.imaging, rng)
    usual = np.flatnonzero(np.isnan(site.rules.imaging.at_s[at]))
    return _joined((case[usual], item[usual], ordered[usual], done[usual]), (case[step], item[step], told, due))


def _working_hours(at: Ints, only: Bools) -> Ints:
    """Move what can wait from the night to the next morning."""
    second = at % DAY
    morning = at - second + 8 * HOUR + second % (3 * HOUR)
    night = only & ((second < 8 * HOUR) | (second > SUPPERTIME))
    return np.where(night, np.where(second > SUPPERTIME, morning + DAY, morning), at)


def _procedures(site: Site, cases: Cases, rng: Rng) -> tuple[Ints, Ints, Ints, Ints]:
    rows = np.flatnonzero((cases.seen >= 0) & ~cases.admits & ~cases.returns)
    case, at = drawn(site.rules.procedures, cases, rows, np.ones(len(rows)), rng)
    stay = cases.kind[case] == INPATIENT
    room = np.maximum(cases.decided[case] - cases.seen[case], 10 * MINUTE)
    begin = cases.seen[case] + np.where(
        stay, rng.uniform(2, 40, len(case)) * HOUR, room * rng.uniform(0.3, 0.7, len(case))
    )
    begin = np.where(
        stay, np.minimum(begin, (cases.admitted[case] + 0.7 * (cases.end[case] - cases.admitted[case]))), begin
    )
    theatre = np.array([one.theatre for one in site.knowledge.procedures.values()], bool)
    planned = stay & theatre[site.rules.procedures.lists.items[at]] & (rng.random(len(case)) < PLANNED)
    begin = np.where(planned, _working_hours(begin.astype(np.int64), planned), begin)
    begin = np.where(stay, np.minimum(begin, cases.end[case] - 4 * HOUR), begin)
    ordered = np.where(
        stay,
        np.maximum(begin - 3 * HOUR, cases.seen[case] + 10 * MINUTE),
        np.maximum(begin - 4 * MINUTE, cases.seen[case]),
    )
    begin = np.maximum(begin, ordered + 2 * MINUTE)
    item = site.rules.procedures.lists.items[at]
    step, told, due = on_pathway(cases, case, at, site.rules.procedures, rng)
    usual = np.flatnonzero(np.isnan(site.rules.procedures.at_s[at]))
    return _joined(
        (case[usual], item[usual], ordered.astype(np.int64)[usual], begin.astype(np.int64)[usual]),
        (case[step], item[step], told, due),
    )


def order_table(site: Site, orders: Orders, cases: Cases, answered: Ints) -> pl.DataFrame:
    """The order table; every order is caused by its encounter's main diagnosis.

    answered: ids of the orders whose result lies in the period; the others are still active, or cancelled.
    """
    catalogue: list[list[Any]] = [
        list(site.knowledge.panels.values()),
        list(site.knowledge.imaging.values()),
        list(site.knowledge.procedures.values()),
    ]
    offset = np.cumsum([0, len(catalogue[0]), len(catalogue[1])])
    every = [entry for part in catalogue for entry in part]
    code = orders.item + offset[orders.kind]
    order_id = site.ids("order", np.arange(len(orders.case)))
    done = np.zeros(len(order_id), bool)
    done[np.searchsorted(order_id, answered)] = True
    status = np.select([orders.cancelled, done], [STATUSES.index("cancelled"), 0], STATUSES.index("active"))
    return pl.DataFrame(
        {
            "order_id": order_id,
            "encounter_id": site.ids("encounter", orders.case),
            "patient_id": cases.patient_id[orders.case],
            "doctor_id": site.ids("staff", cases.doctor[orders.case]),
            "kind": enum(orders.kind, ORDER_KINDS),
            "code": words(code, [entry.id for entry in every]),
            "name_zh": words(code, [entry.zh for entry in every]),
            "name_en": words(code, [entry.en for entry in every]),
            "priority": enum(orders.urgent.astype(np.int64), tuple(values.PRIORITY)),
            "ordered_at": moments(site.clock, orders.ordered),
            "status": enum(status, STATUSES),
            "cause_id": cases.main[orders.case],
        },
    )

"""What doctors do about a turn for the worse as soon as they recognise it: drugs and procedures."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from simulator.arrays import DAY, HOUR, MINUTE, Bools, Floats, Ints, Ragged, Rng, in_order
from simulator.care.bedside import SIGNS
from simulator.care.calls import among
from simulator.care.cases import Cases
from simulator.care.drugs import Prescribed, doses_for
from simulator.care.orders import PROCEDURE, Orders
from simulator.care.physiology.course import Course
from simulator.care.physiology.kernel import NEVER
from simulator.care.rules import INPATIENT
from simulator.care.site import Site
from simulator.knowledge.effects import answers
from simulator.knowledge.models import EVENTS

SHOCK = -66.0
"""mmHg: a state that lowers the systolic pressure by so much is shock: set by its mortality (T27), estimate/low."""
JUDGED_H = (0, 3, 6, 12, 24, 48)
"""Hours after an event was recognised at which doctors judge whether the patient is in shock: estimate."""
SETTLED_H = 3
"""Hours after which a patient who needs intensive care for an event has come there: estimate."""
IN_SHOCK, IN_ICU = "shock", "intensive"


@dataclass(frozen=True)
class Answers:
    """Rows of turn_answers.csv (R,) as arrays; lists: rows by event; lot: which draw decides each, of `lots` in all."""

    lists: Ragged
    p: Floats
    after_s: Ints
    days: Ints
    shock: Bools
    intensive: Bools
    lot: Ints
    lots: int


@cache
def _laid_out() -> Answers:
    rows = answers()
    words = [row.together or f"{n}" for n, row in enumerate(rows)]
    names = list(dict.fromkeys(words))
    return Answers(
        lists=Ragged.of([[n for n, row in enumerate(rows) if row.event == event] for event in EVENTS]),
        p=np.array([row.p for row in rows]),
        after_s=np.array([row.after_h * HOUR for row in rows]).astype(np.int64),
        days=np.array([row.days or 1 for row in rows]),
        shock=np.array([row.only == IN_SHOCK for row in rows]),
        intensive=np.array([row.only == IN_ICU for row in rows]),
        lot=np.array([names.index(word) for word in words]),
        lots=len(names),
    )


def answer_events(
    site: Site, cases: Cases, course: Course, treatment: tuple[Orders, Prescribed], rng: Rng
) -> tuple[Orders, Prescribed]:
    """The orders and the drugs with those that recognised events are answered with; nothing is ordered twice."""
    orders, made = treatment
    known = _laid_out()
    case, event = np.nonzero((course.recognised < NEVER) & (cases.kind == INPATIENT)[:, None])
    told = (course.begin[case] + course.recognised[case, event] * HOUR).astype(np.int64)
    lot = rng.random((len(case), known.lots))
    row, at = known.lists.expand(event)
    at = known.lists.items[at]
    shock = shock_at(site, cases, course, case, told)
    wanted = lot[row, known.lot[at]] < known.p[at]
    wanted &= ~known.shock[at] | (shock >= 0)[row]
    wanted &= ~known.intensive[at] | course.intensive(case, told + SETTLED_H * HOUR)[row]
    row, at = row[wanted], at[wanted]
    told = np.where(known.shock[at], shock[row], told[row])
    case = case[row]
    when = told + known.after_s[at] + rng.integers(0, 6 * MINUTE, len(row))
    when = np.maximum(when, cases.seen[case] + 2 * MINUTE)
    drug, procedure = _items(site)
    here = (when < np.minimum(cases.end[case], site.clock.end) - 10 * MINUTE) & (cases.seen[case] >= 0)
    here &= ~_needless(site, made, case, at)
    drugs, procedures = np.flatnonzero(here & (drug[at] >= 0)), np.flatnonzero(here & (procedure[at] >= 0))
    given = _drugs(site, cases, made, (case[drugs], drug[at[drugs]], when[drugs], known.days[at[drugs]]))
    return _procedures(site, cases, orders, (case[procedures], procedure[at[procedures]], when[procedures]), rng), given


def shock_at(site: Site, cases: Cases, course: Course, case: Ints, told: Ints) -> Ints:
    """Local seconds at which each case is first seen to be in shock after an event was recognised, or -1."""
    pressure = site.body.signs[SIGNS.index("systolic")]
    found = np.full(len(case), -1)
    for hours in reversed(JUDGED_H):
        at = told + hours * HOUR
        state = course.axes(site.body, cases.disease, case, course.row(case, at))
        found = np.where((state @ pressure < SHOCK) & (at < cases.end[case]), at, found)
    return found


def _needless(site: Site, made: Prescribed, case: Ints, at: Ints) -> Bools:
    """Answers that need not be given because the patient already gets a drug of the kind on the ward."""
    found = np.zeros(len(case), bool)
    prefixes = [row.unless for row in answers()]
    for prefix in {one for one in prefixes if one}:
        kind = np.array([drug.atc.startswith(prefix) for drug in site.knowledge.drugs.values()])
        treated = made.case[(made.kind == INPATIENT) & kind[made.drug]]
        found |= np.array([one == prefix for one in prefixes])[at] & np.isin(case, treated)
    return found


def _items(site: Site) -> tuple[Ints, Ints]:
    """Position of each answer's drug and procedure in the catalogue, -1 for the other kind."""
    drugs = {name: n for n, name in enumerate(site.knowledge.drugs)}
    procedures = {name: n for n, name in enumerate(site.knowledge.procedures)}
    rows = answers()
    return (
        np.array([drugs[row.item] if row.kind == "drug" else -1 for row in rows]),
        np.array([procedures[row.item] if row.kind == "procedure" else -1 for row in rows]),
    )


def _drugs(site: Site, cases: Cases, made: Prescribed, new: tuple[Ints, Ints, Ints, Ints]) -> Prescribed:
    """The drugs with the new ones (case, drug, local seconds, days) that the patient does not get already."""
    case, drug, when, days = new
    dose, suits = doses_for(site, drug, np.full(len(drug), np.nan), cases, case)
    per_day = np.array([one.per_day for one in site.knowledge.drugs.values()])[drug]
    kinds = len(site.knowledge.drugs)
    ward = made.kind == INPATIENT
    kept = np.flatnonzero(suits & ~np.isin(case * kinds + drug, (made.case * kinds + made.drug)[ward]))
    kept = kept[np.unique((case * kinds + drug)[kept], return_index=True)[1]]
    case, drug, when, days = case[kept], drug[kept], when[kept], days[kept]
    per_day = per_day[kept]
    columns: dict[str, Ints | Floats | Bools] = {
        "case": case,
        "kind": np.full(len(kept), INPATIENT),
        "drug": drug,
        "dose": dose[kept],
        "per_day": per_day,
        "days": days,
        "doses": np.ceil(np.maximum(days * per_day, 1)).astype(np.int64),
        "ordered": when,
        "ends": np.minimum(when + days * DAY, cases.end[case]),
        "paid": np.full(len(kept), -1),
        "dispensed": np.full(len(kept), -1),
        "unfetched": np.zeros(len(kept), bool),
    }
    every = {name: np.concatenate([getattr(made, name), column]) for name, column in columns.items()}
    turn = in_order(every["case"], every["ordered"])
    return Prescribed(**{name: column[turn] for name, column in every.items()})


def _procedures(site: Site, cases: Cases, orders: Orders, new: tuple[Ints, Ints, Ints], rng: Rng) -> Orders:
    """The orders with the new procedures (case, procedure, local seconds) that the patient has not had."""
    case, item, when = new
    kinds = len(site.knowledge.procedures)
    old = orders.kind == PROCEDURE
    kept = np.flatnonzero(~np.isin(case * kinds + item, (orders.case * kinds + orders.item)[old]))
    kept = kept[np.unique((case * kinds + item)[kept], return_index=True)[1]]
    case, item, when = case[kept], item[kept], when[kept]
    minutes = np.array([one.minutes for one in site.knowledge.procedures.values()])[item]
    done = when + rng.integers(MINUTE, 4 * MINUTE, len(kept))
    ended = done + np.maximum(minutes * np.exp(0.25 * rng.standard_normal(len(kept))), 1) * MINUTE
    ended = np.minimum(ended.astype(np.int64), np.maximum(cases.end[case] - MINUTE, done + MINUTE))
    urgent = np.ones(len(kept), bool)
    return among(orders, Orders.of_kind(PROCEDURE, case, item, when, done, ended=ended, urgent=urgent))[0]

"""When hospitals find long-standing diseases of which their patients did not know."""

from dataclasses import replace

import numpy as np

from simulator.arrays import DAY, MINUTE, Bools, Ints, repeat
from simulator.care.cases import Cases
from simulator.care.lots import Lots
from simulator.care.rules import INPATIENT
from simulator.care.site import Site
from simulator.world.chronic import CONTROLLED, NOT_KNOWN
from simulator.world.people import Conditions

KEY = 7919
"""Tells the lots of this step from others of the same person and disease."""
SOON = 0.3
"""Part of a stay, but no more than a day, after which the ward knows of it: estimate/low."""


def discoveries(site: Site, cases: Cases) -> Conditions:
    """The conditions, known from the visit for which one was the reason, or from the stay that found it."""
    held, known_at = site.conditions, site.conditions.known_at.copy()
    seen = np.flatnonzero((cases.seen >= 0) & (cases.seen < site.clock.end))
    case, at = _unknown(site, cases, seen)
    reason = held.disease[at] == cases.disease[case]
    when = np.maximum(cases.decided, cases.seen)[case[reason]]
    np.minimum.at(known_at, at[reason], when)
    stay = ~reason & (cases.kind[case] == INPATIENT)
    case, at = case[stay], at[stay]
    care = site.knowledge.demography.care_of(one.icd10 for one in site.knowledge.diseases.values())
    chance = Lots(site.salt).uniform(held.person[at], held.disease[at], np.full(len(at), KEY))
    found = chance < care[held.disease[at], 3]
    case, at = case[found], at[found]
    begin = cases.admitted[case]
    wait = np.minimum(SOON * (cases.end[case] - begin), DAY).astype(np.int64)
    np.minimum.at(known_at, at, begin + np.maximum(wait, MINUTE))
    return replace(held, known_at=np.where(known_at < site.clock.end, known_at, NOT_KNOWN))


def controlled(site: Site, cases: Cases) -> Bools:
    """(n,): whether each case's reason is a long-standing disease that is under control."""
    held = site.conditions
    row, nth = repeat(held.start[cases.person + 1] - held.start[cases.person])
    at = held.start[cases.person][row] + nth
    under = (held.disease[at] == cases.disease[row]) & (held.stage[at] == CONTROLLED)
    found = np.zeros(len(cases), bool)
    found[row[under]] = True
    return found


def _unknown(site: Site, cases: Cases, seen: Ints) -> tuple[Ints, Ints]:
    """(case, position in the conditions) of all conditions of these cases' people that nobody knew of at first."""
    held, person = site.conditions, cases.person[seen]
    row, nth = repeat(held.start[person + 1] - held.start[person])
    at = held.start[person][row] + nth
    unknown = held.known_at[at] == NOT_KNOWN
    return seen[row[unknown]], at[unknown]

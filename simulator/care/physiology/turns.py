"""Turns for the worse that the flow of patients implies: before intensive care, and before death."""

from dataclasses import dataclass

import numpy as np

from simulator.arrays import HOUR, Bools, Floats, Ints
from simulator.care.cases import Cases
from simulator.care.flow import ICU_FIRST, ICU_LATER, Flow
from simulator.care.lots import Lots
from simulator.care.physiology.kernel import NEVER
from simulator.care.physiology.layout import BACKGROUND
from simulator.care.rules import INPATIENT
from simulator.care.site import Site
from simulator.knowledge.models import EVENTS

ARREST = EVENTS.index("cardiac_arrest")
ILL_ON_ARRIVAL = 0.7
"""Share of those admitted straight to intensive care who are there for an event, the others for watching: estimate."""
RESUSCITATED = 0.4
"""Share of deaths that begin with an arrest and an attempt to resuscitate: estimate."""
TERMINAL_H, TERMINAL_SIGMA = 30.0, 0.7
"""Median hours from the last turn for the worse to death, and its spread: estimate."""
EARLIEST_H = -24.0
"""Who is brought in dying has been so for a day at most: estimate."""
QUIET_H = 36.0
"""Nobody is discharged within so many hours of the beginning of an event: estimate."""
SLOW_H = 5.0
"""Events that are usually recognised sooner than this begin that much nearer to intensive care: estimate."""
ON_WARD, IN_ICU = 0.6, 0.9
"""How far events go in those who can be looked after on the ward, and in those who need intensive care: estimate."""
RISK_H = (24.0, 240.0)
"""The disease's share of patients with an event is spread over its usual stay, within these hours."""


@dataclass(frozen=True)
class Turns:
    """rate: (n, E) an hour until quiet_h (n,); peak: (n,); onset, recognised: (n, E) hours; icu_h: (n, 2) hours."""

    rate: Floats
    quiet_h: Floats
    peak: Floats
    onset: Floats
    recognised: Floats
    icu_h: Floats


def plan_turns(site: Site, cases: Cases, flow: Flow, begin: Ints, lasts: Floats) -> Turns:
    """Events that must have been for the flow to be as it is, and the hazards of all others; lasts: (n,) hours."""
    n, lots = len(cases), Lots(site.salt)
    lot = np.stack([lots.uniform(cases.episode, np.full(n, k), cases.kind) for k in range(8)])
    icu_h = icu_hours(cases, flow, begin)
    stays = (cases.kind == INPATIENT) & (cases.admitted >= 0)
    events = np.full((2, n, len(EVENTS)), NEVER)
    kind = _kind(site.body.weight[cases.disease], lot[0])
    _before_intensive_care(site, cases, kind, np.where(stays, icu_h[:, 0], NEVER), lot, events)
    _before_death(site, cases, kind, lasts, lot, events)
    peak = np.where(icu_h[:, 0] < NEVER, IN_ICU, ON_WARD) * (0.75 + 0.5 * lot[6])
    return Turns(_rates(site, cases, stays), lasts - QUIET_H, peak, events[0], events[1], icu_h)


def _before_intensive_care(  # noqa: PLR0913, PLR0917  # who, what, when, and by which lots
    site: Site, cases: Cases, kind: Ints, icu: Floats, lot: Floats, events: Floats
) -> None:
    """Fill in events (onset and recognition, n, E) that bring patients to intensive care; icu: (n,) hours or NEVER."""
    onset, recognised = events
    sudden = np.minimum(site.body.recognised_h / SLOW_H, 1.0)[kind]
    first = np.flatnonzero((cases.intensive == ICU_FIRST) & (icu < NEVER) & (lot[1] < ILL_ON_ARRIVAL))
    onset[first, kind[first]] = -(2 + 8 * lot[2][first]) * sudden[first]
    recognised[first, kind[first]] = (lot[3] * sudden)[first]
    later = np.flatnonzero((cases.intensive == ICU_LATER) & (icu < NEVER))
    seen = np.maximum(icu[later] - 0.5 - 2.5 * lot[3][later], 0.5)
    onset[later, kind[later]] = np.maximum(seen - (4 + 14 * lot[2][later]) * sudden[later], 0.0)
    recognised[later, kind[later]] = np.maximum(seen, onset[later, kind[later]] + 0.25 * sudden[later])


def _before_death(  # noqa: PLR0913, PLR0917  # who, what, when, and by which lots
    site: Site, cases: Cases, kind: Ints, lasts: Floats, lot: Floats, events: Floats
) -> None:
    """Fill in the last turn for the worse of those who die without one, and the arrests that end some lives."""
    onset, recognised = events
    dying = np.flatnonzero(cases.died & (onset == NEVER).all(axis=1))
    chance = Lots(site.salt).normal(cases.episode[dying], np.full(len(dying), 9))
    before = np.exp(np.log(TERMINAL_H) + TERMINAL_SIGMA * chance)
    onset[dying, kind[dying]] = np.maximum(lasts[dying] - np.maximum(before, 3), EARLIEST_H)
    usual = site.body.recognised_h[kind[dying]] * (0.4 + 1.2 * lot[3][dying])
    recognised[dying, kind[dying]] = np.maximum(onset[dying, kind[dying]] + usual, 0.1)
    arrest = np.flatnonzero(cases.died & (lot[4] < RESUSCITATED) & (kind != ARREST))
    onset[arrest, ARREST] = np.maximum(lasts[arrest] - 0.4 - 0.4 * lot[5][arrest], 0)
    recognised[arrest, ARREST] = onset[arrest, ARREST] + 0.05


def icu_hours(cases: Cases, flow: Flow, begin: Ints) -> Floats:
    """(n, 2) hours from the beginning at which intensive care begins and ends, NEVER without it."""
    at = np.full((len(flow.admission_visit) + 1, 2), NEVER)
    rows = np.flatnonzero(flow.stay_stage == flow.intensive[flow.stay_admission] - 1)
    at[flow.stay_admission[rows], 0] = flow.stay_started[rows]
    at[flow.stay_admission[rows], 1] = flow.stay_ended[rows]
    found = at[cases.admission]  # -1, no admission, is the last row
    return np.where(found < NEVER, np.maximum(found - begin[:, None], 0) / HOUR, NEVER)


def _kind(weight: Floats, lot: Floats) -> Ints:
    """One event for each row by its weights; an arrest is rarely the first turn."""
    weight = weight.copy()
    weight[:, ARREST] *= 0.3
    weight += BACKGROUND / 10
    edges = np.cumsum(weight, axis=1)
    return np.asarray(np.minimum((lot[:, None] * edges[:, -1:] >= edges).sum(axis=1), len(EVENTS) - 1))


def _rates(site: Site, cases: Cases, stays: Bools) -> Floats:
    """(n, E) chance an hour of an event in those who survive; an arrest is never survived without intensive care."""
    hours = np.clip(site.rules.stay[cases.disease, 0] * 24, *RISK_H)
    frail = (0.4 + 1.2 * cases.severity) * np.interp(cases.age, [0, 40, 65, 90], [0.22, 0.3, 1.2, 2.5])
    rate = site.body.risk[cases.disease] * (frail * (stays & ~cases.died) / hours)[:, None]
    rate[:, ARREST] *= cases.intensive > 0
    return np.asarray(rate)

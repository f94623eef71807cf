"""Tests that a patient's state calls for: when a turn for the worse is recognised, and after a critical result."""

from dataclasses import replace

import numpy as np

from simulator.arrays import HOUR, MINUTE, Bools, Ints, Rng, in_order
from simulator.care.cases import Cases
from simulator.care.flow import Flow
from simulator.care.laboratory import Results, is_critical, measure
from simulator.care.ordering import ward_panels
from simulator.care.orders import LABORATORY, Orders
from simulator.care.physiology.course import Course
from simulator.care.physiology.kernel import NEVER
from simulator.care.rules import INPATIENT
from simulator.care.site import Site

AFTER_H = np.array([0.0, 6.0, 24.0, 48.0])
"""Hours after an event is recognised at which its tests are done: estimate."""
SOON_AGAIN = frozenset({"electrolytes", "glucose", "blood_gas", "complete_blood_count", "coagulation", "lactate"})
"""Panels that are repeated within hours of a critical result: what can be corrected by then."""
JUST_DONE = 3 * HOUR
"""Nobody asks for a panel that was asked for within so long: estimate."""
SOON = 45 * MINUTE
"""Nor for one that is due within so long anyway: estimate."""
DONE = 0.85
"""Share of such tests that are asked for: estimate."""


def call_for_events(site: Site, cases: Cases, how: tuple[Course, Flow], orders: Orders, rng: Rng) -> Orders:
    """The orders with the tests that doctors ask for on recognising an event, and again while it lasts."""
    course, flow = how
    case, event = np.nonzero((course.recognised < NEVER) & (cases.kind == INPATIENT)[:, None])
    told = course.begin[case] + course.recognised[case, event] * HOUR
    row, at = site.body.panels.expand(event)
    row, nth = np.repeat(row, len(AFTER_H)), np.tile(np.arange(len(AFTER_H)), len(row))
    item, case = np.repeat(site.body.panels.items[at], len(AFTER_H)), case[row]
    asked = (told[row] + AFTER_H[nth] * HOUR).astype(np.int64) + rng.integers(3 * MINUTE, 25 * MINUTE, len(row))
    asked = np.maximum(asked, cases.seen[case] + 5 * MINUTE)
    new = _not_just_done(orders, (case, item, asked), len(site.knowledge.panels))
    return _with(site, (cases, flow), orders, (case[new], item[new], asked[new]), rng)[0]


def _not_just_done(orders: Orders, asked: tuple[Ints, Ints, Ints], panels: int) -> Ints:
    """Rows of `asked` (case, panel, local seconds) that come long enough after the same panel was asked for."""
    old = np.flatnonzero((orders.kind == LABORATORY) & ~orders.cancelled)
    pair = np.concatenate([orders.case[old] * panels + orders.item[old], asked[0] * panels + asked[1]])
    at = np.concatenate([orders.ordered[old], asked[2]])
    turn = in_order(pair, at)
    soon = (np.diff(pair[turn], prepend=-1) == 0) & (np.diff(at[turn], prepend=0) < JUST_DONE)
    place = np.where(turn < len(old), np.arange(len(turn)), len(turn) - 1)
    due = np.minimum.accumulate(place[::-1])[::-1]  # the next that is due anyway
    follows = (pair[turn[due]] == pair[turn]) & (turn[due] < len(old)) & (at[turn[due]] - at[turn] < SOON)
    again = np.zeros(len(pair), bool)
    again[turn] = soon | follows
    return np.flatnonzero(~again[len(old) :])


def measure_and_repeat(
    site: Site, orders: Orders, cases: Cases, how: tuple[Course, Flow], rng: Rng
) -> tuple[Orders, Results]:
    """All results, and the orders with those that repeat a panel with a critical result within hours."""
    course, flow = how
    found = measure(site, orders, cases, course, rng)
    ward = found.only(cases.kind[found.case] == INPATIENT)
    critical = ward.only(is_critical(site, ward, cases))
    quick = np.array([name in SOON_AGAIN for name in site.knowledge.panels])
    critical = critical.only(quick[orders.item[critical.order]])
    order, first = np.unique(critical.order, return_index=True)
    told = critical.resulted[first]
    asked = told + rng.integers(10 * MINUTE, 90 * MINUTE, len(order))
    more, place, new = _with(site, (cases, flow), orders, (orders.case[order], orders.item[order], asked), rng)
    again = measure(site, more, cases, course, rng, among=new)
    return more, replace(found, order=place[found.order]).joined(again)


def _with(
    site: Site, who: tuple[Cases, Flow], orders: Orders, asked: tuple[Ints, Ints, Ints], rng: Rng
) -> tuple[Orders, Ints, Bools]:
    """The orders in their order with more laboratory orders (case, panel, local seconds) among them.

    Also the new row of each old order, and which rows are new; what would come too late is not asked for.
    """
    cases, flow = who
    case, item, ordered = asked
    done = ordered + rng.integers(5 * MINUTE, 40 * MINUTE, len(case))
    last = np.minimum(cases.end[case] - HOUR, site.clock.end)
    kept = np.flatnonzero((done < last) & (rng.random(len(case)) < DONE))
    case, item, ordered, done = case[kept], item[kept], ordered[kept], done[kept]
    extra = ward_panels(site, flow, (case, item, ordered, done), np.ones(len(case), bool), rng)
    return among(orders, extra)


def among(orders: Orders, extra: Orders) -> tuple[Orders, Ints, Bools]:
    """All of both by case and time, the new row of each of `orders`, and which rows are new."""
    both = Orders.joined([orders, extra])
    turn = in_order(both.case, both.ordered)
    place = np.argsort(turn)
    return both.take(turn), place[: len(orders.case)], turn >= len(orders.case)

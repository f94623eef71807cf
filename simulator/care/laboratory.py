"""Laboratory results: a healthy value of one's own, moved by illness and long-standing diseases, with its flag."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from simulator.arrays import Bools, Floats, Ints, Rng, enum, words
from simulator.care import laboratory_kernel as kernel
from simulator.care.cases import Cases
from simulator.care.companions import companions
from simulator.care.encounters import moments
from simulator.care.filtration import estimate_filtration, not_reported
from simulator.care.lots import QUANTILES, Lots
from simulator.care.orders import LABORATORY, Orders
from simulator.care.physiology.course import Course
from simulator.care.prediabetes import prediabetes, raised_glucose
from simulator.care.relations import agree
from simulator.care.site import Site
from simulator.schema import values
from simulator.world.chronic import SHOWS, SHOWS_AS_REASON

FLAGS = tuple(values.RESULT_FLAG)
OWN_SHARE = 0.75
"""Share of the variance between healthy people that belongs to the person, not to the day: estimate."""
LASTING = 0.7
"""What is left at least of a long-standing disease's own findings: estimate."""


@dataclass(frozen=True)
class Results:
    """Rows before they become a table: order row, test, times and value."""

    order: Ints
    case: Ints
    test: Ints
    collected: Ints
    received: Ints
    resulted: Ints
    value: Floats
    abnormal: Bools

    def only(self, kept: Bools) -> "Results":
        """Those results that are kept."""
        return Results(**{name: getattr(self, name)[kept] for name in Results.__dataclass_fields__})

    def joined(self, other: "Results") -> "Results":
        """These results and those, ordered by order row."""
        after = np.searchsorted(self.order, other.order, side="right")  # both are in order
        return Results(
            **{
                name: np.insert(getattr(self, name), after, getattr(other, name))
                for name in Results.__dataclass_fields__
            }
        )


def measure(  # noqa: PLR0913, PLR0917  # all that a value depends on
    site: Site, orders: Orders, cases: Cases, course: Course, rng: Rng, among: Bools | None = None
) -> Results:
    """A result for each test of each panel that was carried out, or of those `among` the orders."""
    rows = orders.of(LABORATORY, site.clock)
    rows = rows if among is None else rows[among[rows]]
    row, at = site.assay.panels.expand(orders.item[rows])
    test = site.assay.panels.items[at]
    received, resulted = orders.received[rows], orders.resulted[rows]
    grown = ~not_reported(site.assay, test, cases.age[orders.case[rows]][row])
    ready = np.flatnonzero((resulted[row] < site.clock.end) & grown)
    row, test = row[ready], test[ready]
    order = rows[row]
    taken = Taken(orders.case[order], test, orders.done[order])
    value, positive = _values(site, cases, taken, course, rng)
    value = agree(site.assay, order, test, value)
    value = estimate_filtration(site.assay, order, test, value, cases.age[taken.case], cases.female[taken.case])
    return Results(order, taken.case, test, taken.at, received[row], resulted[row], value, positive)


@dataclass(frozen=True)
class Taken:
    """One row for each test of each specimen: whose, which, and when it was taken (local seconds)."""

    case: Ints
    test: Ints
    at: Ints


def _values(site: Site, cases: Cases, taken: Taken, course: Course, rng: Rng) -> tuple[Floats, Bools]:
    """Numeric value (in the test's unit) and whether a qualitative test is positive."""
    case, test = taken.case, taken.test
    lots = Lots(site.salt)
    value = _healthy(site, cases, taken, lots, rng.standard_normal(len(test)))
    strength, times, gain = _by_course(site, cases, taken, course)
    factor, add, positive = _shift(site, lots, (cases.disease[case], cases.episode[case], test), strength)
    person = cases.person[case]
    held = site.conditions
    row, also_held = companions(person, cases.disease[case], test, held.start, held.disease, site.assay.share)
    more, plus, also = _shift(
        site, lots, (held.disease[also_held], person[row], test[row]), SHOWS[held.stage[also_held]]
    )
    factor += np.bincount(row, more, minlength=len(case))
    add += np.bincount(row, plus, minlength=len(case))
    _raise_sugar(site, lots, (person, test), (factor, add))
    factor += times
    add += gain
    p = np.maximum(positive, np.bincount(row, also, minlength=len(case)))
    chance = lots.uniform(cases.episode[case], test)
    return value * np.exp(factor) + add, chance < np.maximum(p, site.assay.background[test])


def _raise_sugar(site: Site, lots: Lots, taken: tuple[Ints, Ints], moved: tuple[Floats, Floats]) -> None:
    """Add to factor and addition what prediabetes does: (person, test) of each row."""
    person, test = taken
    shown = np.flatnonzero(site.assay.share[raised_glucose(site), test] > 0)
    shown = shown[prediabetes(site)[person[shown]]]
    sign = np.full(len(shown), raised_glucose(site))
    more, plus, _ = _shift(site, lots, (sign, person[shown], test[shown]), np.ones(len(shown)))
    moved[0][shown] += more
    moved[1][shown] += plus


def settled_value(site: Site, cases: Cases, test: int) -> Floats:
    """(cases,) what a test would show of each without the chance of a day, with what the case's disease does to it."""
    lots, tests = Lots(site.salt), np.full(len(cases), test)
    nothing = np.zeros(len(cases))
    value = _healthy(site, cases, Taken(np.arange(len(cases)), tests, nothing.astype(np.int64)), lots, nothing)
    shows = np.where(cases.controlled, SHOWS_AS_REASON, 1.0)
    factor, add, _ = _shift(site, lots, (cases.disease, cases.episode, tests), shows)
    return value * np.exp(factor) + add


def _healthy(site: Site, cases: Cases, taken: Taken, lots: Lots, day: Floats) -> Floats:
    """What each would have if healthy: a value of their own, and a little different each day (standard normal)."""
    assay = site.assay
    return kernel.healthy(
        taken.case,
        taken.test,
        day,
        cases.person,
        cases.female,
        cases.cell,
        lots.begin,
        QUANTILES,
        assay.kin,
        (float(np.sqrt(OWN_SHARE)), float(np.sqrt(1 - OWN_SHARE))),
        assay.centre,
        assay.sd,
        assay.log,
    )


def _by_course(site: Site, cases: Cases, taken: Taken, course: Course) -> tuple[Floats, Floats, Floats]:
    """How much of the illness is left in the hour that shows at this moment; log of the factor, and the addition.

    Both come of events, chance, and what the disease disturbs without saying so. Long-standing diseases stay.
    """
    body = site.body
    left, log, plus = kernel.by_course(
        taken.case,
        taken.test,
        taken.at,
        course.begin,
        course.start,
        course.illness,
        course.extra,
        cases.disease,
        body.axes,
        body.told_test,
        body.test_axis,
        body.test_lag,
        body.test_log,
        body.test_plus,
    )
    least = np.where(site.rules.chronic[cases.disease], LASTING, 0.0)
    shows = np.where(cases.controlled, SHOWS_AS_REASON, 1.0)
    return np.maximum(left, least[taken.case]) * shows[taken.case], log, plus


def _shift(site: Site, lots: Lots, key: tuple[Ints, Ints, Ints], strength: Floats) -> tuple[Floats, Floats, Floats]:
    """Natural log of the factor, the addition, and the chance of a positive result.

    key: (disease, who or which episode, test); one key always draws the same.
    """
    factor, plus = np.zeros(len(strength)), np.zeros(len(strength))
    positive = site.assay.positive[key[0], key[2]]
    moved = np.flatnonzero(site.assay.share[key[0], key[2]] > 0)  # most tests are none of the disease's
    disease, who, test = (one[moved] for one in key)
    kin = site.assay.kin[test]
    affected = strength[moved] * (lots.uniform(who, kin, disease) < site.assay.share[disease, test])
    noise = site.assay.spread[disease, test] * lots.normal(who, kin, disease)
    log, add = np.log(site.assay.times[disease, test]), site.assay.plus[disease, test]
    factor[moved] = (log + (log != 0) * noise) * affected
    plus[moved] = (add + (add != 0) * noise) * affected
    return factor, plus, positive


def reported(site: Site, results: Results) -> Floats:
    """(n,) the values as the laboratory reports them: within what it can measure, and rounded."""
    assay = site.assay
    return kernel.rounded(results.test, results.value, assay.lowest, assay.highest, 10.0**assay.decimals)


def flags(site: Site, results: Results, shown: Floats, cases: Cases) -> Ints:
    """(n,) position of each result's flag: the value `shown` against the limits for sex and age."""
    assay = site.assay
    flag = kernel.flagged(
        results.case,
        results.test,
        shown,
        results.abnormal,
        cases.female,
        cases.cell,
        assay.low,
        assay.high,
        (assay.critical_low, assay.critical_high),
        assay.qualitative,
    )
    flag[_known_already(site, results, cases, flag == kernel.VERY_HIGH)] = kernel.HIGH
    return flag


def _known_already(site: Site, results: Results, cases: Cases, critical: Bools) -> Bools:
    """(n,) critical results whose like has been telephoned in the same illness, of tests for which once is enough."""
    rows = np.flatnonzero(critical & site.assay.critical_once[results.test])
    illness = cases.episode[results.case[rows]] * len(site.assay.critical_once) + results.test[rows]
    order = np.lexsort((results.resulted[rows], illness))
    again = np.zeros(len(critical), bool)
    again[rows[order]] = np.diff(illness[order], prepend=-1) == 0
    return again


def is_critical(site: Site, results: Results, cases: Cases) -> Bools:
    """(n,) whether each result is beyond a limit at which the laboratory telephones the ward."""
    flag = flags(site, results, reported(site, results), cases)
    return np.isin(flag, (kernel.VERY_LOW, kernel.VERY_HIGH))


def result_table(
    site: Site,
    results: Results,
    cases: Cases,
) -> pl.DataFrame:
    """The laboratory result table, values rounded as reported and flagged against the limits for sex and age."""
    tests = list(site.knowledge.laboratory.values())
    test, case = results.test, results.case
    sex, cell = cases.female[case].astype(np.int64), cases.cell[case]
    value, quantity = reported(site, results), ~site.assay.qualitative[test]
    low, high = site.assay.low[test, sex, cell], site.assay.high[test, sex, cell]
    texts = [choice for one in tests for choice in one.choices]
    start = np.cumsum([0] + [len(one.choices) for one in tests])
    text = np.where(quantity, -1, start[test] + results.abnormal)
    n = len(test)
    numbers = [pl.Series(column.astype(np.float32)) for column in (value, low, high)]
    shown = [pl.select(pl.when(pl.Series(quantity)).then(column)).to_series() for column in numbers]
    return pl.DataFrame(
        {
            "lab_result_id": site.ids("lab_result", np.arange(n)),
            "order_id": site.ids("order", results.order),
            "encounter_id": site.ids("encounter", case),
            "patient_id": cases.patient_id[case],
            "test_code": words(test, [one.id for one in tests]),
            "loinc": words(test, [one.loinc for one in tests]),
            "name_zh": words(test, [one.zh for one in tests]),
            "name_en": words(test, [one.en for one in tests]),
            "specimen": words(test, [one.specimen for one in tests]),
            "value": shown[0],
            "value_text": words(text, texts),
            "unit": words(np.where(quantity, test, -1), [one.unit for one in tests]),
            "ref_low": shown[1],
            "ref_high": shown[2],
            "flag": enum(flags(site, results, value, cases), FLAGS),
            "collected_at": moments(site.clock, results.collected),
            "received_at": moments(site.clock, results.received),
            "resulted_at": moments(site.clock, results.resulted),
            "cause_id": site.ids("order", results.order),
        },
    )

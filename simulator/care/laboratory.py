"""Laboratory results: a healthy value of one's own, moved by the illness and by long-standing diseases, with its flag."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from simulator.arrays import DAY, MINUTE, Bools, Floats, Ints, Ragged, Rng, enum, maybe, repeat, row_hash, words
from simulator.care.calendar import Clock
from simulator.care.cases import Cases
from simulator.care.encounters import moments, row_ids
from simulator.care.orders import LABORATORY, Orders
from simulator.care.rules import INPATIENT
from simulator.knowledge import Knowledge
from simulator.schema import values
from simulator.world.people import YEARS, Conditions
from simulator.world.registry import Registry

FLAGS = tuple(values.RESULT_FLAG)
WITHIN = 3.92
"""Standard deviations between the limits of a 95 % reference interval."""
OWN_SHARE = 0.75
"""Share of the variance between healthy people that belongs to the person, not to the day: estimate."""
NORMALS = 4096


@dataclass(frozen=True)
class Assay:
    """The tests (T) as arrays.

    low, high, middle, sd: (T, 2, 101) by sex and age, of the natural logarithm where `log`; times, plus, sd_shift,
    share: (D, T) how diseases move them; positive: (D, T) share of patients with an abnormal qualitative result.
    """

    panels: Ragged
    low: Floats
    high: Floats
    middle: Floats
    sd: Floats
    log: Bools
    qualitative: Bools
    decimals: Ints
    critical_low: Floats
    critical_high: Floats
    turnaround: Floats
    times: Floats
    plus: Floats
    spread: Floats
    share: Floats
    positive: Floats
    chronic: Bools


def lay_out_assay(knowledge: Knowledge) -> Assay:
    """Flatten tests, reference ranges and findings."""
    tests = list(knowledge.laboratory.values())
    position = {test.id: n for n, test in enumerate(tests)}
    low, high, typical = _ranges(knowledge, position)
    log = np.array([test.scale == "log" for test in tests])
    scale = log[:, None, None]
    bottom, top = (np.where(scale, np.log(np.maximum(limit, 1e-6)), limit) for limit in (low, high))
    centre = np.where(scale, np.log(np.maximum(typical, 1e-6)), typical)
    middle = np.where(np.isnan(centre), (bottom + top) / 2, centre)
    shifts = np.zeros((5, len(knowledge.diseases), len(tests)))
    shifts[0] = 1.0
    for row, disease in enumerate(knowledge.diseases.values()):
        for name, shift in disease.findings.laboratory.items():
            column = position[name]
            shifts[:, row, column] = (shift.times or 1.0, shift.plus or 0.0, shift.sd, shift.p, shift.positive or 0.0)
    return Assay(
        panels=Ragged.of([[position[test] for test in panel.tests] for panel in knowledge.panels.values()]),
        low=low,
        high=high,
        middle=middle,
        sd=np.maximum(np.minimum(top - middle, middle - bottom) * 2 / WITHIN, (top - bottom) / WITHIN * 0.6),
        log=log,
        qualitative=np.array([test.kind == "qualitative" for test in tests]),
        decimals=np.array([test.decimals for test in tests]),
        critical_low=np.array([-np.inf if test.critical_low is None else test.critical_low for test in tests]),
        critical_high=np.array([np.inf if test.critical_high is None else test.critical_high for test in tests]),
        turnaround=np.array([test.turnaround_min for test in tests]),
        times=shifts[0],
        plus=shifts[1],
        spread=shifts[2],
        share=shifts[3],
        positive=shifts[4],
        chronic=np.array([disease.occurrence.prevalence is not None for disease in knowledge.diseases.values()]),
    )


def _ranges(knowledge: Knowledge, position: dict[str, int]) -> tuple[Floats, Floats, Floats]:
    """Limits and typical value by test, sex and year of age; the first year takes the range of a half-year-old."""
    table = np.full((3, len(position), 2, YEARS), np.nan)
    for one in knowledge.reference_ranges:
        sexes = {"male": [0], "female": [1], "any": [0, 1]}[one.sex]
        ages = np.arange(YEARS) + 0.5
        inside = (ages >= one.age_from) & (ages < one.age_to)
        for sex in sexes:
            table[0, position[one.test], sex, inside] = one.low
            table[1, position[one.test], sex, inside] = one.high
            table[2, position[one.test], sex, inside] = np.nan if one.typical is None else one.typical
    return table[0], table[1], table[2]


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


def measure(orders: Orders, cases: Cases, conditions: Conditions, assay: Assay, clock: Clock, rng: Rng) -> Results:
    """A result for each test of each panel that was carried out."""
    rows = orders.of(LABORATORY, clock)
    row, at = assay.panels.expand(orders.item[rows])
    order, test = rows[row], assay.panels.items[at]
    case, collected_of = orders.case[order], orders.done[rows]
    collected, received, resulted = _times(collected_of, orders.urgent[rows], row, test, assay, rng)
    ready = resulted < clock.end
    order, case, test, collected, received, resulted = (
        column[ready] for column in (order, case, test, collected, received, resulted)
    )
    value, positive = _values(cases, case, test, collected, conditions, assay, rng)
    return Results(order, case, test, collected, received, resulted, value, positive)


def _times(done: Ints, urgent: Bools, row: Ints, test: Ints, assay: Assay, rng: Rng) -> tuple[Ints, Ints, Ints]:
    """Collected, received, resulted: one specimen and one journey for each panel."""
    n = len(done)
    travel = (rng.uniform(4, 35, n) * np.where(urgent, 0.4, 1.0) * MINUTE).astype(np.int64)
    slow = np.exp(0.3 * rng.standard_normal(n)) * np.where(urgent, 0.6, 1.0)
    received = done + travel
    longest = np.zeros(n)
    np.maximum.at(longest, row, assay.turnaround[test])
    resulted = received + (longest * slow * MINUTE).astype(np.int64)
    return done[row], received[row], resulted[row]


def _values(
    cases: Cases, case: Ints, test: Ints, collected: Ints, conditions: Conditions, assay: Assay, rng: Rng
) -> tuple[Floats, Bools]:
    """Numeric value (in the test's unit) and whether a qualitative test is positive."""
    sex, age = cases.female[case].astype(np.int64), np.minimum(cases.age[case], YEARS - 1)
    middle, sd = assay.middle[test, sex, age], assay.sd[test, sex, age]
    own = _normal(row_hash(cases.person[case], test))
    z = np.sqrt(OWN_SHARE) * own + np.sqrt(1 - OWN_SHARE) * rng.standard_normal(len(case))
    value = middle + sd * z
    value = np.where(assay.log[test], np.exp(value), value)
    left = _left(cases, case, collected, assay)
    factor, add, positive = _shift(cases.disease[case], cases.episode[case], test, left, cases.severity[case], assay)
    row, nth = repeat(conditions.start[cases.person[case] + 1] - conditions.start[cases.person[case]])
    other = conditions.disease[conditions.start[cases.person[case]][row] + nth]
    moved = ((assay.share[other, test[row]] > 0) & (other != cases.disease[case[row]])).nonzero()[0]
    row, other = row[moved], other[moved]
    treated = np.full(len(row), 0.6)
    more, plus, also = _shift(other, cases.person[case[row]], test[row], treated, np.full(len(row), 0.5), assay)
    factor += np.bincount(row, more, minlength=len(case))
    add += np.bincount(row, plus, minlength=len(case))
    value = np.maximum(value * np.exp(factor) + add, 0)
    p = np.maximum(positive, np.bincount(row, also, minlength=len(case)))
    return value, _uniform(row_hash(cases.episode[case], test + 7919)) < np.maximum(p, 0.02)


def _left(cases: Cases, case: Ints, collected: Ints, assay: Assay) -> Floats:
    """How much of the illness is left at this moment, 1 at the beginning; long-standing diseases stay."""
    stay = np.maximum(np.minimum(cases.end[case], cases.admitted[case] + 40 * DAY) - cases.admitted[case], DAY)
    gone = np.where(cases.kind[case] == INPATIENT, (collected - cases.admitted[case]) / stay, 0.0)
    left = np.where(cases.died[case], 1 + 0.6 * gone, np.exp(-1.7 * np.maximum(gone, 0)))
    left = np.where(cases.returns[case], 0.3, left)
    return np.where(assay.chronic[cases.disease[case]], np.maximum(left, 0.7), left)


def _shift(
    disease: Ints, key: Ints, test: Ints, left: Floats, severity: Floats, assay: Assay
) -> tuple[Floats, Floats, Floats]:
    """Natural log of the factor, the addition, and the chance of a positive result; one draw for each key and test."""
    hashed = row_hash(key, test, disease)
    affected = _uniform(hashed) < assay.share[disease, test]
    z = _normal(row_hash(key, test, disease + 104_729))
    strength = left * (0.6 + 0.8 * severity) * affected
    log_factor = np.log(assay.times[disease, test])
    multiplies = (log_factor != 0) * assay.spread[disease, test] * z
    adds = (assay.plus[disease, test] != 0) * assay.spread[disease, test] * z
    return (
        (log_factor + multiplies) * strength,
        (assay.plus[disease, test] + adds) * strength,
        assay.positive[disease, test] * 1.0,
    )


def _uniform(hashed: np.ndarray) -> Floats:
    return (hashed >> np.uint64(11)) / float(1 << 53)


def _normal(hashed: np.ndarray) -> Floats:
    """Standard normals that belong to these hashes: quantiles picked by twelve of their bits."""
    return _QUANTILES[(hashed >> np.uint64(20)) % np.uint64(NORMALS)]


def _quantiles() -> Floats:
    """Standard normal quantiles at the middles of NORMALS equal steps (Wichura would be exact; Acklam's fit is 1e-9)."""
    from statistics import NormalDist

    return np.array([NormalDist().inv_cdf((n + 0.5) / NORMALS) for n in range(NORMALS)])


_QUANTILES = _quantiles()


def result_table(
    results: Results,
    cases: Cases,
    patient_id: Ints,
    assay: Assay,
    knowledge: Knowledge,
    registry: Registry,
    clock: Clock,
) -> pl.DataFrame:
    """The laboratory result table, values rounded as reported and flagged against the limits for sex and age."""
    tests = list(knowledge.laboratory.values())
    test, case, number = results.test, results.case, registry.number
    sex, age = cases.female[case].astype(np.int64), np.minimum(cases.age[case], YEARS - 1)
    digits = 10.0 ** assay.decimals[test]
    value = np.round(results.value * digits) / digits
    low, high = assay.low[test, sex, age], assay.high[test, sex, age]
    flag = np.where(value < low, 1, np.where(value > high, 2, 0))
    flag = np.where(value < assay.critical_low[test], 3, np.where(value > assay.critical_high[test], 4, flag))
    quantity = ~assay.qualitative[test]
    flag = np.where(quantity, flag, np.where(results.abnormal, FLAGS.index("A"), 0))
    texts = [choice for one in tests for choice in one.choices]
    start = np.cumsum([0] + [len(one.choices) for one in tests])
    text = np.where(quantity, -1, start[test] + results.abnormal)
    n = len(test)
    numbers = [pl.Series(column.astype(np.float32)) for column in (value, low, high)]
    shown = [pl.select(pl.when(pl.Series(quantity)).then(column)).to_series() for column in numbers]
    return pl.DataFrame(
        {
            "lab_result_id": row_ids("lab_result", number, np.arange(n)),
            "order_id": row_ids("order", number, results.order),
            "encounter_id": row_ids("encounter", number, case),
            "patient_id": patient_id[case],
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
            "flag": enum(flag, FLAGS),
            "collected_at": moments(clock, results.collected),
            "received_at": moments(clock, results.received),
            "resulted_at": moments(clock, results.resulted),
            "cause_id": row_ids("order", number, results.order),
        },
    )


__all__ = ["Assay", "Results", "lay_out_assay", "maybe", "measure", "result_table"]

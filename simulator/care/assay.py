"""The laboratory's tests as arrays: panels, reference limits by sex and age, and how diseases move each test."""

from dataclasses import dataclass

import numpy as np

from simulator.arrays import Bools, Floats, Ints, Ragged
from simulator.knowledge import Knowledge
from simulator.world.people import YEARS

WITHIN = 3.92
"""Standard deviations between the limits of a 95 % reference interval."""


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

"""The laboratory's tests as arrays: panels, reference limits by sex and age, and how diseases move each test."""

from dataclasses import dataclass

import numpy as np

from simulator.arrays import Bools, Floats, Ints, Ragged
from simulator.knowledge import Knowledge

FOLLOWS = {"bicarbonate_arterial": {"bicarbonate_serum": 1.0, "anion_gap": -0.8}}
"""Tests that move with another one, in its unit, where a disease does not say how it moves them."""
SAME_AS = {"bicarbonate_serum": "bicarbonate_arterial"}
"""Tests that measure what another one does: a person's own value and an illness's strength are the same in both."""


@dataclass(frozen=True)
class Assay:
    """The tests (T) as arrays.

    low, high, centre, sd: (T, 2, age cells) by sex, the last two of the natural logarithm where `log`; times, plus,
    spread, share: (D, T) how diseases move them; positive: (D, T) share of patients with an abnormal qualitative
    result, background: (T,) the share without such a disease; lowest, highest: (T,) what can be reported; kin: (T,) the
    test whose lots are drawn, another one where both measure the same; critical_once: (T,) telephoned only once.
    """

    panels: Ragged
    low: Floats
    high: Floats
    centre: Floats
    sd: Floats
    log: Bools
    qualitative: Bools
    decimals: Ints
    lowest: Floats
    highest: Floats
    critical_low: Floats
    critical_high: Floats
    critical_once: Bools
    turnaround: Floats
    times: Floats
    plus: Floats
    spread: Floats
    share: Floats
    positive: Floats
    background: Floats
    kin: Ints
    at: dict[str, int]


def lay_out_assay(knowledge: Knowledge) -> Assay:
    """Flatten tests, reference ranges and findings."""
    tests, healthy = list(knowledge.laboratory.values()), knowledge.healthy_laboratory
    position = {test.id: n for n, test in enumerate(tests)}
    times, plus, spread, share, positive = _shifts(knowledge, position)
    return Assay(
        panels=Ragged.of([[position[test] for test in panel.tests] for panel in knowledge.panels.values()]),
        low=healthy.low,
        high=healthy.high,
        centre=healthy.centre,
        sd=healthy.sd,
        log=healthy.is_log,
        qualitative=np.array([test.kind == "qualitative" for test in tests]),
        decimals=np.array([test.decimals for test in tests]),
        lowest=_limits([test.lowest for test in tests], -np.inf),
        highest=_limits([test.highest for test in tests], np.inf),
        critical_low=_limits([test.critical_low for test in tests], -np.inf),
        critical_high=_limits([test.critical_high for test in tests], np.inf),
        critical_once=np.array([test.critical_once for test in tests]),
        turnaround=np.array([test.turnaround_min for test in tests]),
        times=times,
        plus=plus,
        spread=spread,
        share=share,
        positive=positive,
        background=_limits([test.background for test in tests], 0.0),
        kin=np.array([position[SAME_AS.get(test.id, test.id)] for test in tests]),
        at=position,
    )


def _limits(values: list[float | None], missing: float) -> Floats:
    return np.array([missing if value is None else value for value in values])


def _shifts(knowledge: Knowledge, position: dict[str, int]) -> Floats:
    """(5, D, T): factor, addition, spread, share moved, share positive."""
    shifts = np.zeros((5, len(knowledge.diseases), len(position)))
    shifts[0] = 1.0
    for row, disease in enumerate(knowledge.diseases.values()):
        for name, shift in disease.findings.laboratory.items():
            column = position[name]
            shifts[:, row, column] = (shift.times or 1.0, shift.plus or 0.0, shift.sd, shift.p, shift.positive or 0.0)
            for other, factor in FOLLOWS.get(name, {}).items():
                if other not in disease.findings.laboratory:
                    plus = factor * (shift.plus or 0.0)
                    shifts[:, row, position[other]] = (1.0, plus, shift.sd * abs(factor), shift.p, 0.0)
    return shifts

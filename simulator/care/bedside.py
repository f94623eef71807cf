"""Vital signs as arrays: healthy mean and spread by age, and how diseases move each sign."""

from dataclasses import dataclass

import numpy as np

from simulator.arrays import Floats
from simulator.knowledge import Knowledge
from simulator.world.people import YEARS

SIGNS = ("temperature", "heart_rate", "respiratory_rate", "systolic", "diastolic", "spo2")


@dataclass(frozen=True)
class Bedside:
    """Signs (S): mean, sd (S, 101) by age; factor, plus, spread, share (D, S) by disease; device limits (S,)."""

    mean: Floats
    sd: Floats
    factor: Floats
    plus: Floats
    spread: Floats
    share: Floats
    lowest: Floats
    highest: Floats
    chronic: Floats


def lay_out_bedside(knowledge: Knowledge) -> Bedside:
    """Flatten ranges and findings."""
    mean, sd = np.zeros((len(SIGNS), YEARS)), np.ones((len(SIGNS), YEARS))
    ages = np.arange(YEARS) + 0.5
    for one in knowledge.vital_ranges:
        if one.sign in SIGNS:
            inside = (ages >= one.age_from) & (ages < one.age_to)
            mean[SIGNS.index(one.sign), inside], sd[SIGNS.index(one.sign), inside] = one.mean, one.sd
    shifts = np.zeros((4, len(knowledge.diseases), len(SIGNS)))
    shifts[0] = 1.0
    for row, disease in enumerate(knowledge.diseases.values()):
        for name, shift in disease.findings.vital_signs.items():
            if name in SIGNS:
                shifts[:, row, SIGNS.index(name)] = (shift.times or 1.0, shift.plus or 0.0, shift.sd, shift.p)
    signs = [knowledge.vital_signs[name] for name in SIGNS]
    return Bedside(
        mean,
        sd,
        shifts[0],
        shifts[1],
        shifts[2],
        shifts[3],
        np.array([sign.lowest for sign in signs]),
        np.array([sign.highest for sign in signs]),
        np.array([disease.occurrence.prevalence is not None for disease in knowledge.diseases.values()]),
    )

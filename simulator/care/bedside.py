"""Vital signs as arrays: healthy mean and spread by age, and how diseases move each sign."""

from dataclasses import dataclass

import numpy as np

from simulator.arrays import Floats
from simulator.knowledge import Knowledge

SIGNS = ("temperature", "heart_rate", "respiratory_rate", "systolic", "diastolic", "spo2")


@dataclass(frozen=True)
class Bedside:
    """Signs (S): mean, sd (S, 2, age cells) by sex; factor, plus, spread, share (D, S); device limits (S,)."""

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
    healthy = knowledge.healthy_vital_signs
    rows = [healthy.ids.index(name) for name in SIGNS]
    shifts = np.zeros((4, len(knowledge.diseases), len(SIGNS)))
    shifts[0] = 1.0
    for row, disease in enumerate(knowledge.diseases.values()):
        for name, shift in disease.findings.vital_signs.items():
            if name in SIGNS:
                shifts[:, row, SIGNS.index(name)] = (shift.times or 1.0, shift.plus or 0.0, shift.sd, shift.p)
    signs = [knowledge.vital_signs[name] for name in SIGNS]
    return Bedside(
        healthy.centre[rows],
        healthy.sd[rows],
        shifts[0],
        shifts[1],
        shifts[2],
        shifts[3],
        np.array([sign.lowest for sign in signs]),
        np.array([sign.highest for sign in signs]),
        np.array([disease.occurrence.prevalence is not None for disease in knowledge.diseases.values()]),
    )

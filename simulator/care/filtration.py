"""The estimated glomerular filtration rate, which the laboratory computes from the creatinine that it reports."""

import numpy as np

from simulator.arrays import Bools, Floats, Ints
from simulator.care.assay import Assay

GROWN = 18
"""Years from which the equation holds; for children no rate is reported."""
UMOL_PER_MG_DL = 88.4


def filtration(creatinine: Floats, age: Ints, female: Bools) -> Floats:
    """mL/min/1.73 m2 from umol/L, years and sex, (n,). CKD-EPI 2021, Inker et al., N Engl J Med 2021;385:1737."""
    level = creatinine / UMOL_PER_MG_DL / np.where(female, 0.7, 0.9)
    below = np.minimum(level, 1) ** np.where(female, -0.241, -0.302)
    rate = 142 * below * np.maximum(level, 1) ** -1.2 * 0.9938**age * np.where(female, 1.012, 1.0)
    return np.asarray(rate)


def not_reported(assay: Assay, test: Ints, age: Ints) -> Bools:
    """Rows of the filtration rate of somebody to whom the equation does not apply."""
    return np.asarray((test == assay.at.get("egfr", -1)) & (age < GROWN))


def estimate_filtration(  # noqa: PLR0913, PLR0917  # all that it depends on
    assay: Assay, order: Ints, test: Ints, value: Floats, age: Ints, female: Bools
) -> Floats:
    """The values with each filtration rate computed from the creatinine of the same order; order (n,) ascending."""
    wanted = np.flatnonzero(test == assay.at.get("egfr", -1))
    known = np.flatnonzero(test == assay.at["creatinine"])
    if not len(wanted):
        return value
    of = known[np.searchsorted(order[known], order[wanted])]
    creatinine = np.round(np.clip(value[of], assay.lowest[test[of]], assay.highest[test[of]]))
    made = value.copy()
    made[wanted] = filtration(creatinine, age[wanted], female[wanted])
    return made

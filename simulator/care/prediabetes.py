"""Who has prediabetes; it shows in the laboratory as raised glucose without diabetes does."""

import numpy as np

from simulator.arrays import Bools
from simulator.care.lots import Lots
from simulator.care.site import Site
from simulator.world.chronic import prediabetic

RAISED_GLUCOSE = "R73"
"""ICD-10 of raised glucose below that of diabetes, whose findings these people have."""


def prediabetes(site: Site) -> Bools:
    """(people,) whether each has it."""
    lots = Lots(site.salt + 3)  # not those of the laboratory, nor of complaints and images
    return prediabetic(site.people, site.conditions, site.knowledge, lots.uniform(np.arange(len(site.people))))


def raised_glucose(site: Site) -> int:
    """Position of the disease whose findings prediabetes has."""
    return next(n for n, one in enumerate(site.knowledge.diseases.values()) if one.icd10.startswith(RAISED_GLUCOSE))

"""Where people go: which department's clinic, which ward, through the clinic's door or the emergency department's."""

from dataclasses import dataclass

import numpy as np

from simulator.arrays import Bools, Floats, Ints
from simulator.knowledge import Knowledge
from simulator.world.registry import Registry

NO_WARD = -1


@dataclass(frozen=True)
class Routes:
    """Departments of the knowledge (K) to departments and wards (W) of one hospital.

    clinic: (K,) department; wards: (K, W) beds that a ward has for a department, for patients are spread over its wards
    in proportion; lends: (W, W) whether the second lends beds to the first.
    """

    clinic: Ints
    wards: Floats
    lends: Bools
    intensive: int
    emergency: int


def lay_routes(registry: Registry, knowledge: Knowledge) -> Routes:
    """Follow the scenario's `takes`; what nobody takes goes to the first department and the first ordinary ward."""
    names = list(knowledge.departments)
    hospital = registry.hospital
    clinic = np.zeros(len(names), np.int64)
    for number, department in enumerate(hospital.departments):
        for name in (*department.takes, department.id):
            if name in names:
                clinic[names.index(name)] = number
    clinic[names.index("emergency")] = registry.emergency
    kinds = np.array([ward.kind for ward in hospital.wards], dtype=str)
    ordinary = (
        np.flatnonzero(kinds == "general") if (kinds == "general").any() else np.flatnonzero(kinds != "intensive")
    )
    wards = np.zeros((len(names), len(kinds)))
    for number, one in enumerate(hospital.wards):
        for name in () if one.kind == "intensive" else (*one.takes, one.department):
            if name in names:
                wards[names.index(name), number] = one.beds
    wards[np.ix_(wards.sum(axis=1) == 0, ordinary[:1])] = 1.0
    lends = (kinds == "general")[:, None] & (kinds == "general")[None, :] & ~np.eye(len(kinds), dtype=bool)
    intensive = np.flatnonzero(kinds == "intensive")
    return Routes(clinic, wards, lends, int(intensive[0]) if len(intensive) else NO_WARD, registry.emergency)

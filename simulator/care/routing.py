"""Where people go: which department's clinic, which ward, through the clinic's door or the emergency department's."""

from dataclasses import dataclass

import numpy as np

from simulator.arrays import Bools, Ints
from simulator.knowledge import Knowledge
from simulator.world.registry import Registry

NO_WARD = -1


@dataclass(frozen=True)
class Routes:
    """Departments of the knowledge (K) to departments and wards (W) of one hospital.

    clinic: (K,) department; ward: (K,) ward; lends: (W, W) whether the second lends beds to the first.
    """

    clinic: Ints
    ward: Ints
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
    kinds = np.array([ward.kind for ward in hospital.wards])
    ordinary = (
        np.flatnonzero(kinds == "general") if (kinds == "general").any() else np.flatnonzero(kinds != "intensive")
    )
    ward = np.full(len(names), ordinary[0])
    for number, one in enumerate(hospital.wards):
        if one.kind == "intensive":
            continue
        for name in (*one.takes, one.department):
            if name in names:
                ward[names.index(name)] = number
    lends = (kinds == "general")[:, None] & (kinds == "general")[None, :] & ~np.eye(len(kinds), dtype=bool)
    intensive = np.flatnonzero(kinds == "intensive")
    return Routes(clinic, ward, lends, int(intensive[0]) if len(intensive) else NO_WARD, registry.emergency)

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
    """Follow the scenario's `takes`, then each absent department's `otherwise`; the first department takes the rest."""
    hospital = registry.hospital
    kinds = np.array([ward.kind for ward in hospital.wards])
    ordinary = (
        np.flatnonzero(kinds == "general") if (kinds == "general").any() else np.flatnonzero(kinds != "intensive")
    )
    clinics = [(number, (*one.takes, one.id)) for number, one in enumerate(hospital.departments)]
    wards = [
        (number, (*one.takes, one.department)) for number, one in enumerate(hospital.wards) if one.kind != "intensive"
    ]
    clinic = _follow(clinics, knowledge, nobody=0)
    clinic[list(knowledge.departments).index("emergency")] = registry.emergency
    ward = _follow(wards, knowledge, nobody=int(ordinary[0]))
    lends = (kinds == "general")[:, None] & (kinds == "general")[None, :] & ~np.eye(len(kinds), dtype=bool)
    intensive = np.flatnonzero(kinds == "intensive")
    return Routes(clinic, ward, lends, int(intensive[0]) if len(intensive) else NO_WARD, registry.emergency)


def _follow(places: list[tuple[int, tuple[str, ...]]], knowledge: Knowledge, nobody: int) -> Ints:
    """(K,) place of each department: the last that names it, else that of its `otherwise`, else `nobody`."""
    named = {name: number for number, names in places for name in names}
    found = np.full(len(knowledge.departments), nobody)
    for row, name in enumerate(knowledge.departments):
        asked: str | None = name
        while asked is not None and asked not in named:
            asked = knowledge.departments[asked].otherwise
        if asked is not None:
            found[row] = named[asked]
    return found

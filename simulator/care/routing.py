"""Where people go: which department's clinic, which ward, through the clinic's door or the emergency department's."""

from collections.abc import Sequence
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
    """Follow the scenario's `takes`, then an absent department's `otherwise`; the first department takes the rest."""
    hospital = registry.hospital
    clinics = [(*one.takes, one.id) for one in hospital.departments]
    seen_by = _follow(clinics, knowledge)
    clinic = np.array([max(rows, default=0) for rows in seen_by])
    clinic[list(knowledge.departments).index("emergency")] = registry.emergency
    kinds = np.array([ward.kind for ward in hospital.wards], dtype=str)
    ordinary = (
        np.flatnonzero(kinds == "general") if (kinds == "general").any() else np.flatnonzero(kinds != "intensive")
    )
    names = [() if one.kind == "intensive" else (*one.takes, one.department) for one in hospital.wards]
    wards = np.zeros((len(knowledge.departments), len(kinds)))
    for row, numbers in enumerate(_follow(names, knowledge)):
        wards[row, numbers] = [hospital.wards[number].beds for number in numbers]
    wards[np.ix_(wards.sum(axis=1) == 0, ordinary[:1])] = 1.0
    lends = (kinds == "general")[:, None] & (kinds == "general")[None, :] & ~np.eye(len(kinds), dtype=bool)
    intensive = np.flatnonzero(kinds == "intensive")
    return Routes(clinic, wards, lends, int(intensive[0]) if len(intensive) else NO_WARD, registry.emergency)


def _follow(places: Sequence[tuple[str, ...]], knowledge: Knowledge) -> list[list[int]]:
    """Which of the places, each with the departments it stands for, take each department of the knowledge."""
    found = []
    for name in knowledge.departments:
        asked: str | None = name
        while asked is not None and not any(asked in names for names in places):
            asked = knowledge.departments[asked].otherwise
        found.append([number for number, names in enumerate(places) if asked in names])
    return found

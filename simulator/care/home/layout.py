"""The knowledge of home monitoring as arrays over programmes, tasks and measures."""

from dataclasses import dataclass

import numpy as np

from simulator.arrays import Bools, Floats, Ints, Ragged
from simulator.knowledge import Knowledge
from simulator.knowledge.home import Home, HomeMeasure, HomeWarning


@dataclass(frozen=True)
class Plan:
    """What one programme asks: tasks (T) by local hour, how often a week, and the measures of each."""

    hour: Floats
    per_week: Floats
    measures: Ragged


@dataclass(frozen=True)
class HomeLayout:
    """Measures (M) and, by (disease, measure), what warns of an admission.

    programme: (D,) the programme for which patients of a clinic with this disease are asked, or -1; shares:
    (programmes, ages); limits: (4, M) very_low, low, high, very_high, infinite where there is none; own: (M,) whether
    they count from the patient's own weight; errs: (3, M) spread of devices, of readings, of the slow ups and downs;
    bounds: (2, M) what a device can show; change, spread, first, last, share: (D, M).
    """

    names: tuple[str, ...]
    programme: Ints
    shares: Floats
    plans: tuple[Plan, ...]
    limits: Floats
    own: Bools
    errs: Floats
    bounds: Floats
    digits: Floats
    change: Floats
    spread: Floats
    first: Floats
    last: Floats
    share: Floats

    def at(self, name: str) -> int:
        """Position of a measure."""
        return self.names.index(name)


def lay_out_home(knowledge: Knowledge) -> HomeLayout:
    """Flatten the files home_*.csv."""
    home, icd10 = knowledge.home, [disease.icd10 for disease in knowledge.diseases.values()]
    measures = list(home.measures.values())
    programme = np.full(len(icd10), -1)
    for number, one in enumerate(home.programmes.values()):
        programme[_coded(icd10, one.codes)] = number
    return HomeLayout(
        names=tuple(home.measures),
        programme=programme,
        shares=np.array([one.shares for one in home.programmes.values()]),
        plans=tuple(_plan(home, name) for name in home.programmes),
        limits=np.array([_limits(measures, name) for name in ("very_low", "low", "high", "very_high")]),
        own=np.array([one.limits == "own" for one in measures]),
        errs=np.array([[one.device_sd, one.noise_sd, one.wander_sd] for one in measures]).T,
        bounds=np.array([[one.lowest, one.highest] for one in measures]).T,
        digits=np.array([10.0**one.decimals for one in measures]),
        **_warnings(home, icd10),
    )


def _limits(measures: list[HomeMeasure], name: str) -> list[float]:
    without = -np.inf if name.endswith("low") else np.inf
    stated = [getattr(one, name) for one in measures]
    return [without if limit is None else limit for limit in stated]


def _coded(icd10: list[str], codes: str) -> Ints:
    return np.flatnonzero([one.startswith(tuple(codes.split("|"))) for one in icd10])


def _plan(home: Home, programme: str) -> Plan:
    tasks = sorted((one for one in home.schedule if one.programme == programme), key=lambda one: one.hour)
    measures = list(home.measures.values())
    return Plan(
        np.array([one.hour for one in tasks]),
        np.array([one.per_week for one in tasks]),
        Ragged.of([[n for n, measure in enumerate(measures) if measure.task == one.task] for one in tasks]),
    )


def _warnings(home: Home, icd10: list[str]) -> dict[str, Floats]:
    """Where two rows speak of the same disease, the one with the longest code that fits has the last word."""
    names, shape = list(home.measures), (len(icd10), len(home.measures))
    made: dict[str, Floats] = {key: np.zeros(shape) for key in ("change", "spread", "share")}
    made |= {key: np.ones(shape) for key in ("first", "last")}
    parts = [(code, one) for one in home.warnings for code in one.codes.split("|")]
    for code, one in sorted(parts, key=lambda part: len(part[0])):
        where = (_coded(icd10, code), names.index(one.measure))
        for key, value in _figures(one).items():
            made[key][where] = value
    return made


def _figures(one: HomeWarning) -> dict[str, float]:
    return {
        "change": one.change,
        "spread": one.spread,
        "share": one.share,
        "first": one.first_d,
        "last": one.last_d,
    }

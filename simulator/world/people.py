"""The people of one hospital's catchment: sex, age, body, habits, and the long-standing diseases they live with."""

import datetime as dt
from dataclasses import dataclass, field

import numpy as np

from simulator.arrays import Bools, Floats, Ints, Rng, choose
from simulator.knowledge import Knowledge
from simulator.scenario import Hospital

YEARS = 101
DAYS_A_YEAR = 365.25
MALE, FEMALE = 0, 1
NEVER_DIES = np.iinfo(np.int64).max // 4
MOST, ROUNDS = 0.95, 6
"""Largest share of a cell that has one disease, and rounds until its rate is met where some are certain to have it."""


@dataclass(frozen=True)
class People:
    """Everybody, ordered by cell (sex, age), so that a cell's people stand together; all arrays (people,).

    Who is born in the period stands behind all cells.
    dies_at: local second of a death outside hospitals, or NEVER_DIES.
    cell_start: (2 * 101 + 1,), position of each cell's first person; risks: (risk factors, people).
    """

    cell_start: Ints
    female: Bools
    age: Ints
    birth_day: Ints
    district: Ints
    height_cm: Floats
    weight_kg: Floats
    risks: Bools
    dies_at: Ints

    def __len__(self) -> int:
        """How many people."""
        return len(self.age)


def _not_yet() -> Ints:
    return np.zeros(0, np.int64)


@dataclass(frozen=True)
class Conditions:
    """Who has which long-standing disease: pairs (person, disease), ordered by person; `start` is (people + 1,).

    onset_day: counted from 1970; stage: 0 unknown, 1 known, 2 treated, 3 under control on the first day; known_at: the
    local second at which it was first diagnosed, below 0 before the first day. See chronic.py, which fills them in.
    """

    person: Ints
    disease: Ints
    start: Ints
    onset_day: Ints = field(default_factory=_not_yet)
    stage: Ints = field(default_factory=_not_yet)
    known_at: Ints = field(default_factory=_not_yet)

    def has(self, people: int, diseases: Ints) -> Bools:
        """(len(diseases), people) of truth, for these diseases, which are in order."""
        table = np.zeros((len(diseases), people), bool)
        row = np.searchsorted(diseases, self.disease)
        asked = np.flatnonzero(row < len(diseases))
        asked = asked[diseases[row[asked]] == self.disease[asked]]
        table[row[asked], self.person[asked]] = True
        return table


def build_people(hospital: Hospital, start: dt.date, knowledge: Knowledge, rng: Rng) -> People:
    """Draw the catchment as the census has it; ages are completed years on the scenario's first day."""
    n = hospital.population
    counts = rng.multinomial(n, knowledge.population.ravel() / knowledge.population.sum())
    cell = np.repeat(np.arange(2 * YEARS), counts)
    female, age = cell >= YEARS, cell % YEARS
    day_of_start = (start - dt.date(1970, 1, 1)).days
    birth_day = day_of_start - np.floor((age + rng.random(n)) * DAYS_A_YEAR).astype(np.int64)
    weights = np.array([district.weight for district in hospital.districts])
    height = _height(age, female, rng)
    obese_position = list(knowledge.risk_factors).index("obesity")
    risks = _risks(age, female, knowledge, rng)
    return People(
        cell_start=np.concatenate([[0], np.cumsum(counts)]),
        female=female,
        age=age,
        birth_day=birth_day,
        district=choose(rng, weights, n),
        height_cm=height,
        weight_kg=_weight(height, age, risks[obese_position], rng),
        risks=risks,
        dies_at=np.full(n, NEVER_DIES),
    )


def _height(age: Ints, female: Bools, rng: Rng) -> Floats:
    """Centimetres: WHO growth medians to 18 years, then the national mean, a little less with age."""
    years = [0, 1, 2, 3, 5, 8, 10, 12, 14, 16, 18, 30, 60, 100]
    men = [50, 76, 88, 96, 110, 128, 139, 151, 164, 171, 172, 171, 167, 161]
    women = [49, 74, 86, 95, 109, 127, 139, 152, 158, 160, 160, 159, 156, 150]
    mean = np.where(female, np.interp(age, years, women), np.interp(age, years, men))
    return np.round(mean * (1 + 0.037 * rng.standard_normal(len(age))), 1)


def _weight(height: Floats, age: Ints, obese: Bools, rng: Rng) -> Floats:
    """Kilograms from a body-mass index of this age; the obese have an index of 30 or so."""
    index = np.interp(age, [0, 1, 4, 10, 18, 35, 60, 100], [13.3, 16.8, 15.4, 16.6, 21.0, 23.6, 24.2, 22.5])
    index = np.where(obese & (age >= 18), 30.0, index) * np.exp(0.1 * rng.standard_normal(len(age)))  # noqa: PLR2004
    return np.round(np.maximum(index * (height / 100) ** 2, 2.4), 1)


def _risks(age: Ints, female: Bools, knowledge: Knowledge, rng: Rng) -> Bools:
    """(risk factors, people): adults have a risk factor with its published share; children only what is not a habit."""
    factors = list(knowledge.risk_factors.values())
    share = np.array([[factor.men, factor.women] for factor in factors])
    inborn = np.array([factor.id in {"family_history", "air_pollution", "atopy", "low_income"} for factor in factors])
    p = np.concatenate([share * inborn[:, None], share], axis=1)  # (factors, 4): boys, girls, men, women
    group = female + 2 * (age >= 18)  # noqa: PLR2004  # adult
    present = np.empty((len(factors), len(age)), bool)
    for row, chances in zip(present, p, strict=True):
        np.less(rng.random(len(age), dtype=np.float32), chances[group], out=row)
    return present


def build_conditions(people: People, knowledge: Knowledge, rng: Rng, region: str | None = None) -> Conditions:
    """Draw the long-standing diseases: cases by disease, sex and age, then the people, by their risk."""
    factors = knowledge.regional_factors(region)
    pairs = [
        np.stack([chosen, np.full(len(chosen), number)])
        for number, disease in enumerate(knowledge.diseases.values())
        if disease.occurrence.prevalence is not None
        for chosen in [_holders(people, number, factors[number], knowledge, rng)]
    ]
    both = np.concatenate(pairs, axis=1) if pairs else np.zeros((2, 0), np.int64)
    order = np.lexsort((both[1], both[0]))
    person, disease = both[0][order], both[1][order]
    start = np.searchsorted(person, np.arange(len(people) + 1))
    return Conditions(person, disease, start)


def _holders(people: People, number: int, factor: float, knowledge: Knowledge, rng: Rng) -> Ints:
    """Distinct people who have disease `number`: each at the rate of their cell times their relative risk."""
    rate = np.minimum(knowledge.case_rates[number].ravel() * factor, MOST)
    relative = relative_risk(people, number, knowledge)
    size = np.diff(people.cell_start)
    filled = size > 0
    starts, counts = people.cell_start[:-1][filled], size[filled]
    scale = np.where(rate > 0, rate, 0.0)[filled] / (np.add.reduceat(relative, starts) / counts)
    p = np.repeat(scale, counts) * relative
    for _ in range(ROUNDS if p.max(initial=0) > 1 else 0):  # who is certain to have it leaves the others more
        reached = np.add.reduceat(np.minimum(p, 1), starts) / counts
        scale = scale * np.where(reached > 0, rate[filled] / np.maximum(reached, 1e-12), 1.0)
        p = np.repeat(scale, counts) * relative
    return np.flatnonzero(rng.random(len(people), dtype=np.float32) < p)


def relative_risk(people: People, number: int, knowledge: Knowledge) -> Floats:
    """(people,): the product of the relative risks of the factors each person has."""
    disease = list(knowledge.diseases.values())[number]
    position = {name: n for n, name in enumerate(knowledge.risk_factors)}
    relative = np.ones(len(people), np.float32)
    for name, ratio in disease.risks.items():
        relative[people.risks[position[name]]] *= np.float32(ratio)
    return relative

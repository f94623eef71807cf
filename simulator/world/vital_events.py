"""Births and deaths of the catchment, in its hospitals and outside them."""

from dataclasses import dataclass, replace

import numpy as np

from simulator.arrays import DAY, HOUR, Bools, Floats, Ints, Rng, choose
from simulator.knowledge import Knowledge
from simulator.schema import values
from simulator.world.people import DAYS_A_YEAR, NEVER_DIES, Conditions, People

HERE, OTHER_HOSPITAL, BORN_AT_HOME = range(len(values.BIRTH_PLACE))
IN_HOSPITAL, AT_HOME, ELSEWHERE = range(len(values.DEATH_PLACE))
BOYS_G, GIRLS_G, BOYS_CM, GIRLS_CM = 3350.0, 3250.0, 50.4, 49.7
"""Weight and length at birth: estimate/medium, near the WHO growth standards."""
NOBODY = -1
A_DAY = 1 << 20
"""Room for the births of one day."""
GROWN = 15
"""Years from which the statistics of births count women."""


@dataclass(frozen=True)
class Births:
    """Births (n,) in order of time: positions of child and mother (or NOBODY), local seconds, place, case of delivery.

    case: the position of the encounter, or NOBODY when no hospital of the network has one.
    """

    child: Ints
    mother: Ints
    at: Ints
    place: Ints
    case: Ints


def deaths_outside(people: People, days: int, knowledge: Knowledge, rng: Rng) -> Ints:
    """(people,): the local second at which each would die outside hospitals, or NEVER_DIES within these days."""
    demography = knowledge.demography
    rates = demography.death_rates(knowledge.population) * demography.value("deaths_outside_hospital")
    rate = rates[people.female.astype(np.int64), people.age]
    wait = rng.exponential(DAYS_A_YEAR, len(people)) / rate
    return np.where(wait < days, (np.minimum(wait, days) * DAY).astype(np.int64), NEVER_DIES)


def bear(
    people: People,
    delivered: tuple[Ints, Ints, Ints],
    about: tuple[Bools, Ints],
    period: tuple[int, int],
    sources: tuple[Knowledge, Rng],
) -> tuple[People, Births]:
    """The people with the newborns of the period at the end, and all its births.

    delivered: mother, local second and case of the deliveries on record; about: (people,) who else cannot give birth,
    and when each is first registered; period: day of local second 0, and how many days.
    """
    (knowledge, rng), (first_day, days) = sources, period
    early = np.flatnonzero(people.birth_day >= first_day)  # newborns who fell ill, see lives.py
    ill, their = _same_day(early, people.birth_day[early] - first_day, delivered[1], about[1])
    alone = np.setdiff1d(early, ill)
    healthy = np.setdiff1d(np.arange(len(delivered[0])), their)
    expected = knowledge.demography.value("birth_rate") / 1000 * len(people) * days / DAYS_A_YEAR
    others = max(int(rng.poisson(expected)) - len(delivered[0]) - len(alone), 0)
    more = _mothers(people, about[0], others, knowledge, rng)
    mothers = np.concatenate([delivered[0][healthy], more])
    when = np.concatenate([delivered[1][healthy], rng.integers(0, days * DAY, len(more))])
    grown = _with_children(people, mothers, first_day + when // DAY, knowledge, rng)
    grown.district[ill] = grown.district[delivered[0][their]]
    at_home = rng.random(len(more)) < knowledge.demography.value("births_at_home")
    outside = np.where(at_home, BORN_AT_HOME, OTHER_HOSPITAL)
    day = (people.birth_day[alone] - first_day) * DAY
    born = np.minimum(day + rng.integers(0, DAY, len(alone)), np.maximum(about[1][alone] - HOUR, day))
    parts = [
        (np.arange(len(people), len(grown)), mothers, when, np.concatenate([np.full(len(healthy), HERE), outside])),
        (ill, delivered[0][their], delivered[1][their], np.full(len(ill), HERE)),
        (alone, np.full(len(alone), NOBODY), born, np.full(len(alone), OTHER_HOSPITAL)),
    ]
    cases = np.concatenate(
        [delivered[2][healthy], np.full(len(more), NOBODY), delivered[2][their], np.full(len(alone), NOBODY)]
    )
    joined = [np.concatenate(column) for column in zip(*parts, strict=True)]
    order = np.argsort(joined[2], kind="stable")
    return grown, Births(joined[0][order], joined[1][order], joined[2][order], joined[3][order], cases[order])


def _same_day(child: Ints, day: Ints, at: Ints, registered: Ints) -> tuple[Ints, Ints]:
    """Pairs of a newborn who fell ill and the position of a delivery on the day of the birth, before falling ill."""
    order, births = np.argsort(day, kind="stable"), np.argsort(at, kind="stable")
    keys = [_ranked(day[order]), _ranked(at[births] // DAY)]
    _, mine, theirs = np.intersect1d(keys[0], keys[1], return_indices=True)
    children, delivery = child[order[mine]], births[theirs]
    before = at[delivery] < registered[children]
    return children[before], delivery[before]


def _ranked(days: Ints) -> Ints:
    """Keys of a day and the running number within it, of days in order."""
    return days * A_DAY + np.arange(len(days)) - np.searchsorted(days, days)


def _mothers(people: People, kept: Bools, n: int, knowledge: Knowledge, rng: Rng) -> Ints:
    """Distinct women who give birth where this network has no record of it, by their age."""
    able = np.flatnonzero(people.female & ~kept)
    weight: Floats = knowledge.demography.curves["births"][people.age[able]] * (people.age[able] >= GROWN)
    if not weight.any():
        return np.zeros(0, np.int64)
    return np.unique(able[choose(rng, weight, n)])


def _with_children(people: People, mother: Ints, birth_day: Ints, knowledge: Knowledge, rng: Rng) -> People:
    n = len(mother)
    female = rng.random(n) >= knowledge.demography.value("boys")
    weight = np.where(female, GIRLS_G, BOYS_G) / 1000 * np.exp(0.13 * rng.standard_normal(n))
    height = np.where(female, GIRLS_CM, BOYS_CM) * np.exp(0.04 * rng.standard_normal(n))
    new = {
        "female": female,
        "age": np.zeros(n, np.int64),
        "birth_day": birth_day,
        "district": people.district[mother],
        "height_cm": np.round(height, 1),
        "weight_kg": np.round(weight, 1),
        "dies_at": np.full(n, NEVER_DIES),
    }
    joined = {name: np.concatenate([getattr(people, name), values_]) for name, values_ in new.items()}
    risks = np.concatenate([people.risks, np.zeros((len(people.risks), n), bool)], axis=1)
    return replace(people, risks=risks, **joined)


def with_room(conditions: Conditions, people: int) -> Conditions:
    """The conditions, of so many people: newborns at the end have none."""
    more = people + 1 - len(conditions.start)
    return replace(conditions, start=np.concatenate([conditions.start, np.full(more, conditions.start[-1])]))


def not_before_birth(conditions: Conditions, people: People, first_day: int) -> Conditions:
    """The conditions of those who were born later than it seemed begin, and are known, no earlier."""
    birth = people.birth_day[conditions.person]
    known_at = np.maximum(conditions.known_at, (birth - first_day) * DAY)
    late = birth > conditions.onset_day
    return replace(
        conditions,
        onset_day=np.maximum(conditions.onset_day, birth),
        known_at=np.where(late, known_at, conditions.known_at),
    )


def place_of_death(n: int, knowledge: Knowledge, rng: Rng) -> Ints:
    """(n,): home or elsewhere."""
    return np.where(rng.random(n) < knowledge.demography.value("deaths_at_home"), AT_HOME, ELSEWHERE)

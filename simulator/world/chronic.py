"""What became of each long-standing disease: since when, and whether it is known, treated and under control."""

import numpy as np

from simulator.arrays import DAY, Bools, Floats, Ints, Rng
from simulator.knowledge import Knowledge
from simulator.world.people import DAYS_A_YEAR, YEARS, Conditions, People

NOT_KNOWN = np.iinfo(np.int64).max // 4
CONTROLLED = 3
"""The stage of a disease under control, see `Conditions`."""
SHOWS = np.array([0.8, 0.8, 0.65, 0.2])
"""How strongly a disease shows beside another illness, by stage: unknown, known, treated, controlled: estimate/low."""
KIDNEY = "N18"
FAILURE = "N18.5"
SHOWS_AS_REASON = 0.3
"""The same of a disease under control that is the reason of the visit, as when drugs are prescribed again."""
FILTRATION_BY_AGE = ([0, 30, 50, 70, 100], [118, 110, 97, 80, 66])
"""Estimated glomerular filtration rate in health, mL/min/1.73 m² (CKD-EPI): estimate/medium."""


def with_care(conditions: Conditions, people: People, first_day: int, knowledge: Knowledge, rng: Rng) -> Conditions:
    """The same with onset, and what is known and done on the first day, which counts from 1970."""
    u = rng.random((4, len(conditions.person)))
    onset = _onset_day(conditions, people, first_day, knowledge, u[:2])
    care = knowledge.demography.care_of(one.icd10 for one in knowledge.diseases.values())[conditions.disease]
    stage = (u[2][:, None] < care[:, :3]).astype(np.int8).sum(axis=1)
    known_since = onset + np.floor(u[3] * (first_day - onset)).astype(np.int64)
    known_at = np.where(stage > 0, (known_since - first_day) * DAY, NOT_KNOWN)
    return Conditions(conditions.person, conditions.disease, conditions.start, onset, stage, known_at)


def _onset_day(conditions: Conditions, people: People, first_day: int, knowledge: Knowledge, u: Floats) -> Ints:
    """Days from 1970, never before birth: the disease began at the ages at which it becomes common."""
    rates = np.maximum.accumulate(knowledge.case_rates.reshape(-1, YEARS), axis=1)
    shape = rates / np.maximum(rates[:, -1:], 1e-12)
    row = conditions.disease * 2 + people.female[conditions.person]
    age = people.age[conditions.person]
    steps = (np.arange(len(shape))[:, None] * 2 + shape).ravel()
    reached = row * 2 + u[0] * shape[row, age]
    year = np.clip(np.searchsorted(steps, reached) - row * YEARS, 0, age)
    birth = people.birth_day[conditions.person]
    began = birth + np.floor((year + u[1]) * DAYS_A_YEAR).astype(np.int64)
    return np.asarray(np.minimum(began, np.maximum(first_day - 1, birth)))


def prediabetic(people: People, conditions: Conditions, knowledge: Knowledge, lot: Floats) -> Bools:
    """(people,): adults without diabetes whose glucose is raised, as common by age as the survey found.

    lot: (people,) between 0 and 1, decides for each.
    """
    adult = np.arange(YEARS) >= 18  # noqa: PLR2004  # age of the survey
    demography, population = knowledge.demography, knowledge.population.sum(axis=0) * adult
    rate = demography.anchored("prediabetes", demography.value("prediabetes"), population) * adult
    codes = np.array([one.icd10[:2] == "E1" and one.icd10[2] in "01234" for one in knowledge.diseases.values()])
    diabetic = np.zeros(len(people), bool)
    diabetic[conditions.person[codes[conditions.disease]]] = True
    size = np.maximum(np.bincount(people.age, minlength=YEARS), 1)
    free = 1 - np.bincount(people.age, diabetic, minlength=YEARS) / size
    chance = np.minimum(rate / np.maximum(free, 0.05), 1)[people.age]
    return (lot < chance) & ~diabetic


def filtration(people: People, conditions: Conditions, knowledge: Knowledge, rng: Rng) -> Floats:
    """(people,) mL/min/1.73 m²: below 60 in adults with chronic kidney disease, below 15 in its last stage."""
    usual = np.interp(people.age, *FILTRATION_BY_AGE) * np.exp(0.11 * rng.standard_normal(len(people)))
    value = np.where(usual < 62, 62 + 6 * rng.random(len(people)), usual)  # noqa: PLR2004  # healthy kidneys stay above 60
    codes = [one.icd10 for one in knowledge.diseases.values()]
    low = np.array([np.nan if not one.startswith(KIDNEY) else 4.0 if one == FAILURE else 18.0 for one in codes])
    high = np.where(low < 15, 14.5, 59.5)  # noqa: PLR2004  # KDIGO: stage 5 is below 15
    held = np.flatnonzero(~np.isnan(low[conditions.disease]))
    held = held[np.argsort(-low[conditions.disease[held]], kind="stable")]  # the last stage has the last word
    disease, u = conditions.disease[held], rng.random(len(held))
    value[conditions.person[held]] = low[disease] + (high - low)[disease] * np.sqrt(u)
    return np.round(value, 1)

"""From an anchor and a curve to rates by age and sex; the anchor is met exactly on the national population."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from simulator.errors import KnowledgeError
from simulator.knowledge.catalogue import AgeGroup
from simulator.knowledge.curves import AGES
from simulator.knowledge.models import Disease

Table = npt.NDArray[np.float64]
"""(2, 101): men and women by completed year of age."""


def census_table(groups: Sequence[AgeGroup]) -> Table:
    """Shares of the population, (2, 101), sum 1; each group is spread evenly over its years."""
    table = np.zeros((2, len(AGES)))
    for group in groups:
        men = group.men_per_100_women / (100 + group.men_per_100_women)
        years = slice(group.age_from, group.age_to)
        table[0, years] = group.people_m * men / (group.age_to - group.age_from)
        table[1, years] = group.people_m * (1 - men) / (group.age_to - group.age_from)
    shares: Table = table / table.sum()
    return shares


def anchor_people(disease: Disease) -> Table:
    """Which cells the anchor figure describes, (2, 101) of 0 and 1."""
    low, high = disease.occurrence.of.ages
    inside = ((low <= AGES) & (high >= AGES)).astype(float)
    sex = disease.occurrence.of.sex
    return np.stack([inside * (sex != "female"), inside * (sex != "male")])


def case_rates(disease: Disease, population: Table) -> Table:
    """Cases per person-year (incidence) or share of people (prevalence), (2, 101).

    Raises KnowledgeError when the curve is nil where the anchor counts people.
    """
    occurrence = disease.occurrence
    shape = occurrence.age.relative()
    ratio = occurrence.sex_ratio
    men = 0.0 if disease.only == "female" else ratio
    women = 0.0 if disease.only == "male" else 1.0
    relative = np.stack([shape * men, shape * women])
    people = population * anchor_people(disease)
    mean = (relative * people).sum() / people.sum()
    if mean == 0:
        raise KnowledgeError(
            f"{disease.file} {disease.id}.occurrence.age: is nil at every age of occurrence.of; no anchor fits"
        )
    rates: Table = relative / mean * anchor(disease)
    return rates


def anchor(disease: Disease) -> float:
    """The anchor as a fraction of one person (per year for an incidence)."""
    occurrence = disease.occurrence
    if occurrence.incidence is not None:
        return occurrence.incidence / 100_000
    return (occurrence.prevalence or 0.0) / 100


def episode_rates(disease: Disease, population: Table) -> Table:
    """Hospital episodes per person-year, (2, 101)."""
    return case_rates(disease, population) * disease.occurrence.contacts

"""All that the hospital knows, in one frozen object; arrays over diseases are what the simulator consumes."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from simulator.knowledge import catalogue as cat
from simulator.knowledge.demography import Demography
from simulator.knowledge.healthy import Healthy, healthy_laboratory, healthy_vital_signs
from simulator.knowledge.home import Home
from simulator.knowledge.models import Disease
from simulator.knowledge.payment import Payment
from simulator.knowledge.rates import case_rates, census_table, episode_rates


@dataclass(frozen=True, eq=False)
class Knowledge:
    """Catalogues by id, in the order of their files. Two objects are never equal, so that one can be a cache's key."""

    sources: Mapping[str, cat.Source]
    departments: Mapping[str, cat.Department]
    symptoms: Mapping[str, cat.Symptom]
    risk_factors: Mapping[str, cat.RiskFactor]
    laboratory: Mapping[str, cat.LabTest]
    reference_ranges: tuple[cat.ReferenceRange, ...]
    panels: Mapping[str, cat.Panel]
    vital_signs: Mapping[str, cat.VitalSign]
    vital_ranges: tuple[cat.VitalRange, ...]
    drugs: Mapping[str, cat.Drug]
    imaging: Mapping[str, cat.Imaging]
    procedures: Mapping[str, cat.Procedure]
    alternatives: Mapping[str, cat.Alternative]
    tariffs: Mapping[str, cat.Tariff]
    census: tuple[cat.AgeGroup, ...]
    families: Mapping[str, cat.Family]
    chapters: Mapping[str, cat.Chapter]
    diseases: Mapping[str, Disease]
    payment: Payment
    demography: Demography
    home: Home

    @cached_property
    def disease_ids(self) -> tuple[str, ...]:
        """Ids in order; position in this tuple is the first index of `episode_rates`."""
        return tuple(self.diseases)

    @cached_property
    def population(self) -> npt.NDArray[np.float64]:
        """The national population, (2, 101): men and women by completed year of age, shares that sum to 1."""
        return census_table(self.census)

    @cached_property
    def case_rates(self) -> npt.NDArray[np.float64]:
        """(diseases, 2, 101): new cases per person-year, or for chronic diseases the share of people who have it."""
        return np.stack([case_rates(d, self.population) for d in self.diseases.values()])

    @cached_property
    def episode_rates(self) -> npt.NDArray[np.float64]:
        """(diseases, 2, 101): hospital episodes per person-year; axis 1 men, women; axis 2 completed years of age."""
        return np.stack([episode_rates(d, self.population) for d in self.diseases.values()])

    @cached_property
    def healthy_laboratory(self) -> Healthy:
        """Reference intervals and healthy distributions of `laboratory`, (tests, 2, age cells)."""
        return healthy_laboratory(self.laboratory, self.reference_ranges)

    @cached_property
    def healthy_vital_signs(self) -> Healthy:
        """Resting distributions of `vital_signs`, (signs, 2, age cells)."""
        return healthy_vital_signs(self.vital_signs, self.vital_ranges)

    def regional_factors(self, region: str | None) -> npt.NDArray[np.float64]:
        """(diseases,): by how much each long-standing disease is commoner in this region than in the nation."""
        factors = np.ones(len(self.diseases))
        for row in self.demography.regional:
            if row.region == region:
                number = self.disease_ids.index(row.disease)
                ages = slice(row.age_from, row.age_to + 1)
                people = self.population[:, ages]
                national = (self.case_rates[number][:, ages] * people).sum() / people.sum()
                factors[number] = row.value / 100 / national
        return factors

"""The course of life in numbers: households, births, deaths, insurance, and what becomes of long-standing diseases."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Self

import numpy as np
import numpy.typing as npt
from pydantic import Field, model_validator

from simulator.errors import KnowledgeError
from simulator.knowledge.base import Entry, Positive, Share, Text
from simulator.knowledge.curves import AGES
from simulator.knowledge.reading import Tell, by_id, read_csv

Floats = npt.NDArray[np.float64]
Age = Annotated[int, Field(ge=0, le=100)]
CURVES = (
    "married_men",
    "married_women",
    "with_parents",
    "births",
    "deaths_men",
    "deaths_women",
    "employee_urban",
    "employee_rural",
    "prediabetes",
)
FIGURES = (
    "wife_younger",
    "spouse_spread",
    "mother_older",
    "mother_spread",
    "single_mothers",
    "elder_single_joins",
    "elder_couple_joins",
    "self_pay",
    "birth_rate",
    "death_rate",
    "deaths_outside_hospital",
    "deaths_at_home",
    "births_at_home",
    "boys",
    "prediabetes",
)


class Figure(Entry):
    """One number about the population."""

    id: Text
    value: Annotated[float, Field(ge=0)]
    unit: Text
    source: Text


class AgePoint(Entry):
    """What a quantity is at one age; between two ages it lies on a straight line."""

    quantity: Text
    age: Age
    value: Annotated[float, Field(ge=0)]
    unit: Text
    source: Text


class ChronicCare(Entry):
    """Of those with a disease whose code begins with `code`: who know of it, are treated, have it under control.

    found: share of the others in whom a stay in hospital finds it. An empty code is for all other diseases.
    """

    code: str = ""
    aware: Share
    treated: Share
    controlled: Share
    found: Share
    unit: Text
    source: Text
    found_source: Text

    @model_validator(mode="after")
    def _each_within_the_other(self) -> Self:
        if not self.controlled <= self.treated <= self.aware:
            raise ValueError(
                "controlled must not exceed treated, nor treated aware, "
                f"got {self.controlled}, {self.treated}, {self.aware}"
            )
        return self


class Regional(Entry):
    """How common a long-standing disease is in one region, among people of these ages."""

    region: Text
    disease: Text
    age_from: Age
    age_to: Age
    value: Positive
    unit: Text
    source: Text


@dataclass(frozen=True, eq=False)
class Demography:
    """Figures by id, curves over completed years of age, care of long-standing diseases, regional figures."""

    figures: Mapping[str, Figure]
    points: tuple[AgePoint, ...]
    care: tuple[ChronicCare, ...]
    regional: tuple[Regional, ...]

    def value(self, name: str) -> float:
        """One figure, in its unit."""
        return self.figures[name].value

    @cached_property
    def curves(self) -> Mapping[str, Floats]:
        """Quantity -> (101,) by completed year of age."""
        made = {}
        for name in CURVES:
            at = sorted((point.age, point.value) for point in self.points if point.quantity == name)
            made[name] = np.interp(AGES, *np.array(at, float).T)
        return made

    def anchored(self, name: str, rate: float, people: Floats) -> Floats:
        """The curve scaled so that it gives `rate` on these people, (101,)."""
        curve = self.curves[name]
        return np.asarray(curve * rate * people.sum() / (curve * people).sum())

    def death_rates(self, population: Floats) -> Floats:
        """Deaths per person-year, (2, 101), which give the crude death rate on this population."""
        curve = np.stack([self.curves["deaths_men"], self.curves["deaths_women"]])
        return np.asarray(curve * self.value("death_rate") / 1000 * population.sum() / (curve * population).sum())

    def care_of(self, codes: Iterable[str]) -> Floats:
        """(diseases, 4): aware, treated, controlled, found, by the longest code that fits."""
        rows = []
        for code in codes:
            fits = max((one for one in self.care if code.startswith(one.code)), key=lambda one: len(one.code))
            rows.append((fits.aware, fits.treated, fits.controlled, fits.found))
        return np.array(rows)


def read_demography(folder: Path, tell: Tell) -> Demography:
    """Read demography.csv, life_course.csv, chronic_care.csv and regional.csv; what is missing is told."""
    found = Demography(
        figures=by_id("demography.csv", read_csv(folder / "demography.csv", Figure, tell), tell),
        points=tuple(read_csv(folder / "life_course.csv", AgePoint, tell)),
        care=tuple(read_csv(folder / "chronic_care.csv", ChronicCare, tell)),
        regional=tuple(read_csv(folder / "regional.csv", Regional, tell)),
    )
    for name in sorted(set(FIGURES) - set(found.figures)):
        tell(KnowledgeError(f"demography.csv: {name} is missing"))
    for name in CURVES:
        if sum(point.quantity == name for point in found.points) < 2:  # noqa: PLR2004  # a line has two ends
            tell(KnowledgeError(f"life_course.csv: {name} must stand at two ages or more"))
    if not any(not one.code for one in found.care):
        tell(KnowledgeError("chronic_care.csv: a row without code must speak for all other diseases"))
    return found

"""Home monitoring in numbers: who is enrolled, what is measured when, what precedes an admission, who keeps to it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from simulator.errors import KnowledgeError
from simulator.knowledge.base import Entry, Named, Positive, Share, Text
from simulator.knowledge.models import Disease
from simulator.knowledge.reading import Tell, by_id, read_csv

AGES = (18, 45, 65, 80)
"""From which ages on a figure with that number in its name holds."""
FIGURES = (
    "white_coat_systolic",
    "white_coat_diastolic",
    "white_coat_spread",
    "winter_systolic",
    "winter_diastolic",
    "weekend_glucose",
    "weekend_weight",
    "after_meal",
    "after_meal_rise",
    "breathless_copd",
    "breathless_heart_failure",
    "breathless_spread",
    "settles",
    *(f"{name}_{age}" for name in ("kept", "halves") for age in AGES),
    "kept_spread",
    "kept_at_least",
    "very_ill",
    "very_ill_from",
    "feels_ill",
    "weekend_kept",
    "withdraws",
    "rises_spread",
    "day_spread",
    "sent_at_once",
    "sent_that_evening",
    "call_answered",
    "call_visit",
    "call_visit_urgent",
    "call_drugs",
    "call_again",
)
Codes = Annotated[str, Field(pattern=r"^[A-Z][0-9.]+(\|[A-Z][0-9.]+)*$")]
"""Beginnings of ICD-10 codes, between upright strokes."""


class Programme(Named):
    """A programme of home monitoring, and the share of the clinics' patients with these codes who join, by age."""

    codes: Codes
    share_18: Share
    share_45: Share
    share_65: Share
    share_80: Share
    source: Text

    @property
    def shares(self) -> tuple[float, ...]:
        """By age, see AGES."""
        return self.share_18, self.share_45, self.share_65, self.share_80


class HomeMeasure(Named):
    """What a device at home shows: what it can show, what calls for attention, and how it errs.

    limits: `fixed`, or `own` where they are differences from the patient's own weight; beyond `low` or `high` a reading
    is flagged, beyond `very_low` or `very_high` as urgent. device_sd: between devices; noise_sd: between readings;
    wander_sd: of the slow ups and downs of months.
    """

    task: Text
    device: Text
    loinc: str | None = None
    unit: Text
    decimals: Annotated[int, Field(ge=0, le=2)]
    lowest: float
    highest: float
    limits: Literal["fixed", "own"]
    very_low: float | None = None
    low: float | None = None
    high: float | None = None
    very_high: float | None = None
    device_sd: Annotated[float, Field(ge=0)]
    noise_sd: Annotated[float, Field(ge=0)]
    wander_sd: Annotated[float, Field(ge=0)]
    source: Text

    @model_validator(mode="after")
    def _limits_in_order(self) -> Self:
        stated = [one for one in (self.very_low, self.low, self.high, self.very_high) if one is not None]
        if stated != sorted(set(stated)):
            raise ValueError(f"very_low, low, high and very_high must grow, got {', '.join(map(str, stated))}")
        if self.limits == "fixed" and not all(self.lowest <= one <= self.highest for one in stated):
            raise ValueError(f"limits must lie between lowest {self.lowest} and highest {self.highest}")
        return self


class HomeTask(Entry):
    """What a programme asks of its patients: a task, its local hour, how often a week."""

    programme: Text
    task: Text
    hour: Annotated[float, Field(ge=4, le=22)]
    per_week: Annotated[float, Field(gt=0, le=7)]
    source: Text


class HomeWarning(Entry):
    """How a measure has changed by the time these illnesses bring somebody to the hospital.

    The change grows over the last days, first_d to last_d of them; share: of the patients who show it.
    """

    codes: Codes
    measure: Text
    change: float
    spread: Annotated[float, Field(ge=0)]
    unit: Text
    first_d: Positive
    last_d: Positive
    share: Share
    source: Text

    @model_validator(mode="after")
    def _days_in_order(self) -> Self:
        if self.first_d > self.last_d:
            raise ValueError(f"first_d must not exceed last_d, got {self.first_d} and {self.last_d}")
        return self


class HomeFigure(Entry):
    """One number about how people live with their devices."""

    id: Text
    value: Annotated[float, Field(ge=0)]
    unit: Text
    source: Text


@dataclass(frozen=True, eq=False)
class Home:
    """Programmes, measures and figures by id; the schedule; what warns of an admission."""

    programmes: Mapping[str, Programme]
    measures: Mapping[str, HomeMeasure]
    schedule: tuple[HomeTask, ...]
    warnings: tuple[HomeWarning, ...]
    figures: Mapping[str, HomeFigure]

    def value(self, name: str) -> float:
        """One figure, in its unit."""
        return self.figures[name].value

    def by_age(self, name: str) -> tuple[float, ...]:
        """A figure that stands once for each age of AGES."""
        return tuple(self.value(f"{name}_{age}") for age in AGES)

    def sourced(self) -> Iterable[tuple[str, list[tuple[str, str]]]]:
        """File -> (entry, source) of everything here."""
        yield "home_programmes.csv", [(one.id, one.source) for one in self.programmes.values()]
        yield "home_measures.csv", [(one.id, one.source) for one in self.measures.values()]
        yield "home_schedule.csv", [(f"{one.programme} {one.task}", one.source) for one in self.schedule]
        yield "home_warnings.csv", [(f"{one.codes} {one.measure}", one.source) for one in self.warnings]
        yield "home_figures.csv", [(one.id, one.source) for one in self.figures.values()]


def read_home(folder: Path, diseases: Iterable[Disease], tell: Tell) -> Home:
    """Read the files home_*.csv; what is missing or refers to nothing is told."""
    found = Home(
        programmes=by_id("home_programmes.csv", read_csv(folder / "home_programmes.csv", Programme, tell), tell),
        measures=by_id("home_measures.csv", read_csv(folder / "home_measures.csv", HomeMeasure, tell), tell),
        schedule=tuple(read_csv(folder / "home_schedule.csv", HomeTask, tell)),
        warnings=tuple(read_csv(folder / "home_warnings.csv", HomeWarning, tell)),
        figures=by_id("home_figures.csv", read_csv(folder / "home_figures.csv", HomeFigure, tell), tell),
    )
    for complaint in _complaints(found, tuple(disease.icd10 for disease in diseases)):
        tell(KnowledgeError(complaint))
    return found


def _complaints(home: Home, icd10: tuple[str, ...]) -> Iterable[str]:
    for name in sorted(set(FIGURES) - set(home.figures)):
        yield f"home_figures.csv: {name} is missing"
    for name in sorted(set(home.programmes) - {one.programme for one in home.schedule}):
        yield f"home_schedule.csv: programme {name} must have a task"
    tasks = sorted({measure.task for measure in home.measures.values()})
    for task in home.schedule:
        yield from _named("home_schedule.csv", "programme", task.programme, home.programmes)
        yield from _named("home_schedule.csv", "task", task.task, tasks)
    for warning in home.warnings:
        yield from _named("home_warnings.csv", "measure", warning.measure, home.measures)
        measure = home.measures.get(warning.measure)
        if measure is not None and measure.unit != warning.unit:
            yield f"home_warnings.csv: the unit of {measure.id} must be {measure.unit}, got {warning.unit}"
    for file, entries in (("home_programmes.csv", home.programmes.values()), ("home_warnings.csv", home.warnings)):
        for code in (code for one in entries for code in one.codes.split("|")):
            if not any(one.startswith(code) for one in icd10):
                yield f"{file}: codes must begin the code of a disease, got {code}"


def _named(file: str, column: str, name: str, known: Iterable[str]) -> Iterable[str]:
    if name not in known:
        yield f"{file}: {column} must be one of {', '.join(known)}, got {name}"

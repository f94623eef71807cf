"""What diseases refer to: tests, drugs, examinations, procedures, tariffs, symptoms, departments, sources."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from simulator.knowledge.base import Entry, Money, Named, Positive, Sex, Share, Text

Loinc = Annotated[str, Field(pattern=r"^\d{1,5}-\d$")]
Minutes = Annotated[float, Field(gt=0, le=20_160)]
NEWBORN_YEARS = 0.08
"""End of the newborn's age group; other reference intervals begin and end at whole years."""


def _age(value: float) -> float:
    if value != NEWBORN_YEARS and value != int(value):
        raise ValueError(f"must be {NEWBORN_YEARS} (newborn) or a whole number of years")
    return value


RangeAge = Annotated[float, Field(ge=0, le=130), AfterValidator(_age)]


class Source(Entry):
    """Something that can be looked up: who published what, when."""

    id: Text
    title: Text
    year: Annotated[int, Field(ge=1980, le=2026)] | None = None
    kind: Literal["survey", "registry", "bulletin", "standard", "report", "study", "terminology"]


class LabTest(Named):
    """One laboratory test; a quantity is normal or lognormal in healthy people, a qualitative test gives a choice.

    turnaround_min: median minutes from specimen received to result; critical limits are those that are telephoned,
    critical_once: only for the first such result of an illness, because the next ones are awaited.
    lowest..highest: what the analyser can report; a value beyond is reported as the limit.
    choices: results of a qualitative test, the healthy one first; background: share of patients without a disease that
    explains it whose result is not the healthy one.
    """

    loinc: Loinc
    unit: str = ""
    specimen: Literal["blood", "arterial_blood", "urine", "stool", "sputum", "swab", "csf"]
    kind: Literal["quantity", "qualitative"]
    scale: Literal["linear", "log"]
    decimals: Annotated[int, Field(ge=0, le=4)]
    lowest: float | None = None
    highest: float | None = None
    critical_low: float | None = None
    critical_high: float | None = None
    critical_once: bool = False
    turnaround_min: Minutes
    choices: Annotated[tuple[str, ...], Field(max_length=8)] = ()
    background: Share | None = None
    source: Text

    @model_validator(mode="before")
    @classmethod
    def _split_choices(cls, row: dict[str, Any]) -> dict[str, Any]:
        if isinstance(row.get("choices"), str):
            return {**row, "choices": tuple(row["choices"].split("|"))}
        return row

    @model_validator(mode="after")
    def _qualitative_has_choices(self) -> Self:
        if (self.kind == "qualitative") != (len(self.choices) > 1):
            raise ValueError("a qualitative test, and only that, must list choices, such as negative|positive")
        if (self.kind == "qualitative") != (self.background is not None):
            raise ValueError("a qualitative test, and only that, must state its background share")
        return self

    @model_validator(mode="after")
    def _quantity_has_unit_and_limits(self) -> Self:
        if self.kind == "qualitative":
            return self
        if not self.unit:
            raise ValueError("a quantity must have a unit")
        if self.lowest is None or self.highest is None or self.lowest >= self.highest:
            raise ValueError(f"a quantity must have lowest below highest, got {self.lowest} and {self.highest}")
        return self


class ReferenceRange(Entry):
    """Reference interval of one test for a sex and for ages `age_from` <= age < `age_to` (years)."""

    test: Text
    sex: Sex | Literal["any"]
    age_from: RangeAge
    age_to: RangeAge
    low: float
    high: float
    typical: float | None = None
    source: Text

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.age_from < self.age_to:
            raise ValueError(f"age_to must be above age_from, got {self.age_from} to {self.age_to}")
        middle = self.typical if self.typical is not None else (self.low + self.high) / 2
        if not self.low <= middle <= self.high or self.low == self.high:
            raise ValueError(f"low <= typical <= high is needed, got {self.low}, {self.typical}, {self.high}")
        return self


class Panel(Named):
    """What is ordered and paid as one: a group of laboratory tests on one specimen."""

    tests: Annotated[tuple[str, ...], Field(min_length=1)]
    price: Money
    source: Text


class VitalSign(Named):
    """A bedside measurement; `lowest`..`highest` are the values a device can show."""

    loinc: Loinc
    unit: Text
    decimals: Annotated[int, Field(ge=0, le=2)]
    lowest: float
    highest: float
    source: Text


class VitalRange(Entry):
    """Healthy mean and spread of a resting vital sign for ages `age_from` <= age < `age_to`; `low`..`high` normal."""

    sign: Text
    age_from: RangeAge
    age_to: RangeAge
    mean: float
    sd: Positive
    low: float
    high: float
    source: Text


class Drug(Named):
    """One product of the formulary: INN in English, generic name in Chinese, adult dose and its limits per dose.

    child_per_kg: dose per kg for children, in `unit`; None where children get none. price: CNY per `dose`.
    """

    atc: Annotated[str, Field(pattern=r"^[A-Z]\d\d([A-Z]([A-Z](\d\d)?)?)?$")]
    drug_class: Text
    route: Literal["oral", "iv", "im", "sc", "inhaled", "topical", "eye", "rectal", "nasal"]
    dose: Positive
    unit: Literal["mg", "g", "ug", "IU", "mL", "mmol", "drop", "application", "puff", "kIU"]
    per_day: Annotated[float, Field(gt=0, le=24)]
    dose_min: Positive
    dose_max: Positive
    child_per_kg: Positive | None = None
    price: Money
    source: Text
    price_source: Text

    @model_validator(mode="after")
    def _dose_in_limits(self) -> Self:
        if not self.dose_min <= self.dose <= self.dose_max:
            raise ValueError(f"dose must be within {self.dose_min}..{self.dose_max} {self.unit}, got {self.dose}")
        return self


class Finding(Entry):
    """Something an imaging report can state."""

    zh: Text
    en: Text


class Imaging(Named):
    """One examination: modality, minutes on the machine, median minutes to the report, findings it can show.

    by_chance: the harmless one among them that people without a disease that shows may have; none if all are grave.
    """

    modality: Literal["DX", "CT", "MR", "US", "MG", "ES", "ECG", "XA", "OP", "PFT"]
    body_part: Text
    minutes: Minutes
    report_min: Minutes
    price: Money
    findings: Annotated[Mapping[str, Finding], Field(min_length=1)]
    by_chance: Text | None = None
    source: Text

    @model_validator(mode="after")
    def _chance_is_a_finding(self) -> Self:
        if self.by_chance is not None and self.by_chance not in self.findings:
            raise ValueError(f"by_chance must be one of {', '.join(self.findings)}, got {self.by_chance}")
        return self


class Procedure(Named):
    """Something done to a patient; `icd9` is its ICD-9-CM volume 3 code on the front page of the record (病案首页)."""

    icd9: Annotated[str, Field(pattern=r"^\d\d\.\d{1,2}$")] | None = None
    kind: Literal["surgery", "intervention", "therapy", "bedside"]
    theatre: bool
    anaesthesia: Literal["none", "local", "spinal", "general"]
    minutes: Minutes
    price: Money
    source: Text


class Alternative(Named):
    """Drugs, or procedures, that are given instead of each other."""

    drugs: tuple[Text, ...] = ()
    procedures: tuple[Text, ...] = ()
    source: Text

    @model_validator(mode="after")
    def _two_of_a_kind(self) -> Self:
        if max(len(self.drugs), len(self.procedures)) < 2 or (self.drugs and self.procedures):  # noqa: PLR2004  # a choice
            raise ValueError("must list at least two drugs, or at least two procedures")
        return self


class Tariff(Named):
    """A price that is not tied to a test, drug or procedure: bed day, registration, nursing."""

    unit: Text
    price: Money
    source: Text


class Chapter(Entry):
    """A chapter of ICD-10 by its Roman number, with its first and last category."""

    id: Annotated[str, Field(pattern=r"^[IVX]+$")]
    zh: Text
    en: Text
    first: Annotated[str, Field(pattern=r"^[A-Z]\d\d$")]
    last: Annotated[str, Field(pattern=r"^[A-Z]\d\d$")]


class Symptom(Named):
    """What a patient complains of."""


class RiskFactor(Named):
    """What raises the chance of a disease; prevalence is the share of adult men and of women who have it."""

    men: Share
    women: Share
    source: Text


class Department(Named):
    """A clinical department; which of the settings it runs, for whom, and who sees its patients where it is absent."""

    clinic: bool
    ward: bool
    children: bool
    otherwise: Text | None = None


class AgeGroup(Entry):
    """People of one five-year group of the national census, millions."""

    age_from: Annotated[int, Field(ge=0, le=100)]
    age_to: Annotated[int, Field(gt=0, le=101)]
    people_m: Positive
    men_per_100_women: Positive
    source: Text
    sex_source: Text


class Family(Named):
    """A group of diseases that share defaults."""

"""What a disease is: how often, in whom, how it shows, what is done, how it ends.

All shares are fractions of 1, times are in the unit their name ends with (`_d` days), money is CNY.
"""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

import numpy as np
from pydantic import Field, field_validator, model_validator

from simulator.knowledge.base import Entry, Named, Positive, Setting, Sex, Share, Text
from simulator.knowledge.curves import Age, AgeCurve
from simulator.knowledge.evidence import Evidence, lookup

BANDS: Mapping[str, float] = {"always": 0.99, "very_common": 0.85, "common": 0.5, "occasional": 0.15, "rare": 0.03}
"""Share of patients meant by each frequency word (the middle of its band)."""


class People(Entry):
    """The population that an anchor figure describes."""

    ages: tuple[Age, Age] = (0, 100)
    sex: Sex | None = None


class Occurrence(Entry):
    """How often: one national anchor, spread over age and sex.

    incidence: new cases per 100,000 people of `of` per year; prevalence: per cent of `of`.
    contacts: hospital episodes per case (incidence), or per patient and year (prevalence).
    sex_ratio: rate of men / rate of women at equal age.
    """

    incidence: Annotated[float, Field(gt=0, le=200_000)] | None = None
    prevalence: Annotated[float, Field(gt=0, le=95)] | None = None
    of: People = People()
    age: AgeCurve
    sex_ratio: Annotated[float, Field(ge=0.02, le=50)] = 1.0
    contacts: Annotated[float, Field(gt=0, le=50)]

    @model_validator(mode="after")
    def _one_anchor(self) -> Self:
        if (self.incidence is None) == (self.prevalence is None):
            raise ValueError("must have exactly one of incidence and prevalence")
        return self


class Season(Entry):
    """Yearly wave: rate · (1 + amplitude · cos(2π (month - peak_month) / 12))."""

    peak_month: Annotated[float, Field(ge=1, lt=13)]
    amplitude: Share


class Spread(Entry):
    """A lognormal quantity; its mean is median · exp(sigma² / 2)."""

    median: Positive
    sigma: Annotated[float, Field(gt=0, le=2)]

    @property
    def mean(self) -> float:
        """Expected value, in the unit of the median."""
        return float(self.median * np.exp(self.sigma**2 / 2))


class Stay(Entry):
    """Length of an inpatient stay, lognormal, days."""

    median_d: Annotated[float, Field(gt=0, le=120)]
    sigma: Annotated[float, Field(gt=0, le=1.5)]

    @property
    def mean_d(self) -> float:
        """Expected stay, days."""
        return float(self.median_d * np.exp(self.sigma**2 / 2))


class IntensiveCare(Entry):
    """Share `p` of inpatients who pass through intensive care, and for how long (lognormal, days)."""

    p: Share
    median_d: Annotated[float, Field(gt=0, le=60)] = 3.0
    sigma: Annotated[float, Field(gt=0, le=1.5)] = 0.6


class Fatality(Entry):
    """Share of episodes that end in death; `per_decade` multiplies it for each ten years above the mean age."""

    emergency: Share = 0.0
    inpatient: Share = 0.0
    per_decade: Annotated[float, Field(ge=0.5, le=3)] = 1.3


class Settings(Entry):
    """Where an episode is looked after; the shares sum to 1.

    An inpatient episode came through the emergency department (`via_emergency`) or through a clinic.
    """

    outpatient: Share = 0.0
    emergency: Share = 0.0
    inpatient: Share = 0.0
    via_emergency: Share = 0.3

    @model_validator(mode="after")
    def _whole(self) -> Self:
        total = self.outpatient + self.emergency + self.inpatient
        if abs(total - 1) > 1e-6:  # noqa: PLR2004  # rounding of decimal fractions
            raise ValueError(f"outpatient + emergency + inpatient must be 1, got {total:.4g}")
        return self


class Departments(Entry):
    """Who looks after it: department -> share; `child` takes patients under 14 from the other two when given."""

    outpatient: Mapping[str, Share]
    inpatient: Mapping[str, Share]
    child: str | None = None

    @field_validator("outpatient", "inpatient", mode="before")
    @classmethod
    def _one(cls, value: object) -> object:
        return {value: 1.0} if isinstance(value, str) else value

    @field_validator("outpatient", "inpatient")
    @classmethod
    def _whole(cls, value: Mapping[str, float]) -> Mapping[str, float]:
        if abs(sum(value.values()) - 1) > 1e-6:  # noqa: PLR2004  # rounding of decimal fractions
            raise ValueError(f"shares must sum to 1, got {sum(value.values()):.4g}")
        return value


class Shift(Entry):
    """How a disease moves a measurement in the share `p` of its patients.

    Exactly one of `times` (factor on the healthy value, spread `sd` on the natural-log scale), `plus` (added, spread
    `sd` in the unit of the test) and `positive` (share of patients with a positive qualitative result).
    """

    times: Positive | None = None
    plus: float | None = None
    positive: Share | None = None
    sd: Annotated[float, Field(ge=0)] = 0.0
    p: Share = 1.0

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if sum(x is not None for x in (self.times, self.plus, self.positive)) != 1:
            raise ValueError("must have exactly one of times, plus and positive")
        return self


AXES = ("infection", "lung", "heart", "kidney", "liver", "brain", "volume", "blood", "metabolic", "pain")
"""What can be disturbed in a patient: 0 healthy, 1 failing; `volume` also -1, dry; the order is that of the columns."""
EVENTS = ("sepsis", "bleeding", "respiratory_failure", "cardiac_arrest", "kidney_injury")
"""How a stay may take a turn for the worse."""


class Physiology(Entry):
    """Which axes the disease disturbs in a patient of middling severity, and which way it goes.

    recovery_d: days until half of the disturbance is gone under usual treatment; worsens_d: days until it would double
    if nobody treated it (none: it would not); events: share of inpatients with each turn for the worse.
    """

    axes: Mapping[Literal[AXES], Annotated[float, Field(ge=-1, le=1)]]  # type: ignore[valid-type]  # the tuple above
    recovery_d: Annotated[float, Field(gt=0, le=365)]
    worsens_d: Annotated[float, Field(gt=0, le=365)] | None = None
    events: Mapping[Literal[EVENTS], Share] = {}  # type: ignore[valid-type]  # the tuple above

    @field_validator("axes")
    @classmethod
    def _only_volume_falls(cls, value: Mapping[str, float]) -> Mapping[str, float]:
        for axis, disturbance in value.items():
            if disturbance < 0 and axis != "volume":
                raise ValueError(f"{axis} must be 0..1, got {disturbance}; only volume can be negative")
        return value


class Step(Entry):
    """One step of a pathway: done in the share `p` of inpatients, `at_h` hours after admission, then every `every_h`.

    Exactly one of panel, imaging, procedure and drug.
    """

    at_h: Annotated[float, Field(ge=-12, le=720)]
    every_h: Annotated[float, Field(ge=1, le=240)] | None = None
    p: Share = 1.0
    panel: Text | None = None
    imaging: Text | None = None
    procedure: Text | None = None
    drug: Text | None = None

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        if sum(x is not None for x in (self.panel, self.imaging, self.procedure, self.drug)) != 1:
            raise ValueError("must have exactly one of panel, imaging, procedure and drug")
        return self

    @property
    def kind(self) -> Literal["panels", "imaging", "procedures", "drugs"]:
        """What it is, as `care` names it."""
        if self.panel is not None:
            return "panels"
        if self.imaging is not None:
            return "imaging"
        return "procedures" if self.procedure is not None else "drugs"

    @property
    def item(self) -> str:
        """Id of the panel, examination, procedure or drug."""
        return self.panel or self.imaging or self.procedure or self.drug or ""


class Findings(Entry):
    """Key findings: laboratory test -> shift, vital sign -> shift, examination -> finding -> share of patients."""

    laboratory: Mapping[str, Shift] = {}
    vital_signs: Mapping[str, Shift] = {}
    imaging: Mapping[str, Mapping[str, Share]] = {}


class Prescription(Entry):
    """A drug given to the share `p` of patients; dose and times per day are the drug's usual ones unless stated."""

    p: Share
    days: Annotated[float, Field(gt=0, le=180)] | None = None
    dose: Positive | None = None
    per_day: Annotated[float, Field(gt=0, le=24)] | None = None


class Care(Entry):
    """What is ordered in one setting: item -> share of patients; panels recur every `repeat_d` days of a stay."""

    panels: Mapping[str, Share] = {}
    imaging: Mapping[str, Share] = {}
    procedures: Mapping[str, Share] = {}
    drugs: Mapping[str, Prescription] = {}
    repeat_d: Annotated[float, Field(ge=0.25, le=30)] | None = None

    @field_validator("drugs", mode="before")
    @classmethod
    def _bare_share(cls, value: object) -> object:
        if not isinstance(value, Mapping):
            return value
        return {k: {"p": v} if isinstance(v, int | float) else v for k, v in value.items()}


class FollowUp(Entry):
    """Return visits to the clinic: share `p` of patients, `visits` each, every `interval_d` days."""

    p: Share
    interval_d: Annotated[float, Field(ge=1, le=730)]
    visits: Annotated[float, Field(ge=1, le=30)] = 1.0


def _is_pair(value: object) -> bool:
    return isinstance(value, list | tuple) and len(value) == 2  # noqa: PLR2004  # a pair


class Disease(Named):
    """One disease in full; `disease.evidence_for("stay.median_d")` tells where a figure comes from.

    file: where it is written; only: the sex that alone can have it; newborn: patients are in their first 28 days.
    """

    chapter: Text
    file: Text
    icd10: Annotated[str, Field(pattern=r"^[A-Z]\d\d(\.\d)?$")]
    family: Text
    tier: Literal["A", "B", "C"]
    only: Sex | None = None
    newborn: bool = False
    departments: Departments
    occurrence: Occurrence
    season: Season | None = None
    settings: Settings
    risks: Mapping[str, Annotated[float, Field(gt=0, le=100)]] = {}
    comorbid: Mapping[str, Share] = {}
    symptoms: Mapping[str, Share]
    findings: Findings = Findings()
    physiology: Physiology | None = None
    pathway: tuple[Step, ...] = ()
    care: Mapping[Setting, Care]
    stay: Stay | None = None
    icu: IntensiveCare | None = None
    fatality: Fatality = Fatality()
    cost: Mapping[Setting, Spread]
    complications: Mapping[str, Share] = {}
    follow_up: FollowUp | None = None
    evidence: Mapping[str, Evidence] = Field(repr=False)

    @field_validator("symptoms", mode="before")
    @classmethod
    def _bands(cls, value: object) -> object:
        if not isinstance(value, Mapping):
            return value
        for key, word in value.items():
            if isinstance(word, str) and word not in BANDS:
                raise ValueError(f"{key}: {word!r} must be a share 0..1 or one of {', '.join(BANDS)}")
        return {k: BANDS[v] if isinstance(v, str) else v for k, v in value.items()}

    @field_validator("cost", mode="before")
    @classmethod
    def _pairs(cls, value: object) -> object:
        if not isinstance(value, Mapping):
            return value
        return {k: dict(zip(("median", "sigma"), v, strict=True)) if _is_pair(v) else v for k, v in value.items()}

    @model_validator(mode="after")
    def _settings_are_described(self) -> Self:
        for setting, share in self.setting_shares.items():
            if share > 0 and setting not in self.care:
                raise ValueError(f"care.{setting} is missing though settings.{setting} is {share}")
            if share > 0 and setting not in self.cost:
                raise ValueError(f"cost.{setting} is missing though settings.{setting} is {share}")
        if self.settings.inpatient > 0 and self.stay is None:
            raise ValueError(f"stay is missing though settings.inpatient is {self.settings.inpatient}")
        return self

    @property
    def setting_shares(self) -> dict[Setting, float]:
        """The three setting shares by name."""
        s = self.settings
        return {"outpatient": s.outpatient, "emergency": s.emergency, "inpatient": s.inpatient}

    def evidence_for(self, path: str) -> Evidence:
        """Evidence of the figure at a dotted path; the block's or the disease's own statement where it has none."""
        found = lookup(self.evidence, path)
        if found is None:
            raise KeyError(path)
        return found

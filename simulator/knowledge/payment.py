"""What paying for care needs: terms of the insurance, classes of items, teaching groups of DRG and DIP kind.

The groups are teaching material with codes of their own; they are none of the groups that any insurance pays by.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, Literal, Self

import numpy as np
import numpy.typing as npt
from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from simulator.knowledge.base import Entry, Named, Positive, Sex, Share, Text
from simulator.knowledge.codes import CodeRanges, paint

Level = Literal["primary", "secondary", "tertiary"]
Group = Literal[
    "general", "diagnosis", "treatment", "rehabilitation", "traditional", "western_drug", "traditional_drug", "blood",
    "consumable",
]  # fmt: skip
Treatment = Literal["conservative", "procedure", "operation"]
SURGICAL, PROCEDURAL, MEDICAL = "S", "P", "M"
"""The second letter of a teaching group: operation, other procedure, neither."""
UNSPLIT = 9


def _ranges(value: object) -> object:
    return CodeRanges.parse(value) if isinstance(value, str) else value


def _sets(value: object) -> object:
    if not isinstance(value, str):
        return value
    return tuple(frozenset(one.split("+")) for one in value.split())


def _numbers(value: object) -> object:
    return tuple(int(one) for one in value.split()) if isinstance(value, str) else value


Codes = Annotated[CodeRanges, BeforeValidator(_ranges)]
CodeSets = Annotated[tuple[frozenset[str], ...], BeforeValidator(_sets)]
NOTHING = CodeRanges.parse("")


class Coded(Entry):
    """An entry with ranges of codes."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, arbitrary_types_allowed=True)


class Mdc(Coded):
    """A major diagnostic category (主要诊断大类): where a main diagnosis leads; `sex` alone can be in it."""

    id: Annotated[str, Field(pattern=r"^[A-Z]$")]
    zh: Text
    en: Text
    sex: Sex | None = None
    codes: Codes = NOTHING
    source: Text


class Adrg(Coded):
    """An adjacent group (核心疾病诊断相关组): letter of the MDC, S operation, P procedure or M medical, a digit.

    diagnoses: main diagnoses, all of the MDC if none; procedures: any of these sets of ICD-9-CM-3 codes must be there;
    levels: 1 with major complications, 3 with complications, 5 without, or 9 alone: not split.
    """

    id: Annotated[str, Field(pattern=r"^[A-Z][SPM]\d$")]
    zh: Text
    en: Text
    diagnoses: Codes = NOTHING
    procedures: CodeSets = ()
    levels: Annotated[tuple[Literal[1, 3, 5, 9], ...], BeforeValidator(_numbers)]
    source: Text

    @model_validator(mode="after")
    def _as_its_letter_says(self) -> Self:
        if self.levels not in {(1, 3, 5), (3, 5), (UNSPLIT,)}:
            raise ValueError(f"levels must be 1 3 5, 3 5 or 9, got {' '.join(map(str, self.levels))}")
        if (self.kind == MEDICAL) == bool(self.procedures):
            raise ValueError(f"a group of kind {SURGICAL} or {PROCEDURAL}, and only that, must list procedures")
        return self

    @property
    def kind(self) -> str:
        """S, P or M."""
        return self.id[1]

    def level(self, grade: int) -> int:
        """The level of a case with (2) major, (1) other or (0) no complications."""
        if self.levels == (UNSPLIT,):
            return UNSPLIT
        return max((5, 3, 1)[grade], self.levels[0])


class Complication(Coded):
    """Other diagnoses that make a case dearer: `mcc` major, `cc` other; not if the main one is in `unless_main`."""

    codes: Codes
    level: Literal["mcc", "cc"]
    unless_main: Codes = NOTHING
    zh: Text
    en: Text
    source: Text


class DrgWeight(Entry):
    """Relative weight of a teaching group: its mean cost over that of all; `cases` of the simulation it comes from."""

    id: Annotated[str, Field(pattern=r"^[A-Z][SPM]\d[1359]$")]
    weight: Positive
    cases: Annotated[int, Field(ge=0)]
    source: Text


class DipGroup(Entry):
    """A core group of DIP kind: a main diagnosis with a procedure (or none), and its score; 1000 is the mean."""

    main: Annotated[str, Field(pattern=r"^[A-Z]\d\d(\.\d)?$")]
    procedure: Annotated[str, Field(pattern=r"^\d\d\.\d{1,2}$")] | None = None
    score: Positive
    cases: Annotated[int, Field(ge=0)]
    source: Text

    @property
    def id(self) -> str:
        """Diagnosis and procedure, `I21.4+36.07`."""
        return f"{self.main}+{self.procedure}" if self.procedure else self.main


class DipMixed(Coded):
    """A mixed group of DIP kind for what is too rare for a core group: a block of codes and a kind of treatment."""

    codes: Codes
    treatment: Treatment
    score: Positive
    cases: Annotated[int, Field(ge=0)]
    source: Text

    @property
    def id(self) -> str:
        """Block and treatment, `I00-I99 operation`."""
        return f"{self.codes.text} {self.treatment}"


class Terms(Entry):
    """What an insurance pays: above the deductible (CNY) this share of what is covered, up to the ceiling (CNY)."""

    insurance: Literal["employee", "resident"]
    level: Level
    setting: Literal["outpatient", "inpatient"]
    deductible: Annotated[float, Field(ge=0)]
    share: Share
    ceiling: Positive
    source: Text


class ItemClass(Entry):
    """Class of what is charged (甲乙丙类), the share of it the patient bears first, its group on the front page."""

    of: Literal["category", "imaging", "drug_class", "item"]
    name: Text
    item_class: Annotated[Literal["A", "B", "C"], Field(alias="class")]
    own_share: Share
    group: Group
    source: Text

    @model_validator(mode="after")
    def _share_of_its_class(self) -> Self:
        right = {"A": self.own_share == 0, "B": 0 < self.own_share < 1, "C": self.own_share == 1}
        if not right[self.item_class]:
            raise ValueError(f"own_share must be 0 for A, between 0 and 1 for B, 1 for C; got {self.own_share}")
        return self


class Term(Named):
    """One figure of the rules of payment."""

    value: Annotated[float, Field(ge=0)]
    unit: Text
    source: Text

    @model_validator(mode="before")
    @classmethod
    def _name_is_id(cls, row: dict[str, Any]) -> dict[str, Any]:
        return {("id" if key == "name" else key): value for key, value in row.items()}


@dataclass(frozen=True, eq=False)
class Payment:
    """Everything about payment; the groups in the order in which they are tried."""

    mdcs: tuple[Mdc, ...]
    adrgs: tuple[Adrg, ...]
    complications: tuple[Complication, ...]
    weights: Mapping[str, DrgWeight]
    dip_core: Mapping[str, DipGroup]
    dip_mixed: Mapping[str, DipMixed]
    insurance: Mapping[tuple[str, str, str], Terms]
    items: Mapping[tuple[str, str], ItemClass]
    terms: Mapping[str, Term]

    @cached_property
    def mdc_of(self) -> npt.NDArray[np.int64]:
        """For every key of a code the position of its MDC, or -1."""
        return paint(one.codes for one in self.mdcs)

    @cached_property
    def complication_of(self) -> npt.NDArray[np.int64]:
        """For every key of a code the position of its complication, or -1."""
        return paint(one.codes for one in self.complications)

    @cached_property
    def reported(self) -> frozenset[str]:
        """Codes of procedures that decide about a group: they stand on the front page whatever their kind."""
        return frozenset(code for adrg in self.adrgs for codes in adrg.procedures for code in codes)

    def figure(self, name: str) -> float:
        """A figure of the rules."""
        return self.terms[name].value

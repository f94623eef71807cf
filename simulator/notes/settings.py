"""How notes are written: the numbers of settings.yaml, checked."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from simulator.knowledge.base import Entry, Share, Text
from simulator.knowledge.reading import build, read_yaml

FOLDER = Path(__file__).parent
Hours = Annotated[float, Field(ge=0, le=24)]
Years = Annotated[int, Field(ge=0, le=100)]
Few = Annotated[int, Field(ge=1, le=50)]


class CopyForward(Entry):
    """Share of progress notes in which each paragraph is yesterday's."""

    subjective: Share
    objective: Share
    assessment: Share


class Abbreviating(Entry):
    """Share of writers who abbreviate, by language."""

    zh: Share
    en: Share


class Most(Entry):
    """How many of each one sentence names."""

    negatives: Few
    tests: Few
    orders: Few
    drugs: Few
    history: Few


class Settings(Entry):
    """All of settings.yaml; the comments there say what each number is."""

    evidence: Text
    admission_h: tuple[Hours, Hours]
    progress_hours: tuple[Hours, Hours]
    progress_after_h: Hours
    nursing_hours: tuple[Hours, Hours]
    nursing_after_h: Hours
    operation_min: tuple[Annotated[int, Field(ge=0, le=720)], Annotated[int, Field(ge=0, le=720)]]
    copy_forward: CopyForward
    suspected: Share
    excluded: Share
    abbreviating: Abbreviating
    visible: Share
    clear: Share
    better: Annotated[float, Field(gt=0, le=1)]
    worse: Annotated[float, Field(ge=1, le=3)]
    fever_cel: Annotated[float, Field(ge=36, le=40)]
    breathless_spo2: Annotated[int, Field(ge=80, le=100)]
    most: Most
    smoking_from: Years
    spoken_for_until: Years
    periods: tuple[Years, Years]
    menopause_from: Years
    family: Mapping[Text, Share]


@cache
def load_settings() -> Settings:
    """The numbers of settings.yaml. KnowledgeError where one is outside its range."""
    return build(Settings, read_yaml(FOLDER / "settings.yaml"), lambda key: f"notes/settings.yaml {key}")

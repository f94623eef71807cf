"""How the axes of physiology show at the bedside and in the laboratory, and what each turn for the worse does to them.

`axis_effects.csv`: what one unit of an axis adds to a sign or test (`plus`, in its unit) or multiplies it by (`times`),
and after how many hours it shows. `turns.csv`: for each event the axis that drives its hazard, the mean hours until it
is recognised, until it has ripened by 63 per cent, until it has faded by 63 per cent, the axes it moves, the panels it
calls for, and the disease as which a share of those recognised is `coded`. `turn_answers.csv`: what doctors do then.
"""

from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from simulator.knowledge.base import Entry
from simulator.knowledge.models import AXES, EVENTS
from simulator.knowledge.reading import read_csv

HERE = Path(__file__).parent
Axis = Literal[AXES]  # type: ignore[valid-type]  # the tuple of names
Shift = Annotated[float, Field(ge=-1, le=1)]
Share = Annotated[float, Field(ge=0, le=1)]
Hours = Annotated[float, Field(gt=0, le=240)]


class AxisEffect(Entry):
    """What an axis at 1 does to one sign or test; `acuity` stands for the points of an early-warning score."""

    kind: Literal["sign", "test"]
    target: str
    axis: Axis
    plus: float | None = None
    times: Annotated[float, Field(gt=0)] | None = None
    lag_h: Annotated[float, Field(ge=0, le=96)] = 0
    source: str

    @model_validator(mode="after")
    def _one_of_two(self) -> "AxisEffect":
        if (self.plus is None) == (self.times is None):
            raise ValueError(f"{self.target}: give either plus or times")
        return self


class Turn(Entry):
    """One event: its course in time, the axes it moves when fully ripe, the panels it calls for (with | between)."""

    event: Literal[EVENTS]  # type: ignore[valid-type]  # the tuple of names
    driver: Axis
    recognised_h: Hours
    ripens_h: Hours
    fades_h: Hours
    infection: Shift
    lung: Shift
    heart: Shift
    kidney: Shift
    liver: Shift
    brain: Shift
    volume: Shift
    blood: Shift
    metabolic: Shift
    pain: Shift
    panels: str
    diagnosis: str | None = None
    newborn_diagnosis: str | None = None
    coded: Share = 0.0
    source: str


class Answer(Entry):
    """A drug or procedure for the share `p` of those in whom an event is recognised, `after_h` later.

    only: in shock, or in intensive care. days: of a drug. Those with one word in `together` go to the same people.
    unless: ATC prefix of drugs that make this one needless where the patient gets one of them already.
    """

    event: Literal[EVENTS]  # type: ignore[valid-type]  # the tuple of names
    kind: Literal["drug", "procedure"]
    item: str
    p: Share
    only: Literal["shock", "intensive"] | None = None
    after_h: Annotated[float, Field(ge=0, le=48)]
    days: Annotated[int, Field(ge=1, le=30)] | None = None
    together: str | None = None
    unless: str | None = None
    source: str


@cache
def axis_effects() -> tuple[AxisEffect, ...]:
    """Every row of axis_effects.csv."""
    return tuple(read_csv(HERE / "axis_effects.csv", AxisEffect))


@cache
def turns() -> tuple[Turn, ...]:
    """Every row of turns.csv, in the order of EVENTS."""
    rows = {turn.event: turn for turn in read_csv(HERE / "turns.csv", Turn)}
    return tuple(rows[event] for event in EVENTS)


@cache
def answers() -> tuple[Answer, ...]:
    """Every row of turn_answers.csv."""
    return tuple(read_csv(HERE / "turn_answers.csv", Answer))

"""What goes into marking and what comes out: one attempt, and its verdict.

A `Job` is written by the exchange (identity and time are the server's); a `Marked` goes back to it as JSON.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from grading.messages import Language

Status = Literal["marked", "rejected", "failed"]


class Job(BaseModel):
    """One attempt to mark.

    student: who submitted, as the server knows them. number: attempts are counted from 1. files: what was
    submitted, relative name -> bytes; the notebook is `<assignment>.ipynb`. state: the state folder, in which
    `courses/<course>/` is nbgrader's course root. record: False leaves the gradebook and files as they are
    (previews, re-marking an older attempt that is not the best).
    """

    model_config = ConfigDict(frozen=True)

    course: str
    assignment: str
    student: str
    number: int = Field(ge=1)
    submitted_at: datetime
    language: Language = "zh"
    files: dict[str, bytes]
    state: Path
    record: bool = True

    @property
    def course_root(self) -> Path:
        """The course root as nbgrader means it: source/ release/ submitted/ autograded/ feedback/ gradebook.db."""
        return self.state / "courses" / self.course


class MarkedItem(BaseModel):
    """The verdict on one item; feedback is markdown per language."""

    id: str
    points: float
    max_points: float
    parts: list[dict[str, Any]] = []
    misconceptions: list[str] = []
    feedback: dict[str, str] = {}


class Incident(BaseModel):
    """Something in the submission that looks like an attempt to trick the marker; for the instructor."""

    model_config = ConfigDict(frozen=True)

    code: str
    detail: str = ""


class Marked(BaseModel):
    """The verdict on one attempt.

    status: `marked`; `rejected` (the learner reads `reason`, the attempt is kept and does not count);
    `failed` (our fault: nothing was decided, it may be tried again). feedback: one HTML page per language,
    complete and sanitised. recorded: this attempt is the one that stands in the
    gradebook now (the best one does). seconds: how long each step took.
    """

    status: Status
    score: float | None = None
    max_score: float | None = None
    items: list[MarkedItem] = []
    misconceptions: list[str] = []
    reason: dict[str, str] | None = None
    feedback: dict[str, str] = {}
    incidents: list[Incident] = []
    needs_manual: bool = False
    recorded: bool = False
    seconds: dict[str, float] = {}

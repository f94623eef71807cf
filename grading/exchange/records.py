"""What the exchange tells its readers (HTTP handlers, portal, reports): frozen values, nothing to save.

Times are aware datetimes in UTC, texts are {"zh": ..., "en": ...}, scores are points.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from grading.policy import Policy, Window

Text = Mapping[str, str]
Role = Literal["learner", "instructor"]
Status = Literal["queued", "running", "marked", "rejected", "failed"]
FINISHED: frozenset[Status] = frozenset({"marked", "rejected", "failed"})


@dataclass(frozen=True, slots=True)
class Course:
    """A course as one person sees it; `role` is the higher one where somebody has both."""

    id: str
    title: Text
    role: Role
    about: Text = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Assignment:
    """One module that has been published; learners see it once it is released."""

    course: str
    id: str
    title: Text
    about: Text
    minutes: int | None
    max_score: float
    position: int
    languages: tuple[str, ...]
    notebooks: tuple[str, ...]
    policy: Policy
    released: bool
    version: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """One submission and what has become of it so far; `number` counts a learner's attempts from 1."""

    id: str
    user: str
    course: str
    assignment: str
    number: int
    submitted_at: datetime
    language: str
    status: Status
    reason: Text | None = None
    score: float | None = None
    max_score: float | None = None
    marked_at: datetime | None = None
    revision: int = 0
    late_s: int = 0
    kept_share: float = 1.0
    final_score: float | None = None
    waiting_before: int | None = None

    @property
    def counts(self) -> bool:
        """Rejected and failed attempts use up nothing and never become the mark."""
        return self.status in {"queued", "running", "marked"}


@dataclass(frozen=True, slots=True)
class AssignmentOverview:
    """One line of a learner's course page: the assignment, and where this learner stands in it."""

    assignment: Assignment
    due: datetime | None
    window: Window
    fetched_at: datetime | None
    attempts: int
    attempts_left: int | None
    best: Attempt | None
    latest: Attempt | None


@dataclass(frozen=True, slots=True)
class Feedback:
    """Feedback on one attempt in one language: sanitised HTML, and the verdict it was made from (may be empty)."""

    attempt: Attempt
    language: str
    html: str
    verdict: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LearnerRow:
    """One learner of a course: best attempt and number of attempts per assignment, and the sum of final scores."""

    user: str
    best: Mapping[str, Attempt | None]
    attempts: Mapping[str, int]
    total: float


@dataclass(frozen=True, slots=True)
class CourseOverview:
    """The instructor's table: learners down, assignments across."""

    course: str
    assignments: tuple[Assignment, ...]
    learners: tuple[LearnerRow, ...]
    max_total: float


@dataclass(frozen=True, slots=True)
class QueueStatus:
    """How busy marking is; `oldest_s` is how long the first in the queue has waited."""

    queued: int
    running: int
    oldest_s: float
    marked_last_hour: int
    failed_last_day: int


@dataclass(frozen=True, slots=True)
class Incident:
    """A submission that was refused as hostile, kept as evidence for the instructor."""

    at: datetime
    user: str
    course: str
    assignment: str
    code: str
    detail: str

"""What the pages show: one frozen dataclass for each thing on a page; texts are in the reader's language already."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from grading.exchange.membership import INSTRUCTORS, LEARNERS

if TYPE_CHECKING:
    from datetime import datetime

    from markupsafe import Markup


class Status(StrEnum):
    """How far a learner is with a module; the value names the text, the icon and the style."""

    NEW = "new"
    FETCHED = "fetched"
    WAITING = "waiting"
    REFUSED = "refused"
    PARTIAL = "partial"
    FULL = "full"


@dataclass(frozen=True)
class Marks:
    """Points reached out of points possible; `reached` is None while nothing has been marked."""

    reached: float | None
    possible: float

    @property
    def share(self) -> float:
        """Between 0 and 1; 0 while nothing has been marked."""
        return (self.reached or 0.0) / self.possible if self.possible else 0.0

    @property
    def tenth(self) -> int:
        """The share in whole tenths, rounded down: 10 only for full marks; names the shade of a cell."""
        return int(self.share * 10 + 1e-9)


@dataclass(frozen=True)
class AttemptRow:
    """One submission of one learner."""

    id: str
    number: int
    at: datetime
    status: Status
    marks: Marks
    late: bool = False
    best: bool = False
    counts: bool = True
    reason: str = ""


@dataclass(frozen=True)
class ItemRow:
    """One item of an attempt: its mark and what the marker has to say, as sanitised HTML."""

    id: str
    title: str
    marks: Marks
    misconceptions: tuple[str, ...] = ()
    feedback: Markup | None = None
    by_hand: bool = False


@dataclass(frozen=True)
class ModuleView:
    """A module as one learner sees it; contents: title and points of each item."""

    id: str
    number: str
    title: str
    minutes: int
    question: str
    outcomes: tuple[str, ...]
    status: Status
    marks: Marks
    contents: tuple[tuple[str, float], ...] = ()
    left: int | None = None
    due: datetime | None = None
    closed: bool = False


@dataclass(frozen=True)
class CourseView:
    """A course as one person sees it."""

    id: str
    title: str
    summary: str
    audience: str
    credit: str
    learns: bool
    teaches: bool
    modules: tuple[ModuleView, ...] = ()
    competencies: tuple[str, ...] = ()

    @property
    def minutes(self) -> int:
        """The whole course, minutes."""
        return sum(module.minutes for module in self.modules)

    @property
    def done(self) -> int:
        """How many modules have been marked at all."""
        return sum(module.marks.reached is not None for module in self.modules)

    @property
    def marks(self) -> Marks:
        """Best marks over all modules."""
        marked = [module.marks.reached for module in self.modules if module.marks.reached is not None]
        return Marks(sum(marked) if marked else None, sum(module.marks.possible for module in self.modules))

    @property
    def next_module(self) -> ModuleView | None:
        """The first module without full marks: where to go on."""
        return next((module for module in self.modules if module.status is not Status.FULL), None)


@dataclass(frozen=True)
class MatrixRow:
    """One learner's best marks, one cell for each module in the order of the course."""

    learner: str
    name: str
    cells: tuple[Marks, ...]
    attempts: tuple[int, ...]

    @property
    def total(self) -> Marks:
        """Over all modules."""
        marked = [cell.reached for cell in self.cells if cell.reached is not None]
        return Marks(sum(marked) if marked else None, sum(cell.possible for cell in self.cells))


@dataclass(frozen=True)
class DifficultyRow:
    """How one item went over the learners' best attempts; shares between 0 and 1."""

    module: str
    item: str
    title: str
    learners: int
    mean: float
    full: float
    zero: float
    misconceptions: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class LatestRow:
    """One line of the list of latest submissions."""

    learner: str
    name: str
    module: str
    module_title: str
    attempt: AttemptRow


@dataclass(frozen=True)
class QueueState:
    """What the marker is doing, over all courses; failures of the last day."""

    waiting: int = 0
    running: int = 0
    failed: int = 0
    oldest_s: float | None = None


@dataclass(frozen=True)
class IncidentRow:
    """A submission that was refused because it looks like an attack on the marker."""

    learner: str
    module_title: str
    at: datetime
    what: str


@dataclass(frozen=True)
class TeachingView:
    """A course as its instructor sees it."""

    course: CourseView
    matrix: tuple[MatrixRow, ...]
    difficulty: tuple[DifficultyRow, ...]
    latest: tuple[LatestRow, ...]
    incidents: tuple[IncidentRow, ...] = ()
    queue: QueueState = field(default_factory=QueueState)

    @property
    def active(self) -> int:
        """Learners who have submitted anything."""
        return sum(any(row.attempts) for row in self.matrix)

    @property
    def submissions(self) -> int:
        """All attempts of all learners."""
        return sum(sum(row.attempts) for row in self.matrix)


@dataclass(frozen=True)
class Person:
    """Who is looking, as the hub says; `name` is the username."""

    name: str
    groups: frozenset[str] = frozenset()

    def learns(self, course: str) -> bool:
        """Enrolled as a learner (nbgrader's group name)."""
        return f"{LEARNERS}{course}" in self.groups

    def teaches(self, course: str) -> bool:
        """Instructor of the course (nbgrader's group name)."""
        return f"{INSTRUCTORS}{course}" in self.groups

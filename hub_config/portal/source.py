"""Fill the learner's pages: from courses/ (what it is about), the exchange (how it went) and the accounts (names)."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from grading.course import Course, Module, courses_root, load_course
from grading.errors import GradingError
from grading.exchange.desk import Desk
from grading.exchange.membership import INSTRUCTORS
from grading.exchange.store import Store
from hub_config.accounts import Accounts
from hub_config.portal.render import markdown, number
from hub_config.portal.views import AttemptRow, CourseView, ItemRow, Marks, ModuleView, Person, Status
from hub_config.texts import Language, as_language

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from grading.exchange import records
    from hub_config.state import State


@lru_cache(maxsize=64)
def _read(course: str, root: Path, _stamp: tuple[float, ...]) -> Course | None:
    try:
        return load_course(course, root)
    except GradingError:  # an imported course has no course.yaml; the exchange knows enough to show it
        return None


def described(course: str, root: Path | None = None) -> Course | None:
    """Read a course's own description, again whenever one of its files has changed; None where it has none."""
    folder = (root or courses_root()) / course
    files = sorted([*folder.glob("course.yaml"), *folder.glob("*/module.yaml")])
    return _read(course, folder.parent, tuple(file.stat().st_mtime for file in files))


def in_language(words: Mapping[str, str], lang: Language) -> str:
    """One text in this language, else in the other."""
    return words.get(lang) or next(iter(words.values()), "")


class Source:
    """Everything a page needs to know. Rights are the handlers' business."""

    def __init__(self, store: Store, accounts: Accounts | None = None, courses: Path | None = None) -> None:
        self.store = store
        self.accounts = accounts
        self.courses = courses

    @classmethod
    def open(cls, state: State) -> Source:
        """Open the platform's own exchange and accounts."""
        return cls(Store.open(state.root), Accounts(state.accounts))

    # --- people
    def full_name(self, username: str) -> str:
        """What to call somebody; the username where the accounts know no more."""
        found = self.accounts.find(username) if self.accounts else None
        return found.name if found else username

    def language(self, username: str, cookie: str | None) -> Language | None:
        """What this person chose; else what was chosen in this browser; else what the roster says."""
        account = self.accounts.find(username) if self.accounts else None
        return (
            as_language(self.store.language_of(username))
            or as_language(cookie)
            or as_language(account.language if account else None)
        )

    def choose_language(self, username: str, lang: Language) -> None:
        """Remember it where fetching reads it, and where logging in and starting a server read it."""
        Desk(self.store).prefer(username, lang)
        if self.accounts:
            self.accounts.choose_language(username, lang)

    # --- courses
    def course(self, person: Person, course: str, lang: Language) -> CourseView | None:
        """One course as this person sees it; None where nothing of this name is published."""
        found = next(iter(self.store.courses_of({INSTRUCTORS + course})), None)
        if found is None:
            return None
        own = described(course, self.courses)
        overview = self.store.learner_overview(person.name, course)
        return CourseView(
            id=course,
            title=in_language(found.title, lang),
            summary=in_language(own.about if own else found.about, lang),
            audience=in_language(own.audience, lang) if own else "",
            credit=_credit(own, lang),
            learns=person.learns(course),
            teaches=person.teaches(course),
            modules=tuple(_module(n, line, own, lang) for n, line in enumerate(overview, 1)),
            competencies=tuple(f"{c.code} · {getattr(c, lang)}" for c in own.competencies) if own else (),
        )

    def courses_of(self, person: Person, lang: Language) -> tuple[CourseView, ...]:
        """Every published course this person takes or teaches."""
        views = (self.course(person, found.id, lang) for found in self.store.courses_of(person.groups))
        return tuple(view for view in views if view)

    # --- attempts
    def attempt(self, attempt_id: str) -> records.Attempt | None:
        """One attempt, whoever made it."""
        return self.store.attempt(attempt_id)

    def attempts(self, user: str, course: str, module: str, lang: Language) -> tuple[AttemptRow, ...]:
        """Somebody's attempts at a module, newest first."""
        best = self.store.best(user, course, module)
        found = self.store.attempts(user, course, module)
        return tuple(attempt_row(attempt, lang, best=attempt.id == (best and best.id)) for attempt in reversed(found))

    def items(self, attempt: records.Attempt, lang: Language) -> tuple[ItemRow, ...]:
        """Every item of an attempt with its mark and its feedback; empty before it is marked."""
        feedback = self.store.feedback(attempt.id, lang)
        if feedback is None:
            return ()
        module = described_module(described(attempt.course, self.courses), attempt.assignment)
        return tuple(item_row(item, module, lang) for item in feedback.verdict.get("items", ()))

    def feedback_page(self, attempt_id: str, lang: Language) -> str | None:
        """Give the whole marked notebook, sanitised HTML."""
        found = self.store.feedback(attempt_id, lang)
        return found.html if found else None


def described_module(course: Course | None, module: str) -> Module | None:
    """Find the description of a module, if there is one."""
    return next((m for m in course.loaded if m.id == module), None) if course else None


def item_titles(module: Module | None, lang: Language) -> dict[str, str]:
    """Item id -> title, of items marked by the marker and by hand."""
    if module is None:
        return {}
    marked = {item.id: in_language(item.title, lang) for item in module.items}
    return marked | {cell.id: in_language(cell.title, lang) for cell in module.manual}


def attempt_row(attempt: records.Attempt, lang: Language, *, best: bool = False) -> AttemptRow:
    """One attempt as a line of a table; marks after lateness."""
    possible = attempt.max_score or 0.0
    return AttemptRow(
        id=attempt.id,
        number=attempt.number,
        at=attempt.submitted_at,
        status=_attempt_status(attempt),
        marks=Marks(attempt.final_score if attempt.status == "marked" else None, possible),
        late=attempt.late_s > 0,
        best=best,
        counts=attempt.counts,
        reason=in_language(attempt.reason or {}, lang),
    )


def item_row(item: Mapping[str, Any], module: Module | None, lang: Language) -> ItemRow:
    """One entry of a verdict, with the item's title where the course gives one."""
    titles = item_titles(module, lang)
    said = in_language(item.get("feedback") or {}, lang)
    return ItemRow(
        id=item["id"],
        title=titles.get(item["id"], item["id"]),
        marks=Marks(item["points"], item["max_points"]),
        misconceptions=tuple(item.get("misconceptions", ())),
        feedback=markdown(said) if said else None,
    )


def _attempt_status(attempt: records.Attempt) -> Status:
    if attempt.status in {"queued", "running"}:
        return Status.WAITING
    if attempt.status != "marked":
        return Status.REFUSED
    return Status.FULL if (attempt.score or 0) >= (attempt.max_score or 0) else Status.PARTIAL


def _module(position: int, line: records.AssignmentOverview, course: Course | None, lang: Language) -> ModuleView:
    assignment, own = line.assignment, described_module(course, line.assignment.id)
    return ModuleView(
        id=assignment.id,
        number=str(position),
        title=in_language(assignment.title, lang),
        minutes=assignment.minutes or 0,
        question=in_language(assignment.about, lang),
        outcomes=tuple(getattr(outcome, lang) for outcome in own.outcomes) if own else (),
        status=_module_status(line),
        marks=Marks(line.best.final_score if line.best else None, assignment.max_score),
        contents=tuple((in_language(item.title, lang), item.points) for item in own.items) if own else (),
        left=line.attempts_left,
        due=line.due,
        closed=line.window == "closed",
    )


def _module_status(line: records.AssignmentOverview) -> Status:
    if line.latest and line.latest.status in {"queued", "running"}:
        return Status.WAITING
    if line.best:
        return _attempt_status(line.best)
    if line.latest:
        return Status.REFUSED
    return Status.FETCHED if line.fetched_at else Status.NEW


def _credit(course: Course | None, lang: Language) -> str:
    """What completing the course is worth where it is recognised: `1.2 (scheme)`; empty where nothing is claimed."""
    if course is None or course.credit is None:
        return ""
    hours = sum(module.minutes for module in course.loaded) / 60
    return f"{number(round(hours / course.credit.hours_per_credit, 1))} ({in_language(course.credit.scheme, lang)})"

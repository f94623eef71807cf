"""Reading the exchange: the one door for HTTP handlers, the portal and reports. Nothing here writes.

`Store.open(state)` may be used from several processes and threads at once. Nobody's rights are checked here:
whoever calls has asked the hub who is asking (`courses_of` turns the hub's groups into courses).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, select

from grading.exchange.blobs import Blobs
from grading.exchange.database import database_url, moment, now_us, open_engine
from grading.exchange.membership import courses_in
from grading.exchange.notebooks import reason_page
from grading.exchange.records import (
    Assignment,
    AssignmentOverview,
    Attempt,
    Course,
    CourseOverview,
    Feedback,
    Incident,
    LearnerRow,
    QueueStatus,
    Status,
)
from grading.exchange.standing import best, with_final_score
from grading.exchange.tables import ASSIGNMENT, ATTEMPT, COURSE, EXTENSION, FETCH, INCIDENT, JOB, OUTCOME, PREFERENCE
from grading.policy import Extension, Policy, attempts_left, extended, window

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from pathlib import Path

    from sqlalchemy.engine import Connection, Engine, Row
    from sqlalchemy.sql import ColumnElement, Select

EVERYBODY = "*"
"""The user name of an extension that holds for a whole course."""

_ATTEMPT_COLUMNS = (
    *(ATTEMPT.c[n] for n in ("id", "user", "course", "assignment", "number", "submitted_at", "language")),
    *(OUTCOME.c[n] for n in ("status", "reason", "score", "max_score", "at", "revision")),
    JOB.c.worker,
)


class Store:
    """What has been published, handed in and marked, as frozen records."""

    def __init__(self, engine: Engine, blobs: Blobs) -> None:
        self.engine = engine
        self.blobs = blobs

    @classmethod
    def open(cls, state: Path, url: str | None = None) -> Store:
        """Open the exchange of this state folder (`url`: the database, where it is not the SQLite file in there)."""
        folder = state / "exchange"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return cls(open_engine(url or database_url(state)), Blobs(folder / "blobs"))

    # --- courses and assignments
    def courses_of(self, groups: Collection[str]) -> tuple[Course, ...]:
        """Published courses that these hub groups open, by id."""
        roles = courses_in(groups)
        rows = self._read(select(COURSE).where(COURSE.c.id.in_(roles)).order_by(COURSE.c.id))
        return tuple(Course(r.id, r.title, roles[r.id], r.about) for r in rows)

    def assignments(self, course: str, *, released_only: bool = True) -> tuple[Assignment, ...]:
        """Published assignments of a course in their order; learners are shown the released ones."""
        query = select(ASSIGNMENT).where(ASSIGNMENT.c.course == course)
        if released_only:
            query = query.where(ASSIGNMENT.c.released)
        return tuple(map(_assignment, self._read(query.order_by(ASSIGNMENT.c.position, ASSIGNMENT.c.id))))

    def assignment(self, course: str, assignment: str) -> Assignment | None:
        """One assignment, released or not."""
        rows = self._read(select(ASSIGNMENT).where(ASSIGNMENT.c.course == course, ASSIGNMENT.c.id == assignment))
        return _assignment(rows[0]) if rows else None

    # --- one learner
    def learner_overview(self, user: str, course: str) -> tuple[AssignmentOverview, ...]:
        """Where a learner stands in each released assignment of a course."""
        mine: dict[str, list[Attempt]] = {}
        for attempt in self.attempts(user, course):
            mine.setdefault(attempt.assignment, []).append(attempt)
        rows = self._read(select(FETCH.c.assignment, FETCH.c.at).where(FETCH.c.user == user, FETCH.c.course == course))
        fetched = {row.assignment: row.at for row in rows}
        return tuple(self._overview(user, a, mine.get(a.id, []), fetched.get(a.id)) for a in self.assignments(course))

    def attempts(self, user: str, course: str, assignment: str | None = None) -> tuple[Attempt, ...]:
        """A learner's attempts, oldest first: of one assignment or of the whole course."""
        where = [ATTEMPT.c.user == user, ATTEMPT.c.course == course]
        if assignment is not None:
            where.append(ATTEMPT.c.assignment == assignment)
        return self._attempts(*where)

    def attempt(self, attempt_id: str) -> Attempt | None:
        """One attempt by its id, with how many jobs wait before it; the caller checks whose it is."""
        found = self._attempts(ATTEMPT.c.id == attempt_id)
        if found and found[0].status == "queued":
            return replace(found[0], waiting_before=self._waiting_before(attempt_id))
        return found[0] if found else None

    def best(self, user: str, course: str, assignment: str) -> Attempt | None:
        """Give the attempt whose mark counts (keep-best), if any has been marked."""
        return best(self.attempts(user, course, assignment))

    def feedback(self, attempt_id: str, language: str) -> Feedback | None:
        """Feedback on a finished attempt; in the other language where this one is missing; None before it exists."""
        attempt = self.attempt(attempt_id)
        if attempt is None:
            return None
        wanted = and_(OUTCOME.c.attempt == attempt_id, OUTCOME.c.revision == attempt.revision)
        rows = self._read(select(OUTCOME.c.feedback, OUTCOME.c.verdict).where(wanted))
        if not rows:
            return None
        pages: dict[str, str] = rows[0].feedback
        if not pages:  # marking failed: there is a reason, but nobody wrote a page
            page = reason_page(attempt.reason, language, attempt.number) if attempt.reason else ""
            return Feedback(attempt, language, page, rows[0].verdict)
        found = language if language in pages else min(pages)
        return Feedback(attempt, found, self.blobs.get(pages[found]).decode(), rows[0].verdict)

    def verdicts(self, attempts: Iterable[Attempt]) -> dict[str, dict[str, Any]]:
        """Verdicts of marked attempts by attempt id, without their pages: for statistics over a whole course."""
        revisions = {attempt.id: attempt.revision for attempt in attempts}
        wanted = select(OUTCOME.c.attempt, OUTCOME.c.revision, OUTCOME.c.verdict).where(
            OUTCOME.c.attempt.in_(revisions)
        )
        return {r.attempt: r.verdict for r in self._read(wanted) if r.revision == revisions[r.attempt]}

    def policy_for(self, user: str, assignment: Assignment) -> Policy:
        """Policy of an assignment with what this learner was granted."""
        return _own_policy(assignment.policy, self._extensions(assignment.course), assignment.id, user)

    def language_of(self, user: str) -> str | None:
        """Language this learner asked for last, if ever."""
        rows = self._read(select(PREFERENCE.c.language).where(PREFERENCE.c.user == user))
        return str(rows[0].language) if rows else None

    # --- instructors
    def course_overview(self, course: str, learners: Iterable[str] = ()) -> CourseOverview:
        """Best marks of everybody who handed in or fetched something, and of `learners` (who may have done neither)."""
        assignments = self.assignments(course)
        by_user: dict[str, dict[str, list[Attempt]]] = {user: {} for user in learners}
        for row in self._read(select(FETCH.c.user).where(FETCH.c.course == course).distinct()):
            by_user.setdefault(row.user, {})
        for attempt in self._attempts(ATTEMPT.c.course == course):
            by_user.setdefault(attempt.user, {}).setdefault(attempt.assignment, []).append(attempt)
        rows = tuple(_learner_row(user, assignments, by_user[user]) for user in sorted(by_user))
        return CourseOverview(course, assignments, rows, sum(a.max_score for a in assignments))

    def submissions(self, course: str, assignment: str) -> tuple[Attempt, ...]:
        """Every attempt at one assignment, oldest first."""
        return self._attempts(ATTEMPT.c.course == course, ATTEMPT.c.assignment == assignment)

    def submitted_files(self, attempt_id: str) -> dict[str, bytes]:
        """What was handed in, by file name; empty where nothing could be kept."""
        rows = self._read(select(ATTEMPT.c.files).where(ATTEMPT.c.id == attempt_id))
        return {name: self.blobs.get(blob) for name, blob in rows[0].files.items()} if rows else {}

    def edition_files(self, course: str, assignment: str, language: str) -> dict[str, bytes]:
        """Files of the published edition in a language, by name; empty where there is none."""
        where = and_(ASSIGNMENT.c.course == course, ASSIGNMENT.c.id == assignment)
        rows = self._read(select(ASSIGNMENT.c.editions).where(where))
        edition: dict[str, str] = rows[0].editions.get(language, {}) if rows else {}
        return {name: self.blobs.get(blob) for name, blob in edition.items()}

    def incidents(self, course: str) -> tuple[Incident, ...]:
        """Submissions refused as hostile, latest first."""
        rows = self._read(select(INCIDENT).where(INCIDENT.c.course == course).order_by(INCIDENT.c.id.desc()))
        return tuple(Incident(moment(r.at), r.user, r.course, r.assignment, r.code, r.detail) for r in rows)

    def queue_status(self) -> QueueStatus:
        """How busy marking is now."""
        now = now_us()
        since_hour, since_day = now - 3_600_000_000, now - 86_400_000_000
        with self._reading() as connection:
            waiting = JOB.c.worker.is_(None)
            queued, oldest = connection.execute(select(func.count(), func.min(JOB.c.queued_at)).where(waiting)).one()
            running = connection.execute(select(func.count()).where(JOB.c.worker.is_not(None))).scalar_one()
            marked = connection.execute(_finished("marked", since_hour)).scalar_one()
            failed = connection.execute(_finished("failed", since_day)).scalar_one()
        return QueueStatus(queued, running, (now - (oldest or now)) / 1e6, marked, failed)

    # --- inside
    def _reading(self) -> Connection:
        return self.engine.connect().execution_options(reading=True)

    def _read(self, query: Select[Any]) -> Sequence[Row[Any]]:
        with self._reading() as connection:
            return connection.execute(query).all()

    def _attempts(self, *where: ColumnElement[bool]) -> tuple[Attempt, ...]:
        tables = ATTEMPT.outerjoin(OUTCOME, OUTCOME.c.attempt == ATTEMPT.c.id)
        tables = tables.outerjoin(JOB, JOB.c.attempt == ATTEMPT.c.id)
        # the last row of an attempt wins: a mark outlives a regrade that failed
        order = (ATTEMPT.c.submitted_at, ATTEMPT.c.number, OUTCOME.c.status == "marked", OUTCOME.c.revision)
        rows = self._read(select(*_ATTEMPT_COLUMNS).select_from(tables).where(*where).order_by(*order))
        return self._scored({row.id: row for row in rows}.values())

    def _scored(self, rows: Iterable[Row[Any]]) -> tuple[Attempt, ...]:
        policies: dict[tuple[str, str], Policy] = {}
        granted: dict[str, dict[tuple[str, str], Extension]] = {}
        attempts = []
        for row in rows:
            if row.course not in granted:
                granted[row.course] = self._extensions(row.course)
                known = self.assignments(row.course, released_only=False)
                policies.update({(row.course, a.id): a.policy for a in known})
            general = policies.get((row.course, row.assignment), Policy())
            policy = _own_policy(general, granted[row.course], row.assignment, row.user)
            attempts.append(with_final_score(self._attempt(row), policy))
        return tuple(attempts)

    def _attempt(self, row: Row[Any]) -> Attempt:
        status: Status = row.status or ("running" if row.worker else "queued")
        return Attempt(
            id=row.id,
            user=row.user,
            course=row.course,
            assignment=row.assignment,
            number=row.number,
            submitted_at=moment(row.submitted_at),
            language=row.language,
            status=status,
            reason=row.reason,
            score=row.score,
            max_score=row.max_score,
            marked_at=moment(row.at) if row.at else None,
            revision=row.revision or 0,
        )

    def _waiting_before(self, attempt_id: str) -> int:
        own = select(JOB.c.id).where(JOB.c.attempt == attempt_id).scalar_subquery()
        ahead = and_(JOB.c.worker.is_(None), JOB.c.priority == 0, JOB.c.id < own)
        return int(self._read(select(func.count()).select_from(JOB).where(ahead))[0][0])

    def _extensions(self, course: str) -> dict[tuple[str, str], Extension]:
        rows = self._read(select(EXTENSION).where(EXTENSION.c.course == course).order_by(EXTENSION.c.id))
        return {(row.assignment, row.user): Extension.model_validate(row.granted) for row in rows}

    def _overview(
        self, user: str, assignment: Assignment, attempts: list[Attempt], fetched: int | None
    ) -> AssignmentOverview:
        policy = self.policy_for(user, assignment)
        used = sum(a.counts for a in attempts)
        return AssignmentOverview(
            assignment=assignment,
            due=policy.due,
            window=window(policy, moment(now_us())),
            fetched_at=moment(fetched) if fetched else None,
            attempts=used,
            attempts_left=attempts_left(policy, used),
            best=best(attempts),
            latest=attempts[-1] if attempts else None,
        )


def _assignment(row: Row[Any]) -> Assignment:
    editions: dict[str, dict[str, str]] = row.editions
    notebooks = {name for files in editions.values() for name in files if name.endswith(".ipynb")}
    return Assignment(
        course=row.course,
        id=row.id,
        title=row.title,
        about=row.about,
        minutes=row.minutes,
        max_score=row.max_score,
        position=row.position,
        languages=tuple(sorted(editions)),
        notebooks=tuple(sorted(notebooks)),
        policy=Policy.model_validate(row.policy),
        released=row.released,
        version=row.version,
    )


def _own_policy(policy: Policy, granted: dict[tuple[str, str], Extension], assignment: str, user: str) -> Policy:
    return extended(extended(policy, granted.get((assignment, EVERYBODY))), granted.get((assignment, user)))


def _learner_row(user: str, assignments: Iterable[Assignment], attempts: dict[str, list[Attempt]]) -> LearnerRow:
    marks = {a.id: best(attempts.get(a.id, [])) for a in assignments}
    counts = {a.id: sum(t.counts for t in attempts.get(a.id, [])) for a in assignments}
    return LearnerRow(user, marks, counts, sum((m.final_score or 0.0) for m in marks.values() if m))


def _finished(status: str, since: int) -> Select[Any]:
    return select(func.count()).select_from(OUTCOME).where(OUTCOME.c.status == status, OUTCOME.c.at >= since)

"""What an instructor does to a course in the exchange, and what a learner sets for themself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, func, insert, select, update

from grading.exchange.database import now_us
from grading.exchange.queue import REGRADE, enqueue
from grading.exchange.store import EVERYBODY
from grading.exchange.tables import ASSIGNMENT, EXTENSION, FETCH, JOB, OUTCOME, PREFERENCE
from grading.policy import Extension

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from grading.exchange.records import Assignment, Attempt
    from grading.exchange.store import Store


class Desk:
    """Writing to the exchange on somebody's behalf; whether they may is asked before."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def release(self, assignment: Assignment, *, released: bool) -> None:
        """Show an assignment to learners, or withdraw it; attempts stay."""
        which = (ASSIGNMENT.c.course == assignment.course, ASSIGNMENT.c.id == assignment.id)
        with self.store.engine.begin() as connection:
            connection.execute(update(ASSIGNMENT).where(*which).values(released=released))

    def extend(self, assignment: Assignment, user: str, extension: Extension, by: str) -> None:
        """Grant more time or attempts to one learner; the latest grant holds, the earlier ones stay on record."""
        row = {"course": assignment.course, "assignment": assignment.id, "user": user, "granted_by": by}
        granted = extension.model_dump(mode="json")
        with self.store.engine.begin() as connection:
            connection.execute(insert(EXTENSION).values(**row, granted=granted, at=now_us()))

    def set_due(self, assignment: Assignment, due: datetime | None, by: str) -> None:
        """Set when the assignment is due for everybody (None: as its module says)."""
        self.extend(assignment, EVERYBODY, Extension(due=due, attempts=0, reason=""), by)

    def regrade(self, attempts: Iterable[Attempt]) -> int:
        """Queue finished attempts to be marked again; earlier outcomes are kept. Gives the number queued."""
        queued = 0
        with self.store.engine.begin() as connection:
            for attempt in attempts:
                last = select(func.max(OUTCOME.c.revision)).where(OUTCOME.c.attempt == attempt.id)
                revision = connection.execute(last).scalar_one()
                waiting = connection.execute(select(JOB.c.id).where(JOB.c.attempt == attempt.id)).first()
                if revision is None or waiting:
                    continue
                enqueue(connection, attempt.id, revision + 1, attempt.user, REGRADE)
                queued += 1
        return queued

    def fetched(self, user: str, assignment: Assignment, language: str) -> None:
        """Remember when a learner fetched an assignment last, and in which language."""
        which = (FETCH.c.user == user, FETCH.c.course == assignment.course, FETCH.c.assignment == assignment.id)
        row = {"user": user, "course": assignment.course, "assignment": assignment.id}
        with self.store.engine.begin() as connection:
            connection.execute(delete(FETCH).where(*which))
            connection.execute(insert(FETCH).values(**row, language=language, at=now_us()))

    def prefer(self, user: str, language: str) -> None:
        """Remember the language somebody wants to read."""
        with self.store.engine.begin() as connection:
            connection.execute(delete(PREFERENCE).where(PREFERENCE.c.user == user))
            connection.execute(insert(PREFERENCE).values(user=user, language=language))

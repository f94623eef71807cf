"""Taking a submission in: is it due, is there room, is it whole; then it is kept for good and queued for marking.

The server alone says who submits and when. Whatever is wrong with the notebook itself gives an attempt that is
kept, explained and not counted; whatever no client of ours would send is refused and recorded as an incident.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select

from grading.exchange import notebooks
from grading.exchange.archive import HostileArchive, Unpacked, unpack
from grading.exchange.database import moment, now_us
from grading.exchange.queue import Outcome, enqueue, write_outcome
from grading.exchange.records import Assignment, Attempt
from grading.exchange.refusals import Refusal
from grading.exchange.tables import ATTEMPT, INCIDENT, JOB, OUTCOME
from grading.policy import attempts_left, window

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from grading.exchange.settings import Limits
    from grading.exchange.store import Store


class Intake:
    """The counter at which submissions are handed in."""

    def __init__(self, store: Store, limits: Limits) -> None:
        self.store = store
        self.limits = limits

    def submit(self, user: str, assignment: Assignment, language: str, body: bytes, body_size: int) -> Attempt:
        """Take one archive; `body` may be cut off where `body_size` is over the limit. Refusal says why not."""
        with self.store.engine.connect().execution_options(reading=True) as connection:
            self._admit(connection, user, assignment, now_us())
        unpacked, reason = self._look(user, assignment, body, body_size)
        files = {name: self.store.blobs.put(content) for name, content in unpacked.files.items()}
        attempt_id = secrets.token_urlsafe(16)
        now = now_us()
        with self.store.engine.begin() as connection:
            # once more: another request of the same person may have come in meanwhile
            self._admit(connection, user, assignment, now)
            number = self._next_number(connection, user, assignment)
            row = {"id": attempt_id, "user": user, "course": assignment.course, "assignment": assignment.id}
            row |= {"language": language, "version": assignment.version}
            connection.execute(insert(ATTEMPT).values(**row, number=number, submitted_at=now, files=files))
            if reason is None:
                enqueue(connection, attempt_id, 0, user)
            else:
                pages = {lang: notebooks.reason_page(reason, lang, number) for lang in reason}
                blobs = {lang: self.store.blobs.put(page.encode()) for lang, page in pages.items()}
                write_outcome(connection, attempt_id, 0, Outcome("rejected", reason=reason, feedback=blobs))
        attempt = self.store.attempt(attempt_id)
        assert attempt is not None  # noqa: S101 (written a line above)
        return attempt

    def _look(
        self, user: str, assignment: Assignment, body: bytes, body_size: int
    ) -> tuple[Unpacked, dict[str, str] | None]:
        if body_size > self.limits.max_body_bytes:
            name = ", ".join(assignment.notebooks)
            return Unpacked({}, {}), notebooks.too_large(name, body_size, self.limits.max_body_bytes)
        try:
            unpacked = unpack(body, assignment.notebooks, self.limits)
        except HostileArchive as error:
            self.record_incident(user, assignment, error.code, error.detail)
            raise Refusal("hostile", fault=error.code, detail=error.detail) from error
        return unpacked, notebooks.problem(unpacked, assignment.notebooks, self.limits)

    def record_incident(self, user: str, assignment: Assignment, code: str, detail: str) -> None:
        """Keep evidence of an attack for the instructor."""
        row = {"user": user, "course": assignment.course, "assignment": assignment.id}
        with self.store.engine.begin() as connection:
            connection.execute(insert(INCIDENT).values(at=now_us(), **row, code=code, detail=detail))

    def _admit(self, connection: Connection, user: str, assignment: Assignment, now: int) -> None:
        """Refuse what comes too late, too often or beyond the number of attempts."""
        policy = self.store.policy_for(user, assignment)
        if window(policy, moment(now)) == "closed":
            raise Refusal("closed", due=f"{policy.due:%Y-%m-%d %H:%M} UTC")
        if attempts_left(policy, self._used(connection, user, assignment)) == 0:
            raise Refusal("no_attempts_left", limit=policy.max_attempts)
        own = (JOB.c.user == user, JOB.c.revision == 0)
        waiting = connection.execute(select(func.count()).select_from(JOB).where(*own)).scalar_one()
        if waiting >= self.limits.max_waiting:
            raise Refusal("still_waiting", waiting=waiting, retry_s=5)
        self._slow_down(connection, user, assignment, now)

    def _slow_down(self, connection: Connection, user: str, assignment: Assignment, now: int) -> None:
        """At most `burst` submissions to one assignment, kept or refused as hostile, within `burst_s`."""
        times: list[int] = []
        since = now - self.limits.burst_s * 1_000_000
        for table, at in ((ATTEMPT, ATTEMPT.c.submitted_at), (INCIDENT, INCIDENT.c.at)):
            mine = (table.c.user == user, table.c.course == assignment.course, table.c.assignment == assignment.id)
            times += connection.execute(select(at).where(*mine, at > since)).scalars()
        if len(times) >= self.limits.burst:
            until = sorted(times)[-self.limits.burst] + self.limits.burst_s * 1_000_000
            raise Refusal("too_often", retry_s=max(1, -(-(until - now) // 1_000_000)))

    @staticmethod
    def _used(connection: Connection, user: str, assignment: Assignment) -> int:
        """Attempts that count: queued, or marked at least once."""
        mine = (ATTEMPT.c.user == user, ATTEMPT.c.course == assignment.course, ATTEMPT.c.assignment == assignment.id)
        counted = select(OUTCOME.c.attempt).where(OUTCOME.c.status == "marked")
        decided = select(OUTCOME.c.attempt)
        counts = ATTEMPT.c.id.in_(counted) | ATTEMPT.c.id.not_in(decided)
        return connection.execute(select(func.count()).select_from(ATTEMPT).where(*mine, counts)).scalar_one()

    @staticmethod
    def _next_number(connection: Connection, user: str, assignment: Assignment) -> int:
        mine = (ATTEMPT.c.user == user, ATTEMPT.c.course == assignment.course, ATTEMPT.c.assignment == assignment.id)
        return (connection.execute(select(func.max(ATTEMPT.c.number)).where(*mine)).scalar_one() or 0) + 1

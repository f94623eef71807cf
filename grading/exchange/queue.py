"""The durable queue: one row per marking that is still to be done, claimed under a lease.

A worker that dies loses nothing: its lease is released (by the service that saw it die) or runs out, and the job is
claimed again. A job that takes down `max_crashes` workers is failed, so that it cannot hold up the others.
A job and its outcome change hands in one transaction, so each marking is written exactly once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import and_, delete, insert, or_, select, update

from grading.exchange.database import now_us
from grading.exchange.tables import JOB, OUTCOME
from grading.exchange.texts import both

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, Engine
    from sqlalchemy.sql import ColumnElement

LEARNER_WAITS = 0
REGRADE = 10


@dataclass(frozen=True, slots=True)
class Claim:
    """A job in a worker's hands until its lease ends."""

    job: int
    attempt: str
    revision: int
    crashes: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is to be written about one marking; `feedback` maps a language to the blob of its page."""

    status: Literal["marked", "rejected", "failed"]
    score: float | None = None
    max_score: float | None = None
    reason: dict[str, str] | None = None
    verdict: dict[str, Any] = field(default_factory=dict)
    feedback: dict[str, str] = field(default_factory=dict)


def enqueue(connection: Connection, attempt: str, revision: int, user: str, priority: int = LEARNER_WAITS) -> None:
    """Add a marking to the queue, within the caller's transaction."""
    row = {"attempt": attempt, "revision": revision, "user": user, "priority": priority}
    connection.execute(insert(JOB).values(**row, queued_at=now_us(), crashes=0))


def write_outcome(connection: Connection, attempt: str, revision: int, outcome: Outcome) -> None:
    """Add an outcome, within the caller's transaction."""
    what = {n: getattr(outcome, n) for n in ("status", "score", "max_score", "reason", "verdict", "feedback")}
    connection.execute(insert(OUTCOME).values(attempt=attempt, revision=revision, at=now_us(), **what))


class Queue:
    """Claiming, renewing and finishing jobs; any number of processes may do so at once."""

    def __init__(self, engine: Engine, lease_s: float, max_crashes: int) -> None:
        self.engine = engine
        self.lease_us = int(lease_s * 1e6)
        self.max_crashes = max_crashes

    def claim(self, worker: str) -> Claim | None:
        """Take the next job, or None; jobs whose lease has run out are given back first."""
        now = now_us()
        following = select(JOB.c.id).where(JOB.c.worker.is_(None)).order_by(JOB.c.priority, JOB.c.id).limit(1)
        taken = (
            update(JOB)
            .where(JOB.c.id == following.with_for_update(skip_locked=True).scalar_subquery())
            .values(worker=worker, lease_until=now + self.lease_us)
            .returning(JOB.c.id, JOB.c.attempt, JOB.c.revision, JOB.c.crashes)
        )
        with self.engine.begin() as connection:
            self._give_back(connection, and_(JOB.c.worker.is_not(None), JOB.c.lease_until < now), crashed=True)
            row = connection.execute(taken).one_or_none()
        return Claim(*row) if row else None

    def is_empty(self) -> bool:
        """Whether there is nothing to claim: a read that takes no lock."""
        free = or_(JOB.c.worker.is_(None), JOB.c.lease_until < now_us())
        with self.engine.connect().execution_options(reading=True) as connection:
            return connection.execute(select(JOB.c.id).where(free).limit(1)).first() is None

    def renew(self, claim: Claim, worker: str) -> bool:
        """Prolong the lease; False where the job is no longer this worker's."""
        with self.engine.begin() as connection:
            own = update(JOB).where(_own(claim, worker)).values(lease_until=now_us() + self.lease_us)
            return connection.execute(own).rowcount == 1

    def finish(self, claim: Claim, worker: str, outcome: Outcome) -> bool:
        """Write the outcome and take the job out; False (and nothing written) where the lease was lost."""
        with self.engine.begin() as connection:
            if connection.execute(delete(JOB).where(_own(claim, worker))).rowcount != 1:
                return False
            write_outcome(connection, claim.attempt, claim.revision, outcome)
            return True

    def give_back(self, workers: str, *, crashed: bool) -> int:
        """Free the jobs of a worker, or of all workers whose name starts so; give their number."""
        with self.engine.begin() as connection:
            return self._give_back(connection, JOB.c.worker.startswith(workers, autoescape=True), crashed=crashed)

    def _give_back(self, connection: Connection, which: ColumnElement[bool], *, crashed: bool) -> int:
        lost = connection.execute(select(JOB).where(which)).all()
        for job in lost:
            crashes = job.crashes + int(crashed)
            if crashes >= self.max_crashes:
                connection.execute(delete(JOB).where(JOB.c.id == job.id))
                failed = Outcome("failed", reason=both("marking_failed", times=crashes))
                write_outcome(connection, job.attempt, job.revision, failed)
            else:
                free = {"worker": None, "lease_until": None, "crashes": crashes}
                connection.execute(update(JOB).where(JOB.c.id == job.id).values(**free))
        return len(lost)


def _own(claim: Claim, worker: str) -> ColumnElement[bool]:
    return and_(JOB.c.id == claim.job, JOB.c.worker == worker)

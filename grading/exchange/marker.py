"""Between the queue and the marker: a warm sandbox, an attempt as a `Job`, a `Marked` as an outcome."""

from __future__ import annotations

import atexit
from typing import TYPE_CHECKING

from sqlalchemy import insert

from grading.errors import ExchangeError
from grading.exchange.database import now_us
from grading.exchange.notebooks import reason_page
from grading.exchange.queue import Outcome
from grading.exchange.tables import INCIDENT
from grading.marking import Job, Marked, Marker

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from grading.exchange.queue import Claim
    from grading.exchange.records import Attempt
    from grading.exchange.store import Store


def warm_marker() -> Callable[[Job], Marked]:
    """Start a sandbox before the first attempt comes; SandboxError where none can run. Gives what marks in it."""
    marker = Marker()
    marker.box.start()
    atexit.register(marker.close)
    return marker.mark


def job_of(store: Store, claim: Claim, state: Path) -> Job:
    """Make the marker's job of a claimed attempt; everything in it but the files is the server's own."""
    attempt = _attempt(store, claim)
    return Job(
        course=attempt.course,
        assignment=attempt.assignment,
        student=attempt.user,
        number=attempt.number,
        submitted_at=attempt.submitted_at,
        language="en" if attempt.language == "en" else "zh",
        files=store.submitted_files(attempt.id),
        state=state.resolve(),
    )


def outcome_of(store: Store, claim: Claim, marked: Marked) -> Outcome:
    """Keep the feedback pages and incidents of a verdict, and give what the queue writes down."""
    attempt = _attempt(store, claim)
    _keep_incidents(store, attempt, marked)
    pages = dict(marked.feedback)
    if marked.reason:
        for language in marked.reason:
            pages.setdefault(language, reason_page(marked.reason, language, attempt.number))
    return Outcome(
        status=marked.status,
        score=marked.score,
        max_score=marked.max_score,
        reason=marked.reason,
        verdict=marked.model_dump(mode="json", exclude={"feedback", "reason"}),
        feedback={language: store.blobs.put(page.encode()) for language, page in pages.items()},
    )


def _attempt(store: Store, claim: Claim) -> Attempt:
    attempt = store.attempt(claim.attempt)
    if attempt is None:
        raise ExchangeError(f"job {claim.job}: there is no attempt {claim.attempt}; the database is damaged")
    return attempt


def _keep_incidents(store: Store, attempt: Attempt, marked: Marked) -> None:
    row = {"at": now_us(), "user": attempt.user, "course": attempt.course, "assignment": attempt.assignment}
    if found := [row | {"code": i.code, "detail": i.detail} for i in marked.incidents]:
        with store.engine.begin() as connection:
            connection.execute(insert(INCIDENT), found)

"""What a learner asks of the exchange."""

from __future__ import annotations

import asyncio
import time
from http import HTTPStatus
from typing import TYPE_CHECKING, cast

from sqlalchemy.exc import OperationalError
from tornado.web import stream_request_body

from grading.exchange.archive import pack
from grading.exchange.records import FINISHED
from grading.exchange.refusals import Refusal
from grading.exchange.web import LOG, Handler

if TYPE_CHECKING:
    from tornado.http1connection import HTTP1Connection

LANGUAGES = ("zh", "en")
MAX_WAIT_S = 15.0
"""Below the 20 s after which a proxy in front gives up on an answer."""
LOOK_EVERY_S = 0.2


class Me(Handler):
    """Who am I, what are my courses, which language do I read."""

    async def get(self) -> None:
        """Give name, courses and language."""
        courses = await self.run(self.counter.store.courses_of, self.person.groups)
        language = await self.run(self.counter.store.language_of, self.person.name)
        self.reply({"user": self.person.name, "courses": courses, "language": language})

    async def put(self) -> None:
        """Remember the language."""
        language = self.body().get("language")
        if language not in LANGUAGES:
            raise Refusal("bad_request", detail="language: zh, en")
        await self.run(self.counter.desk.prefer, self.person.name, language)
        self.reply({"language": language})


class Assignments(Handler):
    """The released assignments of a course and where I stand in each."""

    async def get(self, course: str) -> None:
        """Give the caller's own overview."""
        self.person.role_in(course)
        overview = await self.run(self.counter.store.learner_overview, self.person.name, course)
        limits = self.counter.limits
        sizes = {"max_file_bytes": limits.max_file_bytes, "max_body_bytes": limits.max_body_bytes}
        self.reply({"assignments": overview, "limits": sizes})


class Archive(Handler):
    """An assignment's edition with my own data."""

    async def get(self, course: str, name: str) -> None:
        """Give a tar."""
        assignment = await self.assignment(course, name)
        language = self.edition_of(assignment)
        files = await self.counter.parcels.parcel(self.person.name, assignment, language)
        await self.run(self.counter.desk.fetched, self.person.name, assignment, language)
        self.set_header("Content-Type", "application/x-tar")
        self.set_header("Content-Language", "zh-CN" if language == "zh" else language)
        self.finish(await self.run(pack, files))


class OwnAttempts(Handler):
    """My attempts in a course."""

    async def get(self, course: str) -> None:
        """Give all of them, oldest first, or those at `?assignment=`."""
        self.person.role_in(course)
        which = self.get_argument("assignment", "") or None
        attempts = await self.run(self.counter.store.attempts, self.person.name, course, which)
        self.reply({"attempts": attempts})


@stream_request_body
class Submit(Handler):
    """Hand in an attempt: the body is a plain tar of the notebook."""

    async def prepare(self) -> None:
        """Ask who this is before anything is taken; beyond all measure is not even read."""
        self.chunks: list[bytes] = []
        self.size = 0
        limits = self.counter.limits
        cast("HTTP1Connection", self.request.connection).set_max_body_size(limits.max_drained_bytes)
        if int(self.request.headers.get("Content-Length", 0)) > limits.max_drained_bytes:
            self.set_header("Connection", "close")
            raise Refusal("body_too_large", limit_mb=f"{limits.max_body_bytes / 1e6:.0f}")
        await super().prepare()

    def data_received(self, chunk: bytes) -> None:
        """Keep what is within the limit; read the rest, so that the sender gets to hear why it was too much."""
        self.size += len(chunk)
        if self.size <= self.counter.limits.max_body_bytes:
            self.chunks.append(chunk)
        else:
            self.chunks.clear()

    async def post(self, course: str, name: str) -> None:
        """Give the new attempt: queued, or rejected with its reason."""
        assignment = await self.assignment(course, name)
        language = self.edition_of(assignment)
        user, body = self.person.name, b"".join(self.chunks)
        try:
            attempt = await self.run(self.counter.intake.submit, user, assignment, language, body, self.size)
        except (OSError, OperationalError) as error:
            LOG.exception("a submission of %s could not be kept; is the disk full?", user)
            raise Refusal("no_room") from error
        self.counter.supervisor.call()
        self.reply(attempt, HTTPStatus.CREATED)


class OneAttempt(Handler):
    """One attempt, mine or of a course I teach."""

    async def get(self, attempt_id: str) -> None:
        """Give it as it is now, or, with `?wait=SECONDS`, as soon as it is finished."""
        attempt = await self.attempt(attempt_id)
        try:
            wait_s = min(MAX_WAIT_S, float(self.get_argument("wait", "0")))
        except ValueError:
            raise Refusal("bad_request", detail="wait") from None
        end = time.monotonic() + wait_s
        while attempt.status not in FINISHED and time.monotonic() < end:
            await asyncio.sleep(LOOK_EVERY_S)
            attempt = await self.attempt(attempt_id)
        self.reply(attempt)


class FeedbackPage(Handler):
    """Feedback on an attempt as an HTML page, shown without any rights (CSP sandbox)."""

    async def get(self, attempt_id: str) -> None:
        """Give the page in `?language=`."""
        await self.attempt(attempt_id)
        feedback = await self.run(self.counter.store.feedback, attempt_id, self.language())
        if feedback is None:
            raise Refusal("no_feedback_yet")
        policy = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:"
        self.set_header("Content-Security-Policy", policy)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(feedback.html)


class Verdict(Handler):
    """The verdict on an attempt as data."""

    async def get(self, attempt_id: str) -> None:
        """Give items, points and misconceptions."""
        attempt = await self.attempt(attempt_id)
        feedback = await self.run(self.counter.store.feedback, attempt_id, self.language())
        if feedback is None:
            raise Refusal("no_feedback_yet")
        self.reply({"attempt": attempt, "verdict": feedback.verdict})

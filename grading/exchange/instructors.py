"""What an instructor asks of the exchange."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from grading.exchange.archive import pack
from grading.exchange.auth import SAFE_NAME
from grading.exchange.membership import role_in
from grading.exchange.records import FINISHED, Assignment
from grading.exchange.refusals import Refusal
from grading.exchange.web import Handler
from grading.policy import Extension


class Overview(Handler):
    """The table of a course: learners down, assignments across."""

    async def get(self, course: str) -> None:
        """Give best marks and counts."""
        self.person.must_teach(course)
        self.reply(await self.run(self.counter.store.course_overview, course))


class Release(Handler):
    """Show an assignment to learners, withdraw it, set when it is due."""

    async def put(self, course: str, name: str) -> None:
        """Take {"released": bool} and/or {"due": ISO 8601 with offset, or null}."""
        self.person.must_teach(course)
        assignment = await self.assignment(course, name)
        wanted = self.body()
        if isinstance(released := wanted.get("released"), bool):
            await self.run(self.counter.desk.release, assignment, released=released)
        if "due" in wanted:
            due = _extension({"due": wanted["due"]}).due
            await self.run(self.counter.desk.set_due, assignment, due, self.person.name)
        self.reply(await self.assignment(course, name))


class Extensions(Handler):
    """More time or attempts for one learner."""

    async def post(self, course: str, name: str) -> None:
        """Take {"user", "due", "attempts", "reason"}."""
        self.person.must_teach(course)
        assignment = await self.assignment(course, name)
        wanted = self.body()
        user = wanted.pop("user", None)
        if not isinstance(user, str) or not SAFE_NAME.fullmatch(user):
            raise Refusal("bad_request", detail="user")
        extension = _extension(wanted)
        await self.run(self.counter.desk.extend, assignment, user, extension, self.person.name)
        self.reply({"user": user, "extension": extension})


class Submissions(Handler):
    """Every attempt at an assignment."""

    async def get(self, course: str, name: str) -> None:
        """Give them, oldest first."""
        self.person.must_teach(course)
        assignment = await self.assignment(course, name)
        self.reply({"attempts": await self.run(self.counter.store.submissions, course, assignment.id)})


class Files(Handler):
    """What was handed in; also for the learner whose attempt it is."""

    async def get(self, attempt_id: str) -> None:
        """Give a tar."""
        attempt = await self.attempt(attempt_id)
        files = await self.run(self.counter.store.submitted_files, attempt.id)
        self.set_header("Content-Type", "application/x-tar")
        self.finish(await self.run(pack, files))


class Regrade(Handler):
    """Mark again with the checks as they are now; earlier marks are kept on record."""

    async def post(self, course: str, name: str) -> None:
        """Take {"attempt": id}, or {} for every finished attempt."""
        self.person.must_teach(course)
        assignment = await self.assignment(course, name)
        attempts = await self._wanted(assignment)
        queued = await self.run(self.counter.desk.regrade, attempts)
        self.counter.supervisor.call()
        self.reply({"queued": queued})

    async def _wanted(self, assignment: Assignment) -> list[Any]:
        all_of_it = await self.run(self.counter.store.submissions, assignment.course, assignment.id)
        wanted = self.body().get("attempt")
        found = [a for a in all_of_it if a.status in FINISHED and wanted in {None, a.id}]
        if wanted is not None and not found:
            raise Refusal("not_found")
        return found


class Incidents(Handler):
    """Submissions that were refused as hostile, with their evidence."""

    async def get(self, course: str) -> None:
        """Give them, latest first."""
        self.person.must_teach(course)
        self.reply({"incidents": await self.run(self.counter.store.incidents, course)})


class QueueState(Handler):
    """How busy marking is; for everybody who teaches something."""

    async def get(self) -> None:
        """Give the figures."""
        courses = [g.partition("-")[2] for g in self.person.groups]
        if not any(role_in(course, self.person.groups) == "instructor" for course in courses):
            raise Refusal("not_instructor")
        self.reply(await self.run(self.counter.store.queue_status))


def _extension(wanted: dict[str, Any]) -> Extension:
    try:
        return Extension.model_validate(wanted)
    except ValidationError as error:
        first = error.errors()[0]
        raise Refusal("bad_request", detail=f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error

"""What all handlers of the exchange share: who asks, JSON in and out, refusals in both languages."""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from tornado.web import HTTPError, RequestHandler

from grading.exchange.refusals import Refusal
from grading.exchange.wire import plain

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from grading.exchange.auth import Door, Person
    from grading.exchange.desk import Desk
    from grading.exchange.intake import Intake
    from grading.exchange.parcel import Parcels
    from grading.exchange.records import Assignment, Attempt
    from grading.exchange.settings import Limits
    from grading.exchange.store import Store
    from grading.exchange.supervisor import Supervisor

LOG = logging.getLogger("xinglin.exchange")
T = TypeVar("T")


@dataclass(frozen=True)
class Counter:
    """Everything that stands behind the handlers."""

    store: Store
    intake: Intake
    desk: Desk
    parcels: Parcels
    door: Door
    supervisor: Supervisor
    limits: Limits


class Handler(RequestHandler):
    """A request of one person; `self.person` is set before the method runs."""

    person: Person
    counter: Counter

    def initialize(self, counter: Counter) -> None:
        """Take what the application gives."""
        self.counter = counter

    def set_default_headers(self) -> None:
        """Nothing of this is a page of ours: no scripts, no guessing of types, no keeping by others."""
        self.set_header("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Cache-Control", "private, no-cache")
        self.set_header("Server", "xinglin")

    def check_xsrf_cookie(self) -> None:
        """No cookie is read, so there is nothing that another site could borrow."""

    async def prepare(self) -> None:
        """Refuse other sites' pages, then ask the hub who this is."""
        origin = self.request.headers.get("Origin")
        if origin is not None and urlsplit(origin).netloc != self.request.host:
            raise Refusal("wrong_origin")
        self.person = await self.counter.door.person(self.request.headers)

    async def run(self, function: Callable[..., T], *args: Any, **kwargs: Any) -> T:  # noqa: ANN401 (the function's)
        """Run what reads disks or parses notebooks in a thread, so that others are served meanwhile."""
        return await asyncio.to_thread(function, *args, **kwargs)

    async def assignment(self, course: str, name: str) -> Assignment:
        """Find an assignment that this person may see; a learner sees it once it is released."""
        role = self.person.role_in(course)
        found = await self.run(self.counter.store.assignment, course, name)
        if found is None or not (found.released or role == "instructor"):
            raise Refusal("not_found")
        return found

    async def attempt(self, attempt_id: str) -> Attempt:
        """Find an attempt that is this person's own, or in a course they teach; otherwise there is none."""
        found = await self.run(self.counter.store.attempt, attempt_id)
        if found is None:
            raise Refusal("not_found")
        role = self.person.role_in(found.course)
        if found.user != self.person.name and role != "instructor":
            raise Refusal("not_found")
        return found

    def body(self) -> dict[str, Any]:
        """Read the JSON object that was sent."""
        try:
            found = json.loads(self.request.body)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise Refusal("bad_request", detail="the body must be a JSON object / 正文必须是 JSON 对象")
        return found

    def language(self) -> str:
        """Language of this request: asked for here, else chosen last (on the portal), else the client's."""
        asked = self.get_argument("language", "") or self.counter.store.language_of(self.person.name)
        accepted = self.request.headers.get("Accept-Language", "").lower()
        return asked or ("en" if accepted.startswith("en") else "zh")

    def edition_of(self, assignment: Assignment) -> str:
        """Language of the edition to give; one that was asked for by name must be there."""
        language = self.language()
        if language in assignment.languages:
            return language
        if self.get_argument("language", ""):
            raise Refusal("no_language", edition=language)
        return assignment.languages[0]

    def reply(self, answer: object, status: HTTPStatus = HTTPStatus.OK) -> None:
        """Finish with JSON; tornado adds the ETag and answers 304 where the asker has it already."""
        self.set_status(status)
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.finish(json.dumps(plain(answer), ensure_ascii=False))

    def write_error(self, status_code: int, **kwargs: Any) -> None:  # noqa: ANN401 (tornado's)
        """Say what was refused, in both languages; of our own faults only that there was one."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        if isinstance(error, Refusal):
            self.set_status(error.status)
            if error.retry_s is not None:
                self.set_header("Retry-After", str(error.retry_s))
            self.reply({"error": error.code, "message": error.text}, error.status)
        else:
            self.reply({"error": "http", "message": _status_text(status_code)}, HTTPStatus(status_code))

    def log_exception(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Refusals are everyday; everything else is ours to repair."""
        if isinstance(value, Refusal | HTTPError):
            who = getattr(getattr(self, "person", None), "name", "nobody")
            LOG.info("refused %s %s for %s: %s", self.request.method, self.request.path, who, value)
        else:
            super().log_exception(kind, value, trace)


def _status_text(status: int) -> dict[str, str]:
    phrase = HTTPStatus(status).phrase
    return {
        "zh": f"服务器未能处理这个请求({status})。",
        "en": f"The server did not handle this request ({status} {phrase}).",
    }

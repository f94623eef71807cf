"""What our nbgrader plugins share: the line to the service, and where things lie in the learner's home."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import Any

from nbgrader.exchange.abc import Exchange as NbgraderExchange
from nbgrader.exchange.abc.exchange import ExchangeError as NbgraderExchangeError
from traitlets import Bool

from grading.errors import ExchangeError
from grading.exchange.client.link import Link
from grading.exchange.records import FINISHED

ANY = {"", "*"}

_REFUSAL: list[str] = []


def last_refusal() -> str | None:
    """Why the latest request was refused, for pages that would otherwise show a traceback; None where it was not."""
    return _REFUSAL[-1] if _REFUSAL else None


class Exchange(NbgraderExchange):  # type: ignore[misc] # nbgrader is untyped
    """Base of the plugins; subclasses say what `run` does."""

    path_includes_course = Bool(
        default_value=False, help="Whether an assignment lies in <course>/<assignment> instead of <assignment>."
    ).tag(config=True)

    _link: Link | None = None

    @property
    def link(self) -> Link:
        """The line to the service, opened on first use."""
        if self._link is None:
            self._link = Link()
        return self._link

    def start(self) -> Any:  # noqa: ANN401 (nbgrader's: a list for some verbs, nothing for others)
        """Do what the verb says; the service's refusals become nbgrader's errors."""
        _REFUSAL.clear()
        try:
            return self.run()
        except ExchangeError as error:
            _REFUSAL.append(str(error))
            self.log.error(str(error))  # noqa: TRY400 (a person reads it; the traceback says nothing to them)
            raise NbgraderExchangeError(str(error)) from None

    def run(self) -> Any:  # noqa: ANN401 (the same)
        """Do the work of this verb."""
        raise NotImplementedError

    @property
    def course(self) -> str | None:
        """The course that was chosen, if any."""
        chosen = self.coursedir.course_id if self.coursedir is not None else ""
        return None if chosen in ANY else str(chosen)

    @property
    def assignment(self) -> str | None:
        """The assignment that was chosen, if any (also where it was given as a folder)."""
        chosen = self.coursedir.assignment_id if self.coursedir is not None else ""
        return None if chosen in ANY else Path(str(chosen)).name

    def chosen(self) -> tuple[str, str]:
        """Course and assignment, where both are needed; a course that was not named is the learner's only one."""
        course, assignment = self.course, self.assignment
        if course is None and len(mine := self.courses()) == 1:
            course = mine[0]
        if course is None or assignment is None:
            raise ExchangeError("--course, --assignment?")
        return course, assignment

    def courses(self) -> list[str]:
        """The chosen course, or all courses of this person."""
        if self.course is not None:
            return [self.course]
        return [course["id"] for course in self.link.json("GET", "me")["courses"]]

    def folder(self, course: str, assignment: str) -> Path:
        """Where the assignment lies or will lie in the home."""
        parts = (course, assignment) if self.path_includes_course else (assignment,)
        return Path(os.path.abspath(self.assignment_dir), *parts)  # noqa: PTH100 (nbgrader compares such paths)

    def feedback_folder(self, attempt: dict[str, Any]) -> Path:
        """Where nbgrader's Assignment List looks for the feedback on an attempt."""
        return self.folder(attempt["course"], attempt["assignment"]) / "feedback" / self.stamp(attempt)

    def stamp(self, attempt: dict[str, Any]) -> str:
        """Time of an attempt as nbgrader writes it: the server's time."""
        return datetime.fromisoformat(attempt["submitted_at"]).strftime(self.timestamp_format)

    def save_feedback(self, attempt: dict[str, Any]) -> bool:
        """Put the feedback on a finished attempt where the Assignment List finds it; False before there is any."""
        if attempt["status"] not in FINISHED:
            return False
        page = self.link.request("GET", f"attempts/{attempt['id']}/feedback")
        folder = self.feedback_folder(attempt)
        folder.mkdir(parents=True, exist_ok=True)
        temporary = folder / f".{attempt['assignment']}.html"
        temporary.write_bytes(page.content)
        temporary.replace(folder / f"{attempt['assignment']}.html")
        return True

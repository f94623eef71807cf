"""List: what can be fetched, what was handed in and marked."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from nbgrader.exchange.abc import ExchangeList as NbgraderExchangeList

from grading.exchange.client.base import Exchange
from grading.exchange.records import FINISHED
from grading.exchange.texts import say

if TYPE_CHECKING:
    from collections.abc import Iterator

Info = dict[str, Any]
"""One line, with the keys that nbgrader's Assignment List expects."""


class ExchangeList(Exchange, NbgraderExchangeList):  # type: ignore[misc] # nbgrader is untyped
    """Released assignments (`nbgrader list`), own submissions (`--cached`), everybody's (`--inbound`)."""

    def run(self) -> list[Info]:
        """Give the list that was asked for, or withdraw assignments (`--remove`)."""
        if self.remove:
            return self.withdrawn()
        if self.inbound:
            return [info for course in self.courses() for info in self.handed_in(course)]
        if self.cached:
            return [info for course in self.courses() for info in self.own(course)]
        return [info for course in self.courses() for info in self.released(course)]

    def released(self, course: str) -> list[Info]:
        """Released assignments of a course; `fetched` where their folder is there."""
        overview = self.link.json("GET", f"courses/{course}/assignments")["assignments"]
        found = [line["assignment"]["id"] for line in overview]
        return [self._released(course, name) for name in found if self.assignment in {None, name}]

    def own(self, course: str) -> list[Info]:
        """Own attempts by assignment, with their mark; feedback that is new is put in its place on the way."""
        which = {"assignment": self.assignment} if self.assignment else {}
        attempts = self.link.json("GET", f"courses/{course}/attempts", params=which)["attempts"]
        return list(self._grouped(attempts))

    def handed_in(self, course: str) -> list[Info]:
        """Everybody's attempts, for instructors."""
        names = [self.assignment] if self.assignment else [info["assignment_id"] for info in self.released(course)]
        pages = [self.link.json("GET", f"courses/{course}/assignments/{name}/submissions") for name in names]
        return list(self._grouped([attempt for page in pages for attempt in page["attempts"]]))

    def withdrawn(self) -> list[Info]:
        """Take an assignment back from learners."""
        course, name = self.chosen()
        self.link.json("PUT", f"courses/{course}/assignments/{name}/release", json={"released": False})
        return [{"course_id": course, "assignment_id": name, "status": "removed", "path": "", "notebooks": []}]

    def _released(self, course: str, name: str) -> Info:
        folder = self.folder(course, name)
        notebooks = sorted(folder.glob("*.ipynb"))
        return {
            "course_id": course,
            "assignment_id": name,
            "status": "fetched" if notebooks else "released",
            "path": str(folder),
            "notebooks": [{"notebook_id": path.stem, "path": str(path)} for path in notebooks],
        }

    def _grouped(self, attempts: list[Info]) -> Iterator[Info]:
        groups: dict[tuple[str, str, str], list[Info]] = defaultdict(list)
        for attempt in attempts:
            groups[attempt["course"], attempt["user"], attempt["assignment"]].append(attempt)
        for (course, user, assignment), group in sorted(groups.items()):
            yield {
                "course_id": course,
                "student_id": user,
                "assignment_id": assignment,
                "status": "submitted",
                "submissions": [self._submission(attempt, newest=attempt is group[-1]) for attempt in group],
            }

    def _submission(self, attempt: Info, *, newest: bool) -> Info:
        folder = self.feedback_folder(attempt)
        page = folder / f"{attempt['assignment']}.html"
        ready = attempt["status"] in FINISHED
        local = page.is_file() or (newest and ready and not self.inbound and self.save_feedback(attempt))
        notebook = {
            "notebook_id": attempt["assignment"],
            "path": str(self.folder(attempt["course"], attempt["assignment"]) / f"{attempt['assignment']}.ipynb"),
            "has_local_feedback": local,
            "has_exchange_feedback": ready,
            "local_feedback_path": str(page) if local else None,
            "feedback_updated": False,
        }
        return {
            "course_id": attempt["course"],
            "student_id": attempt["user"],
            "assignment_id": attempt["assignment"],
            "timestamp": f"{self.stamp(attempt)} {self._standing(attempt)}".strip(),
            "status": "submitted",
            "path": str(self.folder(attempt["course"], attempt["assignment"])),
            "notebooks": [notebook],
            "has_local_feedback": local,
            "has_exchange_feedback": ready,
            "feedback_updated": False,
            "local_feedback_path": str(folder) if local else None,
        }

    def _standing(self, attempt: Info) -> str:
        """What stands after the time in the list: the mark, or what is happening to the attempt."""
        if attempt["status"] == "marked":
            return f"· {attempt['final_score']:g}/{attempt['max_score']:g}"
        return f"· {say('status_' + attempt['status'], self.link.language)}"

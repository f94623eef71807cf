"""nbgrader's Assignment List for JupyterLab with errors that a learner can read: one sentence, never a traceback.

A Jupyter server extension; enable `grading.exchange.client.lab` instead of
`nbgrader.server_extensions.assignment_list`, which it loads itself.
"""

from __future__ import annotations

from typing import Any

from nbgrader.server_extensions.assignment_list import handlers

from grading.exchange.client.base import last_refusal

Answer = dict[str, Any]


class ReadableList(handlers.AssignmentList):  # type: ignore[misc] # nbgrader is untyped
    """The manager behind the extension's handlers."""

    _pending: str | None = None

    def list_assignments(self, course_id: str | None = None) -> Answer:
        """Give the list; after a fetch that failed, why it did (nbgrader's page shows nothing else of it)."""
        if (why := self._pending) is not None:
            self._pending = None
            return {"success": False, "value": why}
        return _readable(super().list_assignments(course_id=course_id))

    def fetch_assignment(self, course_id: str, assignment_id: str) -> Answer:
        """Fetch, and keep the reason of a failure for the list that follows."""
        return self._kept(super().fetch_assignment(course_id, assignment_id))

    def fetch_feedback(self, course_id: str, assignment_id: str) -> Answer:
        """Fetch feedback in the same way."""
        return self._kept(super().fetch_feedback(course_id, assignment_id))

    def submit_assignment(self, course_id: str, assignment_id: str) -> Answer:
        """Submit; nbgrader's page shows the reason by itself."""
        return _readable(super().submit_assignment(course_id, assignment_id))

    def _kept(self, answer: Answer) -> Answer:
        readable = _readable(answer)
        self._pending = None if readable["success"] else str(readable["value"])
        return readable


def _readable(answer: Answer) -> Answer:
    """Put what the service said in the place of a traceback."""
    why = last_refusal()
    return answer if answer["success"] or why is None else {"success": False, "value": why}


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "grading.exchange.client.lab"}]


def _load_jupyter_server_extension(server: Any) -> None:  # noqa: ANN401 (Jupyter's server application)
    handlers.load_jupyter_server_extension(server)
    manager = ReadableList(parent=server)
    manager.root_dir = server.root_dir
    server.web_app.settings["assignment_list_manager"] = manager

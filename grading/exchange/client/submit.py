"""Submit: the assignment's notebook, nothing else of the folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbgrader.exchange.abc import ExchangeSubmit as NbgraderExchangeSubmit

from grading.errors import ExchangeError
from grading.exchange.archive import pack
from grading.exchange.client.base import Exchange
from grading.exchange.texts import say

if TYPE_CHECKING:
    from pathlib import Path


class ExchangeSubmit(Exchange, NbgraderExchangeSubmit):  # type: ignore[misc] # nbgrader is untyped
    """Hands in an attempt; time and identity are the server's."""

    def run(self) -> None:
        """Send the notebooks of the released assignment that are there, and tell what became of them."""
        course, name = self.chosen()
        folder = self.folder(course, name)
        if not folder.is_dir():
            raise ExchangeError(say("nothing_to_submit", self.link.language, folder=folder.name))
        files = self._notebooks(course, name, folder)
        path = f"courses/{course}/assignments/{name}/attempts"
        attempt = self.link.json("POST", path, content=pack(files))
        self.log.info("Submitted as: %s %s %s", course, name, self.stamp(attempt))
        if attempt["status"] == "rejected":
            self.save_feedback(attempt)
            self.log.warning(attempt["reason"][self.link.language])

    def _notebooks(self, course: str, name: str, folder: Path) -> dict[str, bytes]:
        overview: list[dict[str, Any]] = self.link.json("GET", f"courses/{course}/assignments")["assignments"]
        released = [line["assignment"] for line in overview if line["assignment"]["id"] == name]
        if not released:
            raise ExchangeError(say("not_found", self.link.language))
        return {file: (folder / file).read_bytes() for file in released[0]["notebooks"] if (folder / file).is_file()}

"""Collect: learners' latest attempts into the instructor's `submitted/` folder."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from nbgrader.exchange.abc import ExchangeCollect as NbgraderExchangeCollect

from grading.exchange.archive import contents, save
from grading.exchange.client.base import Exchange


class ExchangeCollect(Exchange, NbgraderExchangeCollect):  # type: ignore[misc] # nbgrader is untyped
    """Marking does not need this: the service marks what is handed in. It is for those who want the files."""

    def run(self) -> None:
        """Download the latest attempt of each learner that can be marked."""
        course, name = self.chosen()
        attempts = self.link.json("GET", f"courses/{course}/assignments/{name}/submissions")["attempts"]
        latest = {attempt["user"]: attempt for attempt in attempts if attempt["status"] != "rejected"}
        for user, attempt in sorted(latest.items()):
            self._collect(user, attempt)

    def _collect(self, user: str, attempt: dict[str, Any]) -> None:
        stamp = self.stamp(attempt)
        submitted = self.coursedir.submitted_directory
        folder = Path(self.coursedir.format_path(submitted, user, attempt["assignment"]))
        note = folder / "timestamp.txt"
        if folder.is_dir() and (not self.update or (note.is_file() and note.read_text() == stamp)):
            return
        archive = self.link.request("GET", f"attempts/{attempt['id']}/files")
        shutil.rmtree(folder, ignore_errors=True)
        save(contents(archive.content), folder)
        note.write_text(stamp)
        self.log.info("Collected: %s %s", user, attempt["assignment"])

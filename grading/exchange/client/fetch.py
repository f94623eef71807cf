"""Fetch: the edition in the learner's language with their own data files."""

from __future__ import annotations

from nbgrader.exchange.abc import ExchangeFetchAssignment as NbgraderExchangeFetchAssignment

from grading.errors import ExchangeError
from grading.exchange.archive import contents, save
from grading.exchange.client.base import Exchange
from grading.exchange.texts import say


class ExchangeFetchAssignment(Exchange, NbgraderExchangeFetchAssignment):  # type: ignore[misc] # nbgrader is untyped
    """Puts the assignment's folder into the home."""

    def run(self) -> None:
        """Fetch; what is already there is never overwritten."""
        course, name = self.chosen()
        folder = self.folder(course, name)
        # feedback on earlier attempts may lie there alone; that is no copy of the assignment
        if any(folder.glob("*.ipynb")) and not self.replace_missing_files:
            raise ExchangeError(say("already_fetched", self.link.language, folder=folder.name))
        path = f"courses/{course}/assignments/{name}/archive"
        archive = self.link.request("GET", path)
        save(contents(archive.content), folder)
        self.log.info("Fetched as: %s %s", course, name)

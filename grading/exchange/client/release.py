"""Release: learners may see the assignment. Feedback needs no releasing: it is there as soon as it is written."""

from __future__ import annotations

from nbgrader.exchange.abc import ExchangeReleaseAssignment as NbgraderExchangeReleaseAssignment
from nbgrader.exchange.abc import ExchangeReleaseFeedback as NbgraderExchangeReleaseFeedback

from grading.exchange.client.base import Exchange


class ExchangeReleaseAssignment(Exchange, NbgraderExchangeReleaseAssignment):  # type: ignore[misc] # nbgrader is untyped
    """Shows an assignment that `course build` has published to the learners of its course."""

    def run(self) -> None:
        """Release it."""
        course, name = self.chosen()
        self.link.json("PUT", f"courses/{course}/assignments/{name}/release", json={"released": True})
        self.log.info("Released as: %s %s", course, name)


class ExchangeReleaseFeedback(Exchange, NbgraderExchangeReleaseFeedback):  # type: ignore[misc] # nbgrader is untyped
    """Nothing is left to do."""

    def run(self) -> None:
        """Say so."""
        self.log.info("Feedback reaches learners as soon as an attempt is marked; there is nothing to release.")

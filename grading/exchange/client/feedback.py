"""Fetch feedback: into `<assignment>/feedback/<time>/`, where nbgrader's Assignment List links to it."""

from __future__ import annotations

from nbgrader.exchange.abc import ExchangeFetchFeedback as NbgraderExchangeFetchFeedback

from grading.exchange.client.base import Exchange

WAIT_S = 4


class ExchangeFetchFeedback(Exchange, NbgraderExchangeFetchFeedback):  # type: ignore[misc] # nbgrader is untyped
    """Fetches what is there; for an attempt that was just handed in it waits a moment."""

    def run(self) -> None:
        """Fetch the feedback on all finished attempts of the chosen assignment that is not here yet."""
        course, name = self.chosen()
        attempts = self.link.json("GET", f"courses/{course}/attempts", params={"assignment": name})["attempts"]
        for attempt in attempts:
            newest = attempt is attempts[-1]
            if newest and attempt["status"] in {"queued", "running"}:
                attempt.update(self.link.json("GET", f"attempts/{attempt['id']}", params={"wait": WAIT_S}))
            # a regrade changes the page of an old attempt; only the newest is asked for again
            if newest or not (self.feedback_folder(attempt) / f"{name}.html").is_file():
                self.save_feedback(attempt)

"""Where a learner stands: lateness and final scores of attempts under a policy, and the best of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from grading.policy import kept_share, late_s

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grading.exchange.records import Attempt
    from grading.policy import Policy


def with_final_score(attempt: Attempt, policy: Policy) -> Attempt:
    """Fill in lateness and the score that counts, from the raw score and the learner's own policy."""
    late = late_s(policy, attempt.submitted_at)
    share = kept_share(policy, late)
    final = None if attempt.score is None else round(attempt.score * share, 4)
    return replace(attempt, late_s=late, kept_share=share, final_score=final)


def best(attempts: Iterable[Attempt]) -> Attempt | None:
    """Keep-best: the marked attempt with the highest final score; the earliest of equals."""
    marked = [a for a in attempts if a.status == "marked" and a.final_score is not None]
    return max(marked, key=lambda a: (a.final_score or 0.0, -a.number), default=None)

"""Attempts, lateness and extensions: the rules between a mark and the mark that counts.

A `Policy` belongs to an assignment, an `Extension` to one learner (or everybody) in it. Both are plain values;
times are aware datetimes in UTC. Nothing here knows of HTTP, databases or notebooks.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

Window = Literal["open", "late", "closed"]


class Policy(BaseModel):
    """How often, until when and at what price an assignment may be handed in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    max_attempts: int | None = Field(default=None, ge=1, description="attempts that count; None means without limit")
    due: AwareDatetime | None = Field(default=None, description="when it is due; None means never late")
    grace_s: int = Field(default=0, ge=0, description="seconds after `due` that still count as on time")
    late_until_s: int | None = Field(
        default=None, ge=0, description="seconds after `due` until nothing is taken; None: always"
    )
    late_penalty_per_day: float = Field(default=0.0, ge=0, le=1, description="share of the mark lost per started day")
    late_floor: float = Field(default=0.0, ge=0, le=1, description="share of the mark that lateness never takes")


class Extension(BaseModel):
    """What one learner was granted beyond the policy; `due` replaces the policy's, `attempts` adds to it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    due: AwareDatetime | None = None
    attempts: int = Field(default=0, ge=0)
    reason: str = Field(default="", max_length=500)


def extended(policy: Policy, extension: Extension | None) -> Policy:
    """Give the policy as it holds for the learner who was granted `extension`."""
    if extension is None:
        return policy
    attempts = None if policy.max_attempts is None else policy.max_attempts + extension.attempts
    return policy.model_copy(update={"due": extension.due or policy.due, "max_attempts": attempts})


def late_s(policy: Policy, submitted_at: datetime) -> int:
    """Whole seconds after the due time; 0 on time and within the grace period."""
    if policy.due is None:
        return 0
    seconds = int((submitted_at - policy.due).total_seconds())
    return seconds if seconds > policy.grace_s else 0


def window(policy: Policy, at: datetime) -> Window:
    """Tell whether an attempt at this moment is on time, late, or no longer taken."""
    late = late_s(policy, at)
    if late == 0:
        return "open"
    if policy.late_until_s is not None and late > max(policy.late_until_s, policy.grace_s):
        return "closed"
    return "late"


def kept_share(policy: Policy, late: int) -> float:
    """Share of the mark (0 to 1) that an attempt `late` seconds late keeps; each started day costs the same."""
    if late <= 0:
        return 1.0
    days = -(-late // int(timedelta(days=1).total_seconds()))
    return max(policy.late_floor, 1.0 - days * policy.late_penalty_per_day)


def attempts_left(policy: Policy, used: int) -> int | None:
    """Attempts that may still be handed in after `used` that count; None means without limit."""
    return None if policy.max_attempts is None else max(0, policy.max_attempts - used)

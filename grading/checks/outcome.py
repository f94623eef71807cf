"""What one comparison says, and what one part of an item is worth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import SupportsFloat


@dataclass(frozen=True, slots=True)
class Outcome:
    """How right something is: share from 0 (wrong) to 1 (right); `form` names what was wrong with its form."""

    share: float
    form: str | None = None
    values: dict[str, object] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Right means wholly right."""
        return self.share >= 1.0

    def __and__(self, other: Outcome) -> Outcome:
        """Both must be right; the lesser share and the first complaint count."""
        worse = self if self.share <= other.share else other
        return Outcome(worse.share, self.form or other.form, self.values or other.values)

    def __or__(self, other: Outcome) -> Outcome:
        """Either may be right."""
        return self if self.share >= other.share else other


RIGHT, WRONG = Outcome(1.0), Outcome(0.0)

Condition = Outcome | SupportsFloat | Callable[[], object]
"""What a part or a misconception is decided by: an Outcome, a truth value, or a function that gives one."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an item: how many points, whether earned, and the misconceptions that explain a failure."""

    max_points: float
    outcome: Outcome
    label: str | None = None
    misconceptions: tuple[str, ...] = ()

    def unless(self, **suspects: Condition) -> Part:
        """Look for misconceptions if this part is not right: name -> a condition on the answer, tried at once.

        One that cannot be evaluated on this answer does not apply.
        """
        if self.outcome:
            return self
        found = tuple(name for name, condition in suspects.items() if _holds(condition))
        return Part(self.max_points, self.outcome, self.label, self.misconceptions + found)

    @property
    def points(self) -> float:
        """The points earned, to two decimals."""
        return round(self.max_points * min(1.0, max(0.0, self.outcome.share)), 2)


def points(number: float, condition: Condition, label: str | None = None) -> Part:
    """Give `number` points if the condition holds; a share between 0 and 1 gives that share of them.

    label: a key of PARTS in checks.py, which says in both languages what this part is about.
    """
    return Part(number, as_outcome(condition), label)


def as_outcome(condition: object) -> Outcome:
    """Read an Outcome, a truth value or a share; a function is called first."""
    value = condition() if callable(condition) else condition
    return value if isinstance(value, Outcome) else Outcome(float(value))  # type: ignore[arg-type] # bool, np.bool_, float


def _holds(condition: Condition) -> bool:
    try:
        return bool(as_outcome(condition))
    except Exception:  # noqa: BLE001 - the answer may be anything; a suspicion about it that fails is not confirmed
        return False

"""The rules between a mark and the mark that counts."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from grading.policy import Extension, Policy, attempts_left, extended, kept_share, late_s, window

DUE = datetime(2026, 12, 1, 16, tzinfo=UTC)
HOUR, DAY = 3600, 86400


def policy(**rules: Any) -> Policy:
    return Policy.model_validate({"due": DUE, **rules})


def after(seconds: float) -> datetime:
    return DUE + timedelta(seconds=seconds)


def test_without_a_due_time_nothing_is_ever_late() -> None:
    assert late_s(Policy.model_validate({}), after(10**9)) == 0
    assert window(Policy.model_validate({}), after(10**9)) == "open"


def test_the_grace_period_is_on_time_and_afterwards_all_of_the_delay_counts() -> None:
    rules = policy(grace_s=600)
    assert [late_s(rules, after(s)) for s in (-1, 0, 600, 601)] == [0, 0, 0, 601]


def test_a_started_day_costs_a_whole_day_down_to_the_floor() -> None:
    rules = policy(late_penalty_per_day=0.1, late_floor=0.5)
    shares = [kept_share(rules, late) for late in (0, 1, DAY, DAY + 1, 4 * DAY, 30 * DAY)]
    assert shares == pytest.approx([1.0, 0.9, 0.9, 0.8, 0.6, 0.5])


def test_after_the_last_moment_nothing_is_taken() -> None:
    rules = policy(late_until_s=2 * DAY)
    assert [window(rules, after(s)) for s in (0, 1, 2 * DAY, 2 * DAY + 1)] == ["open", "late", "late", "closed"]


def test_no_lateness_allowed_still_honours_the_grace_period() -> None:
    rules = policy(late_until_s=0, grace_s=300)
    assert [window(rules, after(s)) for s in (300, 301)] == ["open", "closed"]


def test_an_extension_moves_the_due_time_and_adds_attempts() -> None:
    rules = extended(policy(max_attempts=3), Extension(due=after(7 * DAY), attempts=2, reason="illness"))
    assert (rules.due, rules.max_attempts) == (after(7 * DAY), 5)
    assert extended(policy(), Extension(due=None, attempts=2, reason="")).max_attempts is None
    assert extended(policy(), None) == policy()


def test_attempts_run_out_but_never_below_none() -> None:
    assert [attempts_left(policy(max_attempts=2), used) for used in (0, 2, 5)] == [2, 0, 0]
    assert attempts_left(policy(), 1000) is None


@given(late=st.integers(0, 10**8), per_day=st.floats(0, 1), floor=st.floats(0, 1))
def test_lateness_never_gives_points_and_more_of_it_never_helps(late: int, per_day: float, floor: float) -> None:
    rules = policy(late_penalty_per_day=per_day, late_floor=floor)
    assert 0 <= kept_share(rules, late + 1) <= kept_share(rules, late) <= 1


@pytest.mark.parametrize(
    "wrong", [{"due": "2026-12-01T16:00:00"}, {"max_attempts": 0}, {"graceful": 1}, {"late_floor": 2}]
)
def test_a_wrong_rule_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Policy.model_validate(wrong)

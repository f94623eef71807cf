import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.checks import (
    as_dict,
    as_list,
    as_number,
    as_series,
    as_table,
    close,
    f1,
    graded,
    points,
    same,
    same_set,
    same_table,
)
from grading.checks.outcome import Outcome
from grading.errors import AnswerError

WANT = pd.Series([1.0, 2.5, np.nan], index=[7, 8, 9])


@pytest.mark.parametrize(
    "got",
    [
        WANT,
        WANT.sort_index(ascending=False),
        {7: 1, 8: 2.5, 9: None},
        [1, 2.5, float("nan")],
        np.array([1, 2.5, np.nan]),
        pd.DataFrame({"any": WANT}),
        WANT.astype("Float64"),
        WANT.astype(str).where(WANT.notna()),
    ],
)
def test_many_forms_of_the_same_numbers_are_close(got: object) -> None:
    assert close(got, WANT)


@pytest.mark.parametrize(
    ("got", "form"),
    [
        (WANT.iloc[:2], "form_length"),
        (WANT.set_axis([0, 1, 2]), "form_index"),
        ([1, 2.5], "form_length"),
        (3, "form_type"),
        (None, "form_type"),
        (pd.Series(["a", "b", "c"], index=WANT.index), "form_number"),
        (pd.Series([np.nan, 2.5, np.nan], index=WANT.index), "form_missing"),
        (pd.Series([1, 1, 2.5], index=[7, 7, 8]), "form_index"),
    ],
)
def test_another_form_is_wrong_and_says_how(got: object, form: str) -> None:
    outcome = close(got, WANT)
    assert not outcome
    assert outcome.form == form


def test_other_numbers_are_wrong_without_a_complaint_about_their_form() -> None:
    assert close(WANT + 1, WANT) == Outcome(0.0)


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_close_is_what_it_says(a: float, b: float) -> None:
    assert bool(close(a, b, within=0.5)) == (abs(a - b) <= 0.5 + 1e-6 * abs(b))


def test_a_dict_that_lacks_a_key_is_told_so_without_the_key() -> None:
    assert close({"a": 1, "b": 2.0}, {"b": 2, "a": 1.0})
    for got in ({"a": 1}, {"a": 1, "c": 2}, {"a": 1, "b": 2, "c": 3}):
        outcome = close(got, {"a": 1, "b": 2})
        assert outcome in (Outcome(0.0, "form_length"), Outcome(0.0, "form_index")), "with no values to fill in"


def test_times_are_close_within_a_duration() -> None:
    moments = pd.Series(pd.to_datetime(["2025-01-01 10:00", None]))
    later = moments + pd.Timedelta(seconds=40)
    assert close(later, moments, within="1 minute")
    assert not close(later, moments, within="30 seconds")
    assert close(["2025-01-01T10:00:00", None], moments, within="1 second")
    assert close(pd.Timestamp("2025-01-01"), pd.Timestamp("2025-01-01"))
    assert not close("never", pd.Timestamp("2025-01-01"))


@pytest.mark.parametrize(
    ("got", "want", "right"),
    [
        (3.0, 3, True),
        (np.int64(3), 3, True),
        (" LOINC ", "LOINC", True),
        ("loinc", "LOINC", False),
        (np.True_, True, True),
        (None, float("nan"), True),
        (["a", "b"], ["a", "b"], True),
        (["b", "a"], ["a", "b"], False),
        ({"b": 1, "a": (2,)}, {"a": [2], "b": 1.0}, True),
        (pd.Series(["x"]), "x", False),
    ],
)
def test_same_means_the_same_whatever_the_type(got: object, want: object, *, right: bool) -> None:
    assert bool(same(got, want)) == right


def test_sets_ignore_order_and_repetition() -> None:
    assert same_set(["b", "a", "a"], {"a", "b"})
    assert same_set(pd.Series(["a", "b"]), ["b", "a"])
    assert not same_set(["a"], {"a", "b"})
    assert same_set("ab", {"a", "b"}).form == "form_type"


@given(st.sets(st.integers(0, 30)), st.sets(st.integers(0, 30)))
def test_f1_is_one_only_for_equal_sets_and_zero_only_for_disjoint_ones(a: set[int], b: set[int]) -> None:
    score = f1(list(a), b)
    assert (score == 1) == (a == b)
    assert (score == 0) == (not a & b and bool(a or b))


def test_a_score_becomes_a_share_of_the_points() -> None:
    assert points(4, graded(0.75, zero=0.5, full=1.0)).points == 2
    assert points(4, graded(0.2, zero=0.5, full=1.0)).points == 0
    assert points(4, graded(1.0, zero=0.5, full=0.98)).points == 4


def test_tables_are_matched_by_key_whatever_their_order() -> None:
    want = pd.DataFrame({"id": [1, 2], "value": [0.5, 1.5], "unit": ["mmol/L", "g/L"]})
    mixed = want.iloc[::-1][["unit", "value", "id"]].assign(more=1)
    assert same_table(mixed, want, key="id")
    assert not same_table(mixed, want)
    assert same_table(want.set_index("id"), want, key="id")
    assert same_table(want.to_dict("records"), want)
    assert same_table(want.drop(columns="unit"), want).form == "form_columns"
    assert same_table(want.head(1), want, key="id").form == "form_length"
    assert not same_table(want.assign(unit="g/L"), want, key="id")


def test_forms_that_cannot_be_read_are_refused() -> None:
    for read in (as_number, as_list, as_dict):
        with pytest.raises(AnswerError):
            read("text")
    with pytest.raises(AnswerError):
        as_number(True)
    with pytest.raises(AnswerError):
        as_table({"a": 1}, ["a"])
    with pytest.raises(AnswerError):
        as_series([[1, 2], [3, 4]], WANT)


def test_a_misconception_is_looked_for_only_where_points_were_lost() -> None:
    assert points(1, True).unless(wrong=True).misconceptions == ()
    assert points(1, False).unless(this=True, that=False).misconceptions == ("this",)


def test_a_misconception_that_cannot_be_evaluated_does_not_apply() -> None:
    assert points(1, False).unless(broken=lambda: 1 / 0, other=True).misconceptions == ("other",)

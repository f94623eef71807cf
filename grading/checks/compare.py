"""Comparators: compare meaning (tolerance, order, dtype), not form. Each gives an Outcome and never raises on content.

`want` decides how the two are compared; `got` may have any form that grading.checks.form can read.
"""

from collections.abc import Hashable, Iterable, Mapping

import numpy as np
import pandas as pd

from grading.checks.form import as_dict, as_list, as_number, as_series, as_table, numbers
from grading.checks.outcome import RIGHT, WRONG, Outcome
from grading.errors import AnswerError

Within = float | str | pd.Timedelta


def close(got: object, want: object, within: Within = 1e-6) -> Outcome:
    """Compare numbers or times, one by one; the share is 1 only if all agree.

    within: absolute tolerance for numbers (plus one millionth of the value), or a duration such as "1 minute" for
    times. Missing equals missing. A Series is compared by index, in any order; a list by position.
    """
    try:
        if isinstance(want, pd.Series):
            return _close_series(as_series(got, want), want, within)
        if isinstance(want, np.ndarray | list):
            like = pd.Series(list(want))
            return _close_series(as_series(as_list(got), like), like, within)
        if isinstance(want, Mapping):
            like = pd.Series(dict(want))
            return _close_series(as_series(as_dict(got), like), like, within)  # names no key: keys may be hidden inputs
        if isinstance(want, pd.Timestamp | pd.Timedelta):
            return _close_series(pd.Series([got]), pd.Series([want]), within)
        return _all(np.isclose(as_number(got), as_number(want), rtol=1e-6, atol=_number(within), equal_nan=True))
    except AnswerError as error:
        return Outcome(0.0, error.message, error.values)


def _close_series(got: pd.Series, want: pd.Series, within: Within) -> Outcome:
    if pd.api.types.is_datetime64_any_dtype(want):
        return _close_times(got, want, within)
    a, b = numbers(got), numbers(want)
    if (a.isna() & b.notna()).any():
        return Outcome(0.0, "form_missing")
    return _all(np.isclose(a, b, rtol=1e-6, atol=_number(within), equal_nan=True))


def _close_times(got: pd.Series, want: pd.Series, within: Within) -> Outcome:
    tolerance = pd.Timedelta(within) if isinstance(within, str | pd.Timedelta) else pd.Timedelta(seconds=within)
    try:
        a = pd.to_datetime(got, utc=want.dt.tz is not None)
        apart = (a - want.dt.tz_convert("UTC") if want.dt.tz is not None else a - want).abs()
    except (TypeError, ValueError):
        return Outcome(0.0, "form_type", {"want": "`pd.Timestamp`", "got": "?"})
    if (a.isna() & want.notna()).any():
        return Outcome(0.0, "form_missing")
    return _all(((apart <= tolerance) | (a.isna() & want.isna())).to_numpy())


def _number(within: Within) -> float:
    return float(within) if isinstance(within, int | float) else pd.Timedelta(within) / pd.Timedelta(days=1)


def _all(agree: np.ndarray | np.bool_ | bool) -> Outcome:  # noqa: FBT001 - NumPy gives a bare truth value for scalars
    return RIGHT if bool(np.all(agree)) else WRONG


def same(got: object, want: object) -> Outcome:
    """Compare values, exactly: text without outer blanks, numbers whatever their type, Series by index."""
    if isinstance(want, pd.Series):
        try:
            series = as_series(got, want)
        except AnswerError as error:
            return Outcome(0.0, error.message, error.values)
        return _all(np.array([_plain(a) == _plain(b) for a, b in zip(series, want, strict=True)]))
    if isinstance(want, list | np.ndarray):
        try:
            items = as_list(got)
        except AnswerError as error:
            return Outcome(0.0, error.message, error.values)
        return RIGHT if [_plain(a) for a in items] == [_plain(b) for b in want] else WRONG
    return RIGHT if _plain(got) == _plain(want) else WRONG


def same_set(got: object, want: Iterable[Hashable]) -> Outcome:
    """Compare as sets: order and repetition do not matter."""
    try:
        return RIGHT if _set(got) == {_plain(value) for value in want} else WRONG
    except AnswerError as error:
        return Outcome(0.0, error.message, error.values)


def f1(got: object, want: Iterable[Hashable]) -> float:
    """Give the F1 score of a set, 0 to 1: the harmonic mean of precision and recall; two empty sets agree."""
    try:
        found = _set(got)
    except AnswerError:
        return 0.0
    truth = {_plain(value) for value in want}
    return 1.0 if not found and not truth else 2 * len(found & truth) / (len(found) + len(truth))


def graded(value: float, *, zero: float, full: float) -> Outcome:
    """Turn a score into a share: nothing up to `zero`, everything from `full`, straight in between."""
    return Outcome(float(np.clip((value - zero) / (full - zero), 0.0, 1.0)))


def same_table(got: object, want: pd.DataFrame, key: str | list[str] | None = None, within: Within = 1e-6) -> Outcome:
    """Compare tables on the columns of `want`; more columns and their order do not matter.

    key: the columns that identify a row; rows are then matched by them, in any order. Without it, by position.
    """
    try:
        table = as_table(got, want.columns)
    except AnswerError as error:
        return Outcome(0.0, error.message, error.values)
    if len(table) != len(want):
        return Outcome(0.0, "form_length")
    keys = [key] if isinstance(key, str) else list(key or [])
    if keys:
        a, b = _indexed(table, keys), _indexed(want, keys)
        if a.index.has_duplicates or not a.index.isin(b.index).all():
            return Outcome(0.0, "form_index")
        table, want = a.reindex(b.index), b
    else:
        want = want.reset_index(drop=True)
    result = RIGHT
    for name in want.columns:
        result = result & _same_column(table[name], want[name], within)
    return result


def _indexed(table: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    plain = table.copy()
    for name in keys:
        plain[name] = table[name].map(_plain)
    return plain.set_index(keys)


def _same_column(got: pd.Series, want: pd.Series, within: Within) -> Outcome:
    if pd.api.types.is_datetime64_any_dtype(want) or (
        pd.api.types.is_numeric_dtype(want) and not pd.api.types.is_bool_dtype(want)
    ):
        return close(got, want, within)
    return same(got, want)


def _set(got: object) -> set[object]:
    try:
        return {_plain(value) for value in as_list(got)}
    except TypeError:
        raise AnswerError("form_type", want="`list`", got="?") from None


def _plain(value: object) -> object:
    """Bring equal meanings to equal values: 3.0 is 3, np.True_ is True, ' a ' is 'a', any missing is None."""
    if isinstance(value, list | tuple):
        return tuple(_plain(part) for part in value)
    if isinstance(value, dict):
        return tuple(sorted((str(k), _plain(v)) for k, v in value.items()))
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, pd.Series | pd.DataFrame | np.ndarray):
        return ("table", value.shape)
    if value is None or value is pd.NaT or (isinstance(value, float) and np.isnan(value)) or value is pd.NA:
        return None
    return value

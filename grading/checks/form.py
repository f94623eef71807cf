"""Bring an answer into the form asked for, leniently; AnswerError says what was wrong with the form.

A learner may return an int where a float is meant, a list where a Series is meant, columns in another order.
What cannot be read without guessing is refused, and the feedback names the form, never a value.
"""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from grading.errors import AnswerError


def as_number(answer: object) -> float:
    """Read one number; bool, text and missing are refused."""
    if isinstance(answer, pd.Series | np.ndarray) and answer.size == 1:
        answer = np.asarray(answer).reshape(-1)[0]
    if isinstance(answer, bool | np.bool_ | str) or answer is None:
        raise AnswerError("form_type", want="`float`", got=kind_of(answer))
    try:
        return float(answer)  # type: ignore[arg-type] # refused below
    except (TypeError, ValueError):
        raise AnswerError("form_type", want="`float`", got=kind_of(answer)) from None


def as_series(answer: object, like: pd.Series) -> pd.Series:
    """Read a Series that covers exactly the index of `like`, in its order; a dict counts, a list by position.

    Raises AnswerError form_type, form_length or form_index.
    """
    series = _series(answer, like)
    if len(series) != len(like):
        raise AnswerError("form_length" if series.index.isin(like.index).all() else "form_index")
    if series.index.has_duplicates or not series.index.isin(like.index).all():
        raise AnswerError("form_index")
    return series.reindex(like.index)


def _series(answer: object, like: pd.Series) -> pd.Series:
    if isinstance(answer, pd.DataFrame) and answer.shape[1] == 1:
        return answer.iloc[:, 0]
    if isinstance(answer, pd.Series):
        return answer
    if isinstance(answer, dict):
        return pd.Series(answer, dtype=None if answer else "float64")
    if isinstance(answer, list | np.ndarray) and np.ndim(answer) == 1:
        if len(answer) != len(like):
            raise AnswerError("form_length")
        return pd.Series(list(answer), index=like.index)
    raise AnswerError("form_type", want="`pd.Series`", got=kind_of(answer))


def as_table(answer: object, columns: Iterable[str]) -> pd.DataFrame:
    """Read a DataFrame with at least these columns, in this order; an index that is one of them is reset."""
    wanted = list(columns)
    if isinstance(answer, list) and all(isinstance(row, dict) for row in answer):
        answer = pd.DataFrame(answer, columns=None if answer else wanted)
    if isinstance(answer, pd.Series) and answer.name in wanted:
        answer = answer.to_frame()
    if not isinstance(answer, pd.DataFrame):
        raise AnswerError("form_type", want="`pd.DataFrame`", got=kind_of(answer))
    if set(wanted) - set(answer.columns) and set(wanted) & set(answer.index.names):
        answer = answer.reset_index()
    if set(wanted) - set(answer.columns) or answer.columns.has_duplicates:
        raise AnswerError("form_columns", want=_names(wanted))
    return answer[wanted].reset_index(drop=True)


def as_dict(answer: object, keys: Iterable[object] | None = None) -> dict[object, object]:
    """Read a dict (a Series counts); with `keys`, exactly these keys."""
    if isinstance(answer, pd.Series):
        answer = answer.to_dict()
    if not isinstance(answer, dict):
        raise AnswerError("form_type", want="`dict`", got=kind_of(answer))
    if keys is not None and set(answer) != set(keys):
        raise AnswerError("form_keys", want=_names(keys))
    return answer


def as_list(answer: object) -> list[object]:
    """Read a list of plain values: a list, an array, a Series, or the one column of a table."""
    if isinstance(answer, pd.DataFrame) and answer.shape[1] == 1:
        answer = answer.iloc[:, 0]
    if isinstance(answer, pd.Series | pd.Index | np.ndarray):
        return list(answer.tolist())
    if not isinstance(answer, list):
        raise AnswerError("form_type", want="`list`", got=kind_of(answer))
    return answer


def as_text(answer: object) -> str:
    """Read one text."""
    if not isinstance(answer, str):
        raise AnswerError("form_type", want="`str`", got=kind_of(answer))
    return answer.strip()


def numbers(series: pd.Series) -> pd.Series:
    """Turn a Series into floats; missing stays NaN, Timedelta becomes days; AnswerError form_number otherwise."""
    if pd.api.types.is_timedelta64_dtype(series):
        return pd.Series(series.dt.total_seconds() / 86400)
    if pd.api.types.is_datetime64_any_dtype(series):
        raise AnswerError("form_number")
    try:
        return pd.to_numeric(series).astype("float64")
    except (TypeError, ValueError):
        raise AnswerError("form_number") from None


def kind_of(answer: object) -> str:
    """Name a type for the feedback; only names that we know, because a name could carry data out."""
    known = (bool, int, float, str, list, dict, pd.Timestamp, pd.Timedelta, np.ndarray, pd.Series, pd.DataFrame)
    return "None" if answer is None else next((f"`{t.__name__}`" for t in known if isinstance(answer, t)), "?")


def _names(names: Iterable[object]) -> str:
    return ", ".join(f"`{name}`" for name in names)

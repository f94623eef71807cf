"""What goes through the wall of the sandbox comes out the same on the other side."""

import datetime as dt
import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from grading.sandbox.inside.decode import MalformedError, decode
from grading.sandbox.inside.encode import NotPlainError, TooLargeError, encode


def through(value: object) -> Any:
    node, buffers = encode(value, 1 << 26)
    return decode(json.loads(json.dumps(node, allow_nan=False)), buffers)


texts = st.text(st.characters(exclude_categories=["Cs"]))
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts
stamps = st.datetimes(dt.datetime(1700, 1, 1), dt.datetime(2200, 1, 1)).map(pd.Timestamp)  # noqa: DTZ001 - naive is meant
plain = st.recursive(
    scalars | stamps,
    lambda inner: st.lists(inner) | st.dictionaries(texts | st.integers(), inner) | st.lists(inner).map(tuple),
    max_leaves=20,
)


@given(plain)
def test_plain_values_come_out_as_they_went_in(value: object) -> None:
    assert through(value) == value


@given(st.sets(st.integers() | texts))
def test_sets_stay_sets(value: set[object]) -> None:
    assert through(value) == value


dtypes = st.sampled_from(["b1", "i1", "i8", "u4", "f4", "f8", "M8[ns]", "M8[s]", "m8[us]"])


@given(dtypes.flatmap(lambda dtype: arrays(dtype, array_shapes(min_side=0, max_dims=3))))
def test_arrays_keep_dtype_and_shape(value: np.ndarray[Any, Any]) -> None:
    got = through(value)
    assert got.dtype == value.dtype
    np.testing.assert_array_equal(got, value)


cells = st.one_of(
    st.lists(st.integers(-(2**40), 2**40), max_size=6).map(lambda v: pd.Series(v, dtype="int64")),
    st.lists(st.floats() | st.none(), max_size=6).map(lambda v: pd.Series(v, dtype="float64")),
    st.lists(texts | st.none(), max_size=6).map(lambda v: pd.Series(v, dtype="str")),
    st.lists(st.integers(0, 9) | st.none(), max_size=6).map(lambda v: pd.Series(v, dtype="Int64")),
    st.lists(st.booleans() | st.none(), max_size=6).map(lambda v: pd.Series(v, dtype="boolean")),
    st.lists(stamps | st.none(), max_size=6).map(lambda v: pd.Series(v, dtype="datetime64[us]")),
    st.lists(stamps | st.none(), max_size=6).map(lambda v: pd.Series(v, dtype="datetime64[us, Asia/Shanghai]")),
    st.lists(st.sampled_from("abc"), max_size=6).map(lambda v: pd.Series(pd.Categorical(v, categories=list("abcd")))),
)


@settings(deadline=None)
@given(cells, texts | st.integers() | st.none())
def test_series_keep_values_dtype_and_name(value: "pd.Series[Any]", name: object) -> None:
    value = value.rename(name)  # type: ignore[call-overload]  # a name may be any of these
    pd.testing.assert_series_equal(through(value), value)


TABLE = pd.DataFrame(
    {
        "a": [1, 2, 3],
        "s": ["x", None, "院"],
        "t": pd.Series(["2026-01-01", None, "2026-01-02"], dtype="datetime64[us]"),
        "z": pd.date_range("2026", periods=3, tz="Asia/Shanghai"),
        "c": pd.Categorical(["a", "b", "a"], ordered=True),
        "i": pd.array([1, None, 3], dtype="Int64"),
        "o": [[1], {"k": 2}, None],
        "b": [True, False, True],
        "d": pd.to_timedelta([1, 2, None], unit="h"),
    }
)
GROUPED = TABLE.groupby("b").agg({"a": ["mean", "max"]})


@pytest.mark.parametrize(
    "table",
    [
        TABLE,
        TABLE.iloc[1:],
        TABLE.set_index(["a", "s"]),
        TABLE.set_index("t"),
        GROUPED,
        TABLE[["a", "b"]].T,
        TABLE.iloc[:0],
        pd.concat([TABLE["a"], TABLE["a"]], axis=1),
        TABLE[["a"]].rename_axis(index="行", columns="列"),
    ],
    ids=[
        "mixed",
        "sliced",
        "two levels",
        "time index",
        "column levels",
        "turned",
        "no rows",
        "same label",
        "axis names",
    ],
)
def test_tables_come_out_as_they_went_in(table: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(through(table), table)


def test_python_and_numpy_relatives_become_their_plain_kin() -> None:
    assert through(np.float32(1.5)) == 1.5
    assert through(np.int8(3)) == 3
    assert through(np.bool_(True)) is True
    assert through(dt.date(2026, 1, 2)) == pd.Timestamp("2026-01-02")
    assert through(dt.timedelta(hours=1)) == pd.Timedelta("1h")
    assert through(pd.NA) is None
    assert pd.isna(through(pd.NaT))
    assert through({"a": 1}.keys()) == ["a"]
    assert through(pd.Timestamp("2026-01-01 10:00+08:00")) == pd.Timestamp("2026-01-01 10:00+08:00")


@pytest.mark.parametrize("value", [object(), b"x", 1j, print, np.array([1j]), pd.Series([object()]), [{"a": b"x"}]])
def test_what_is_not_plain_is_refused(value: object) -> None:
    with pytest.raises(NotPlainError):
        encode(value, 1 << 20)


@pytest.mark.parametrize(
    "value", ["x" * 2000, [0] * 2000, np.zeros(2000), pd.Series(["ab"] * 2000), pytest.param(10**5000, id="int")]
)
def test_what_is_too_large_is_refused(value: object) -> None:
    with pytest.raises(TooLargeError):
        encode(value, 1500)


nodes = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["i", "f", "t", "s", "d", "ts", "td", "a", "index", "series", "frame"]), inner, max_size=1
        )
        | st.tuples(st.sampled_from("nsmco"), inner, inner, inner).map(list)
    ),
    max_leaves=12,
)


@settings(deadline=None, max_examples=400)
@given(nodes, st.lists(st.binary(max_size=32), max_size=3))
def test_whatever_is_sent_is_plain_data_or_malformed(node: object, buffers: list[bytes]) -> None:
    try:
        value = decode(node, buffers)
    except MalformedError:
        return
    encode(value, 1 << 24)

"""Plain data -> JSON and column buffers: the only form in which data cross the wall of the sandbox.

A value becomes a *node* (JSON) that may point at *buffers* (bytes, numbered):
    None, True, "text", 3, 2.5      themselves         [..]            a list
    {"i": "digits"}                 a large int        {"f": "nan"}    nan, inf, -inf
    {"t": [..]} {"s": [..]}         tuple, set         {"d": [[k, v], ..]}   dict
    {"ts": [i8, unit, tz]}          Timestamp          {"td": [i8, unit]}    Timedelta    {"nat": 1}    NaT
    {"a": [column, shape]}          ndarray            {"index": index}
    {"series": [name, index, column]}                  {"frame": [columns, index, [column, ..]]}
index = [names, [column, ..]]; columns = [names, [label, ..]]; a column is one of
    ["n", dtype, buffer, tz]                    fixed width, little endian
    ["s", n, valid, offsets, bytes, dtype]      text in Arrow's layout; valid may be None
    ["m", dtype, buffer, valid]                 pandas' masked arrays
    ["c", codes, categories, ordered]           categorical
    ["o", [node, ..]]                           anything else, one by one
Nothing is ever pickled, compressed or nested in buffers, so sizes in are sizes out.
"""

import datetime as dt
import decimal
import math
import numbers
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

Node = Any
"""JSON as described above."""

MAX_DEPTH = 16
FIXED = "biufMm"
SAFE_INT = 2**53


class NotPlainError(Exception):
    """The value is not plain data; the message names its type."""


class TooLargeError(Exception):
    """The value needs more than the bytes allowed."""


class Encoder:
    """Collects the buffers of one value; `budget` is the bytes that nodes and buffers may take together."""

    def __init__(self, budget: int) -> None:
        self.budget = budget
        self.buffers: list[bytes] = []

    def _spend(self, size: int) -> None:
        self.budget -= size
        if self.budget < 0:
            raise TooLargeError

    def _buffer(self, data: bytes) -> int:
        self._spend(len(data))
        self.buffers.append(data)
        return len(self.buffers) - 1

    def node(self, value: object, depth: int = 0) -> Node:
        """Encode any value; NotPlainError, TooLargeError."""
        if depth > MAX_DEPTH:
            raise NotPlainError("nested too deeply")
        self._spend(8)
        for kinds, encode in _KINDS:
            if isinstance(value, kinds):
                return encode(self, value, depth)
        raise NotPlainError(type(value).__name__)

    def text(self, value: str, _depth: int = 0) -> Node:
        """Encode a text; lone surrogates are refused."""
        plain = str.__str__(value)
        try:
            self._spend(len(plain.encode()))
        except UnicodeEncodeError:
            raise NotPlainError("text that is not Unicode") from None
        return plain

    def many(self, values: Sequence[object] | AbstractSet[object], depth: int) -> list[Node]:
        """Encode each value."""
        return [self.node(value, depth + 1) for value in values]

    def mapping(self, value: Mapping[object, object], depth: int) -> Node:
        """Encode a dict with plain keys, in its order."""
        return {"d": [[self.node(k, depth + 1), self.node(v, depth + 1)] for k, v in value.items()]}

    def array(self, value: np.ndarray[Any, Any], depth: int) -> Node:
        """Encode an ndarray of any shape."""
        return {"a": [self.column(np.asarray(value).ravel(), depth), [int(n) for n in value.shape]]}

    def series(self, value: "pd.Series[Any]", depth: int) -> Node:
        """Encode name, index and values."""
        return {"series": [self.node(value.name, depth + 1), self.index(value.index, depth), self.column(value, depth)]}

    def frame(self, value: pd.DataFrame, depth: int) -> Node:
        """Encode labels, index and each column; labels may repeat."""
        labels = [self.many(value.columns.names, depth), self.many(list(value.columns), depth)]
        data = [self.column(value.iloc[:, i], depth) for i in range(value.shape[1])]
        return {"frame": [labels, self.index(value.index, depth), data]}

    def index(self, value: "pd.Index[Any]", depth: int) -> list[Node]:
        """Encode the names and one column per level."""
        levels = [value.get_level_values(i) for i in range(value.nlevels)]
        return [self.many(value.names, depth), [self.column(level, depth) for level in levels]]

    def column(self, values: Any, depth: int) -> list[Node]:  # noqa: ANN401 - ndarray, Series or Index alike
        """Encode one dimension of values."""
        special = self._special(values, depth)
        if special is not None:
            return special
        dtype = values.dtype
        if isinstance(dtype, np.dtype) and dtype.kind in FIXED and not dtype.hasobject:
            return self._fixed(np.asarray(values), None)
        if hasattr(dtype, "numpy_dtype") and hasattr(dtype, "na_value") and dtype.numpy_dtype.kind in "biuf":
            return self._masked(values, dtype)
        objects = np.asarray(values, dtype=object)
        if len(objects) and pd.api.types.infer_dtype(objects, skipna=True) == "string":
            return self._strings(objects, "object")
        return ["o", self.many(list(objects), depth)]

    def _special(self, values: Any, depth: int) -> list[Node] | None:  # noqa: ANN401 - as above
        """Encode what is pandas' own: categories, time zones, text; None if it is something else."""
        dtype = values.dtype
        if isinstance(dtype, pd.CategoricalDtype):
            codes = values.cat.codes if isinstance(values, pd.Series) else values.codes
            categories = self.column(dtype.categories, depth)
            return ["c", self.column(np.asarray(codes), depth), categories, bool(dtype.ordered)]
        if isinstance(dtype, pd.DatetimeTZDtype):
            plain = np.asarray(values.dt.tz_convert(None) if isinstance(values, pd.Series) else values.tz_convert(None))
            return self._fixed(plain, str(dtype.tz))
        if isinstance(dtype, pd.StringDtype):
            return self._strings(values, "str")
        return None

    def _fixed(self, values: np.ndarray[Any, Any], tz: str | None) -> list[Node]:
        if values.dtype.kind == "f" and values.dtype.itemsize > 8:  # noqa: PLR2004 - long double
            values = values.astype("f8")
        dtype = values.dtype.newbyteorder("<")
        return ["n", dtype.str, self._buffer(np.ascontiguousarray(values, dtype=dtype).tobytes()), tz]

    def _masked(self, values: Any, dtype: Any) -> list[Node]:  # noqa: ANN401 - pandas' masked and Arrow arrays
        valid = ~np.asarray(values.isna())
        plain = pd.Series(values.array).to_numpy(dtype=dtype.numpy_dtype, na_value=dtype.numpy_dtype.type(0))
        return ["m", plain.dtype.newbyteorder("<").str, self._buffer(plain.tobytes()), self._buffer(valid.tobytes())]

    def _strings(self, values: Any, dtype: str) -> list[Node]:  # noqa: ANN401 - Series, Index or ndarray
        self._spend(8 * len(values))
        try:
            text = pa.array(np.asarray(values, dtype=object), type=pa.large_string(), from_pandas=True)
        except (pa.ArrowException, UnicodeError):
            raise NotPlainError("text that is not Unicode") from None
        if isinstance(text, pa.ChunkedArray):
            text = text.combine_chunks()
        _, offsets, data = text.buffers()
        valid = self._buffer(np.asarray(text.is_valid()).tobytes()) if text.null_count else None
        ends = np.frombuffer(offsets, "<i8")[: len(text) + 1].tobytes()
        return ["s", len(text), valid, self._buffer(ends), self._buffer(data.to_pybytes() if data else b""), dtype]

    def integer(self, value: Any, _depth: int) -> Node:  # noqa: ANN401 - int and numpy's
        """Encode an int of up to 4,000 bits."""
        plain = int(value)
        if abs(plain) < SAFE_INT:
            return plain
        if plain.bit_length() > 4000:  # noqa: PLR2004 - Python refuses to read much longer ones
            raise TooLargeError
        return {"i": str(plain)}

    def real(self, value: Any, _depth: int) -> Node:  # noqa: ANN401 - float, numpy's, Decimal, Fraction
        """Encode a float; nan and infinities are not JSON."""
        plain = float(value)
        return plain if math.isfinite(plain) else {"f": str(plain)}

    def timestamp(self, value: Any, _depth: int) -> Node:  # noqa: ANN401 - everything pd.Timestamp takes
        """Encode a point in time; a date is its midnight."""
        stamp = pd.Timestamp(value)
        if pd.isna(stamp):
            return {"nat": 1}
        naive = stamp.tz_convert(None) if stamp.tz is not None else stamp
        count = int(naive.to_datetime64().astype("i8"))
        return {"ts": [str(count), stamp.unit, None if stamp.tz is None else str(stamp.tz)]}

    def timedelta(self, value: Any, _depth: int) -> Node:  # noqa: ANN401 - everything pd.Timedelta takes
        """Encode a span of time."""
        span = pd.Timedelta(value)
        if pd.isna(span):
            return {"nat": 1}
        return {"td": [str(int(span.to_timedelta64().astype("i8"))), span.unit]}


def encode(value: object, budget: int) -> tuple[Node, list[bytes]]:
    """Give the node and the buffers of a value; NotPlainError, TooLargeError."""
    encoder = Encoder(budget)
    try:
        node = encoder.node(value)
    except (NotPlainError, TooLargeError):
        raise
    except Exception as error:  # noqa: BLE001 - a hostile object may raise anything when it is looked at
        raise NotPlainError(type(error).__name__) from None
    return node, encoder.buffers


_Kind = tuple[type | tuple[type, ...], Callable[[Encoder, Any, int], Node]]

_KINDS: tuple[_Kind, ...] = (
    (type(None), lambda _e, _v, _d: None),
    ((bool, np.bool_), lambda _e, v, _d: bool(v)),
    ((type(pd.NaT),), lambda _e, _v, _d: {"nat": 1}),
    ((type(pd.NA),), lambda _e, _v, _d: None),
    (str, Encoder.text),
    ((np.timedelta64, dt.timedelta), Encoder.timedelta),
    ((int, np.integer), Encoder.integer),
    ((float, np.floating, decimal.Decimal, numbers.Rational), Encoder.real),
    ((dt.date, np.datetime64), Encoder.timestamp),
    ((pd.Period, pd.Interval, dt.time), lambda e, v, _d: e.text(str(v))),
    (pd.DataFrame, Encoder.frame),
    (pd.Series, Encoder.series),
    (pd.Index, lambda e, v, d: {"index": e.index(v, d)}),
    ((pd.api.extensions.ExtensionArray,), lambda e, v, d: e.node(pd.Series(v).to_numpy(), d)),
    (np.ndarray, Encoder.array),
    (list, Encoder.many),
    (tuple, lambda e, v, d: {"t": e.many(v, d)}),
    ((set, frozenset), lambda e, v, d: {"s": e.many(v, d)}),
    (dict, Encoder.mapping),
    ((type({}.keys()), type({}.values())), lambda e, v, d: e.many(list(v), d)),
)

"""JSON and column buffers -> plain data, believing nothing (the layout is described in encode.py).

Every dtype comes from a fixed list, every length must fit its buffer, labels must be hashable plain data.
What does not fit is a MalformedError. Memory used is at most a small multiple of the bytes received.
"""

import contextlib
import re
from collections.abc import Callable, Hashable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

MAX_DEPTH = 40
UNITS = ("s", "ms", "us", "ns")
FIXED = re.compile(r"[<|](b1|[iu][1248]|f[248]|[Mm]8\[(s|ms|us|ns)\])")
MAX_DIGITS = 1300


class MalformedError(Exception):
    """What came out of the sandbox is not in the agreed form."""


def decode(node: object, buffers: list[bytes]) -> object:
    """Give the plain value; MalformedError whatever was wrong."""
    try:
        return _Decoder(buffers).value(node, 0)
    except MalformedError:
        raise
    except (ValueError, TypeError, KeyError, IndexError, OverflowError, RecursionError, pa.ArrowException) as error:
        raise MalformedError(type(error).__name__) from None


def _need(fact: object) -> None:
    if not fact:
        raise MalformedError


def _list(node: object, length: int | None = None) -> list[Any]:
    if not isinstance(node, list) or (length is not None and len(node) != length):
        raise MalformedError
    return node


def _text(node: object) -> str:
    if not isinstance(node, str):
        raise MalformedError
    with _not_unicode():
        node.encode()
    return node


@contextlib.contextmanager
def _not_unicode() -> Iterator[None]:
    try:
        yield
    except UnicodeError:
        raise MalformedError("text that is not Unicode") from None


def _digits(node: object, most: int = 20) -> int:
    _need(isinstance(node, str) and re.fullmatch(rf"-?[0-9]{{1,{most}}}", node))
    return int(str(node))


def _zone(node: object) -> str | None:
    """Accept the name of a time zone; what pandas does not know is a ValueError there."""
    _need(node is None or (isinstance(node, str) and re.fullmatch(r"[A-Za-z0-9+:_/-]{1,40}", node)))
    return None if node is None else re.sub(r"^UTC(?=[+-])", "", str(node))


class _Decoder:
    """Reads nodes against the buffers of one frame."""

    def __init__(self, buffers: list[bytes]) -> None:
        self.buffers = buffers

    def value(self, node: object, depth: int) -> object:
        _need(depth <= MAX_DEPTH)
        if node is None or isinstance(node, bool | int | float):
            return node
        if isinstance(node, str):
            return _text(node)
        if isinstance(node, list):
            return [self.value(part, depth + 1) for part in node]
        if not isinstance(node, dict) or len(node) != 1:
            raise MalformedError
        [(kind, content)] = node.items()
        _need(kind in _READERS)
        return _READERS[kind](self, content, depth)

    def label(self, node: object, depth: int) -> Hashable:
        """Read what may be a key, a name or a column label."""
        value = self.value(node, depth)
        _need(value is None or isinstance(value, str | int | float | tuple | pd.Timestamp | pd.Timedelta))
        hash(value)
        return value

    def labels(self, node: object, depth: int) -> list[Hashable]:
        return [self.label(part, depth + 1) for part in _list(node)]

    def mapping(self, node: object, depth: int) -> dict[Hashable, object]:
        pairs = [_list(pair, 2) for pair in _list(node)]
        return {self.label(key, depth + 1): self.value(value, depth + 1) for key, value in pairs}

    def timestamp(self, node: object, _depth: int) -> object:
        count, unit, zone = _list(node, 3)
        _need(unit in UNITS)
        stamp = pd.Timestamp(np.datetime64(_digits(count), unit))
        name = _zone(zone)
        return stamp if name is None else stamp.tz_localize("UTC").tz_convert(name)

    def timedelta(self, node: object, _depth: int) -> object:
        count, unit = _list(node, 2)
        _need(unit in UNITS)
        return pd.Timedelta(np.timedelta64(_digits(count), unit))

    def special(self, node: object, _depth: int) -> float:
        _need(node in ("nan", "inf", "-inf"))
        return float(str(node))

    def array(self, node: object, depth: int) -> object:
        column, shape = _list(node, 2)
        _need(all(type(n) is int and n >= 0 for n in _list(shape)) and len(shape) <= 8)  # noqa: PLR2004 - dimensions
        values = self.column(column, depth)
        if not isinstance(values, np.ndarray):
            values = np.asarray(values, dtype=object)
        return values.reshape(shape)

    def index(self, node: object, depth: int) -> "pd.Index[Any]":
        names, levels = _list(node, 2)
        columns = [self.column(level, depth) for level in _list(levels)]
        known = self.labels(names, depth)
        _need(1 <= len(columns) == len(known))
        if len(columns) == 1:
            single: pd.Index[Any] = pd.Index(columns[0], name=known[0], tupleize_cols=False)
            return single
        _need(len({len(column) for column in columns}) == 1)
        return pd.MultiIndex.from_arrays(columns, names=known)

    def series(self, node: object, depth: int) -> object:
        name, index, column = _list(node, 3)
        return pd.Series(self.column(column, depth), index=self.index(index, depth), name=self.label(name, depth))

    def frame(self, node: object, depth: int) -> object:
        columns, index, data = _list(node, 3)
        names, labels = _list(columns, 2)
        known, rows = self.labels(labels, depth), self.index(index, depth)
        _need(len(known) == len(_list(data)))
        parts = {i: pd.Series(self.column(part, depth), index=rows) for i, part in enumerate(data)}
        table = pd.DataFrame(parts, index=rows)
        table.columns = self._header(known, self.labels(names, depth))
        return table

    def _header(self, known: list[Hashable], names: list[Hashable]) -> "pd.Index[Any]":
        if len(names) > 1:
            tuples = [label for label in known if isinstance(label, tuple) and len(label) == len(names)]
            _need(len(tuples) == len(known))
            levels = [[label[i] for label in tuples] for i in range(len(names))]
            return pd.MultiIndex.from_arrays(levels, names=names)
        _need(len(names) == 1)
        return pd.Index(known, name=names[0], tupleize_cols=False)

    def column(self, node: object, depth: int) -> Any:  # noqa: ANN401 - an array of numpy's or of pandas'
        _need(depth <= MAX_DEPTH and isinstance(node, list) and node and node[0] in _COLUMNS)
        return _COLUMNS[node[0]](self, node[1:], depth + 1)  # type: ignore[index]  # a list, checked just above

    def buffer(self, number: object) -> bytes:
        _need(type(number) is int and 0 <= number < len(self.buffers))
        return self.buffers[int(str(number))]

    def fixed(self, node: list[Any], _depth: int) -> Any:  # noqa: ANN401 - an ndarray or a DatetimeArray
        dtype, number, zone = _list(node, 3)
        _need(isinstance(dtype, str) and FIXED.fullmatch(dtype))
        values = np.frombuffer(self.buffer(number), dtype=np.dtype(dtype)).copy()
        if values.dtype.kind == "b":
            _need((values.view("u1") <= 1).all())
        name = _zone(zone)
        return values if name is None else pd.DatetimeIndex(values).tz_localize("UTC").tz_convert(name).array

    def masked(self, node: list[Any], depth: int) -> object:
        dtype, number, valid = _list(node, 3)
        values = self.fixed([dtype, number, None], depth)
        keep = self.fixed(["|b1", valid, None], depth)
        _need(values.dtype.kind in "biuf" and len(values) == len(keep))
        kind = {"b": pd.arrays.BooleanArray, "f": pd.arrays.FloatingArray}.get(
            values.dtype.kind, pd.arrays.IntegerArray
        )
        return kind(values, ~keep)

    def strings(self, node: list[Any], depth: int) -> object:
        n, valid, offsets, data, dtype = _list(node, 5)
        _need(type(n) is int and n >= 0 and dtype in ("str", "object"))
        ends, text = self.buffer(offsets), self.buffer(data)
        _need(len(ends) == 8 * (n + 1))
        bitmap = None
        if valid is not None:
            keep = self.fixed(["|b1", valid, None], depth)
            _need(len(keep) == n)
            bitmap = pa.py_buffer(np.packbits(keep, bitorder="little").tobytes())
        array = pa.Array.from_buffers(pa.large_string(), n, [bitmap, pa.py_buffer(ends), pa.py_buffer(text)])
        array.validate(full=True)
        if dtype == "object":
            return np.array([*array.to_pylist(), None], dtype=object)[:-1]
        return pd.array(array.to_pylist(), dtype="str")

    def categorical(self, node: list[Any], depth: int) -> object:
        codes, categories, ordered = _list(node, 3)
        _need(isinstance(ordered, bool))
        plain = self.column(codes, depth)
        _need(isinstance(plain, np.ndarray) and plain.dtype.kind == "i")
        return pd.Categorical.from_codes(plain, categories=self.column(categories, depth), ordered=ordered)

    def objects(self, node: list[Any], depth: int) -> object:
        values = [self.value(part, depth) for part in _list(_list(node, 1)[0])]
        column = np.empty(len(values), dtype=object)
        column[:] = values if not any(isinstance(v, pd.Series | pd.DataFrame | np.ndarray) for v in values) else None
        for i, value in enumerate(values):
            column[i] = value
        return column


_READERS: dict[str, Callable[[_Decoder, Any, int], object]] = {
    "i": lambda _d, content, _depth: _digits(content, MAX_DIGITS),
    "f": _Decoder.special,
    "t": lambda d, content, depth: tuple(d.value(part, depth + 1) for part in _list(content)),
    "s": lambda d, content, depth: set(d.labels(content, depth)),
    "d": _Decoder.mapping,
    "ts": _Decoder.timestamp,
    "td": _Decoder.timedelta,
    "nat": lambda _d, _content, _depth: pd.NaT,
    "a": _Decoder.array,
    "index": _Decoder.index,
    "series": _Decoder.series,
    "frame": _Decoder.frame,
}

_COLUMNS: dict[str, Callable[[_Decoder, list[Any], int], object]] = {
    "n": _Decoder.fixed,
    "m": _Decoder.masked,
    "s": _Decoder.strings,
    "c": _Decoder.categorical,
    "o": _Decoder.objects,
}

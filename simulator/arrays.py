"""Small tools for whole columns: expand rows, look up ragged lists, make dictionary-encoded series."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

Ints = npt.NDArray[np.integer[Any]]
Floats = npt.NDArray[np.floating[Any]]
Bools = npt.NDArray[np.bool_]
Rng = np.random.Generator

SECOND = 1
MINUTE = 60
HOUR = 3600
DAY = 86400
SECOND_BITS = 34


@dataclass(frozen=True)
class Ragged:
    """Lists of unequal length end to end: list k is items[start[k]:start[k + 1]]."""

    start: Ints
    items: Ints

    @classmethod
    def of(cls, lists: Sequence[Sequence[int]]) -> "Ragged":
        """From plain lists of integers."""
        lengths = np.array([len(one) for one in lists], np.int64)
        flat = [item for one in lists for item in one]
        return cls(np.concatenate([[0], np.cumsum(lengths)]), np.array(flat, np.int64))

    def expand(self, which: Ints) -> tuple[Ints, Ints]:
        """All entries of the lists `which`: (row of `which`, position in `items`), both (total,)."""
        counts = self.start[which + 1] - self.start[which]
        row, nth = repeat(counts)
        return row, self.start[which][row] + nth


def repeat(counts: Ints) -> tuple[Ints, Ints]:
    """Row k stands counts[k] times: (row, running number within the row from 0)."""
    row = np.repeat(np.arange(len(counts)), counts)
    first = np.cumsum(counts) - counts
    return row, np.arange(len(row)) - first[row]


def spread(rng: Rng, counts: Ints, p: Floats) -> Ints:
    """Distribute: for each k, counts[k] draws of an index with the weights p[k] (rows sum to 1); (sum(counts),)."""
    edges = np.cumsum(p, axis=1)
    row = np.repeat(np.arange(len(counts)), counts)
    u = rng.random(len(row)) * edges[row, -1]
    return np.asarray((u[:, None] >= edges[row]).sum(axis=1))


def choose(rng: Rng, weights: Floats, n: int) -> Ints:
    """`n` indices drawn with these weights, (n,)."""
    edges = np.cumsum(weights, dtype=np.float64)
    return np.asarray(np.minimum(np.searchsorted(edges, rng.random(n) * edges[-1], side="right"), len(edges) - 1))


def words(codes: Ints, names: Sequence[str | None]) -> pl.Series:
    """Names by position as a dictionary-encoded series; position -1 has no value."""
    return pl.Series([*names, None], dtype=pl.Categorical()).gather(_positions(codes, len(names)))


def enum(codes: Ints, values: Sequence[str]) -> pl.Series:
    """Positions in a declared value set as an Enum series; position -1 has no value."""
    return pl.Series([*values, None], dtype=pl.Enum(list(values))).gather(_positions(codes, len(values)))


def _positions(codes: Ints, none: int) -> pl.Series:
    """The codes, and `none` in place of -1."""
    some = codes.min(initial=0) >= 0
    return pl.Series((codes if some else np.where(codes < 0, none, codes)).astype(np.uint32))


def in_order(first: Ints, second: Ints) -> Ints:
    """Rows in order of `first` (below 2^28), then of `second` (0 to 2^34: seconds), then of place; (n,)."""
    return np.argsort((first << SECOND_BITS) | second, kind="stable")


def maybe(values: Ints, present: Bools) -> pl.Series:
    """Integers with gaps: rows where `present` is false have no value."""
    return pl.select(pl.when(pl.Series(present)).then(pl.Series(values))).to_series()

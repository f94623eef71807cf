"""Ranges of ICD-10 codes: read from text such as `E10.0-E10.1 I60-I69`, and looked up for whole columns.

>>> code_key("I21.4"), CodeRanges.parse("I20-I25 I50").holds(np.array([code_key("I21.4"), code_key("I26")]))
(8214, array([ True, False]))
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

Keys = npt.NDArray[np.int64]
CODE = re.compile(r"([A-Z])(\d\d)(?:\.(\d))?$")
NO_KEY = -1
CELLS = 26_000
"""Keys are below it: 26 letters, 100 categories each, 10 places after the point."""


@lru_cache(maxsize=CELLS)
def code_key(code: str | None) -> int:
    """A code as a number, letter · 1000 + category · 10 + place after the point (or 0); NO_KEY if it is not a code."""
    found = CODE.match(code or "")
    if found is None:
        return NO_KEY
    letter, category, place = found.groups()
    return (ord(letter) - ord("A")) * 1000 + int(category) * 10 + int(place or 0)


def code_keys(codes: Iterable[str | None]) -> Keys:
    """The keys of a column of codes, (n,) int64."""
    return np.fromiter(map(code_key, codes), np.int64)


@dataclass(frozen=True)
class CodeRanges:
    """Some ranges of keys, first..last with both ends; none at all holds nothing."""

    text: str
    bounds: tuple[tuple[int, int], ...]

    @classmethod
    def parse(cls, text: str) -> "CodeRanges":
        """Read codes and ranges with a blank between them; ValueError names what is neither."""
        return cls(text, tuple(_bounds(part) for part in text.split()))

    @cached_property
    def cells(self) -> npt.NDArray[np.bool_]:
        """For every key whether it is inside, (CELLS,)."""
        inside = np.zeros(CELLS, bool)
        for first, last in self.bounds:
            inside[first : last + 1] = True
        return inside

    def holds(self, keys: Keys) -> npt.NDArray[np.bool_]:
        """Which of these keys are inside, (n,)."""
        return np.asarray(self.cells[keys] & (keys >= 0))


def _bounds(part: str) -> tuple[int, int]:
    first, to, last = part.partition("-")
    last = last if to else first
    begin, end = code_key(first), code_key(last)
    if NO_KEY in {begin, end} or end < begin:
        raise ValueError(f"{part!r} must be a code such as E11 or E11.2, or a range such as E10-E14")
    return begin, end if "." in last else end + 9


def paint(ranges: Iterable[CodeRanges]) -> npt.NDArray[np.int64]:
    """For every key the position of the narrowest range that holds it, of equal ones the last, or -1; (CELLS,)."""
    every = [(last - first, n, first, last) for n, one in enumerate(ranges) for first, last in one.bounds]
    position = np.full(CELLS, -1)
    for _, n, first, last in sorted(every, key=lambda one: (-one[0], one[1])):
        position[first : last + 1] = n
    return position

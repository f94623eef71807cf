"""Letters of 5 by 7 dots: columns from left to right, the lowest bit on top."""

from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

PATH = Path(__file__).with_name("letters.txt")
HEIGHT, WIDTH = 7, 5


@cache
def _letters() -> dict[str, NDArray[np.bool_]]:
    found = {}
    for line in PATH.read_text("utf-8").splitlines():
        letter, columns = line.split()
        bits = np.frombuffer(bytes.fromhex(columns), np.uint8)
        found[letter] = (bits[None, :] >> np.arange(HEIGHT)[:, None] & 1).astype(bool)
    return found


def written(text: str, size: int) -> NDArray[np.bool_]:
    """A line of capital letters and digits (7 size, 6 size letters); other characters are gaps."""
    gap = np.zeros((HEIGHT, WIDTH), bool)
    cells = [np.pad(_letters().get(letter, gap), ((0, 0), (0, 1))) for letter in text.upper()]
    line = np.concatenate(cells, axis=1) if cells else np.zeros((HEIGHT, 0), bool)
    return np.kron(line, np.ones((size, size), bool)).astype(bool)

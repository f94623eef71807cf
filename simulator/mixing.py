"""Numbers that belong to keys: well mixed, the same key always the same number (splitmix64)."""

from typing import Any

import numpy as np
import numpy.typing as npt

from simulator.arrays import Ints
from simulator.compiled import compiled

Bits = Any
"""An unsigned 64-bit integer of NumPy: compiled code takes no other."""
SHIFTS = (np.uint64(30), np.uint64(27), np.uint64(31))
FACTORS = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))
GOLDEN = np.uint64(0x9E3779B97F4A7C15)


@compiled
def mixed(state: Bits) -> Bits:
    """The next number of the splitmix64 sequence."""
    state = (state ^ (state >> SHIFTS[0])) * FACTORS[0]
    state = (state ^ (state >> SHIFTS[1])) * FACTORS[1]
    return state ^ (state >> SHIFTS[2])


def row_hash(*keys: Ints, begin: int = 0) -> npt.NDArray[np.uint64]:
    """A well-mixed 64-bit number for each row of integer keys, so that one key always gives one draw.

    begin: the number that the keys before these have led to, the same for all rows.
    """
    state = np.full(len(keys[0]), begin, np.uint64)
    for key in keys:
        _stir(state, key.astype(np.int64, copy=False).view(np.uint64))
    return state


@compiled
def _stir(state: npt.NDArray[np.uint64], key: npt.NDArray[np.uint64]) -> None:
    for row in range(len(state)):
        state[row] = mixed((state[row] ^ key[row]) + GOLDEN)

"""Draws that belong to a key: the same person and test always get the same lot within one world."""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from simulator.arrays import Floats, Ints
from simulator.mixing import row_hash

STEPS = 4096
QUANTILES = np.array([NormalDist().inv_cdf((n + 0.5) / STEPS) for n in range(STEPS)])
"""Standard normal quantiles at the middles of equal steps."""


@dataclass(frozen=True)
class Lots:
    """Hash-based draws; `salt` comes from the world's seed, so another world draws otherwise."""

    salt: int

    def uniform(self, *key: Ints) -> Floats:
        """Uniform on 0..1, one for each row of keys."""
        return (self._hash(*key) >> np.uint64(11)) / float(1 << 53)

    def normal(self, *key: Ints) -> Floats:
        """Standard normal, one for each row of keys; independent of `uniform` of the same key."""
        return QUANTILES[self._hash(*key) % np.uint64(STEPS)]

    @property
    def begin(self) -> np.uint64:
        """The number that the salt has led to, from which each key goes on."""
        return np.uint64(row_hash(np.array([self.salt]))[0])

    def _hash(self, *key: Ints) -> np.ndarray:
        return row_hash(*key, begin=int(self.begin))

"""Fields of noise, made once and cut differently for each image: much cheaper than drawing them anew."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from simulator.formats.dicom.phantoms.arrays import Reals
from simulator.seeds import SeedTree, stream

SIDE = 2560
"""Side of a field in pixels: the largest image and some room to cut elsewhere."""
SMALL = 1280
LARGEST = 2048


@dataclass(frozen=True)
class Cut:
    """Where and how an image cuts the fields: offsets of its corner and whether it is turned over."""

    rng: np.random.Generator

    def of(self, name: str, rows: int, columns: int) -> Reals:
        """A piece (rows, columns) of the field of this name: mean 0, spread 1."""
        field = noise(name, SIDE if max(rows, columns) > SMALL // 2 else SMALL)
        top = int(self.rng.integers(0, field.shape[0] - rows))
        left = int(self.rng.integers(0, field.shape[1] - columns))
        piece = field[top : top + rows, left : left + columns]
        flips = int(self.rng.integers(0, 4))
        return piece[:: -1 if flips & 1 else 1, :: -1 if flips & 2 else 1]


WIDTHS = {"fine": 0.6, "middle": 4.0, "coarse": 14.0, "bend": 34.0}
"""Name -> width in pixels over which neighbours resemble each other."""


@cache
def noise(name: str, side: int) -> Reals:
    """A field (side, side) of Gaussian noise of one width, spread 1; the same in every run."""
    rng = stream(SeedTree(0), "dicom", "noise", name, side)
    white = rng.standard_normal((side, side), np.float32)
    across = np.fft.fftfreq(side)[:, None] ** 2 + np.fft.rfftfreq(side)[None, :] ** 2
    width = WIDTHS[name]
    smooth = np.fft.irfft2(np.fft.rfft2(white) * np.exp(-2 * (np.pi * width) ** 2 * across), s=(side, side))
    field: Reals = (smooth / smooth.std()).astype(np.float32)
    return field

"""What tissues look like to each technique: one table, a row for each tissue."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from simulator.formats.dicom.phantoms.arrays import Reals

PATH = Path(__file__).with_name("tissues.csv")


@dataclass(frozen=True)
class Tissues:
    """Names in the order of their labels, and a column of values for each technique.

    hu, contrast: Hounsfield units without and with contrast medium in the vessels; t1, t2, flair, dwi, heavy (strongly
    T2-weighted), tof (time of flight): signal in arbitrary units; echo: grey of ultrasound; shadow: what 1 mm takes
    away of the echoes behind it, as a share; mu: weakening of X-rays by 1 mm, of bone and gas beside soft tissue;
    grain, mottle: how fine and how coarse grain varies, as a multiple of the technique's own.
    Typical values from memory: estimate.
    """

    names: Sequence[str]
    columns: Mapping[str, Reals]

    def label(self, name: str) -> int:
        """The label of a tissue."""
        return self.names.index(name)


@cache
def tissues() -> Tissues:
    """The table, read once."""
    with PATH.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = tuple(row["tissue"] for row in rows)
    columns = {key: np.array([float(row[key]) for row in rows], np.float32) for key in rows[0] if key != "tissue"}
    return Tissues(names, columns)

"""What healthy people measure, as arrays over age cells and sex, so that whole columns of patients index into them.

Age cells: 0 is a newborn (first 0.08 years, 29 days), 1 + n is the completed year of age n, up to 100 and over.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from simulator.knowledge.catalogue import NEWBORN_YEARS, LabTest, ReferenceRange, VitalRange, VitalSign

Array = npt.NDArray[np.float64]
CELLS = 102
WIDTH = 2 * 1.959964
"""Standard deviations between the ends of a reference interval, which holds the middle 95 per cent."""


@dataclass(frozen=True)
class Healthy:
    """Healthy values of n quantities; every array is (n, 2, CELLS): quantity, men and women, age cell.

    `centre` and `sd` describe a normal quantity in its unit, or, where `is_log`, the natural logarithm of the value.
    A qualitative test has NaN throughout.
    """

    ids: tuple[str, ...]
    is_log: npt.NDArray[np.bool_]
    low: Array
    high: Array
    centre: Array
    sd: Array


def age_cell(age_years: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Age cell of each age in years (fractions count)."""
    age = np.asarray(age_years, dtype=np.float64)
    return np.where(age < NEWBORN_YEARS, 0, 1 + np.clip(age, 0, 100).astype(np.int64))


def healthy_laboratory(tests: Mapping[str, LabTest], ranges: Sequence[ReferenceRange]) -> Healthy:
    """Healthy values of every laboratory test, in the order of the catalogue."""
    is_log = np.array([test.scale == "log" for test in tests.values()])
    healthy = _blank(tuple(tests), is_log)
    for row in ranges:
        n = healthy.ids.index(row.test)
        sexes = {"any": slice(0, 2), "male": slice(0, 1), "female": slice(1, 2)}[row.sex]
        centre, sd = _centre_and_sd(row, is_log=bool(is_log[n]))
        _fill(healthy, (n, sexes, _cells(row.age_from, row.age_to)), (row.low, row.high, centre, sd))
    return healthy


def healthy_vital_signs(signs: Mapping[str, VitalSign], ranges: Sequence[VitalRange]) -> Healthy:
    """Resting vital signs of healthy people, in the order of the catalogue."""
    healthy = _blank(tuple(signs), np.zeros(len(signs), dtype=bool))
    for row in ranges:
        where = (healthy.ids.index(row.sign), slice(0, 2), _cells(row.age_from, row.age_to))
        _fill(healthy, where, (row.low, row.high, row.mean, row.sd))
    return healthy


def _blank(ids: tuple[str, ...], is_log: npt.NDArray[np.bool_]) -> Healthy:
    low, high, centre, sd = (np.full((len(ids), 2, CELLS), np.nan) for _ in range(4))
    return Healthy(ids, is_log, low, high, centre, sd)


def _fill(healthy: Healthy, where: tuple[int, slice, slice], values: tuple[float, float, float, float]) -> None:
    for array, value in zip((healthy.low, healthy.high, healthy.centre, healthy.sd), values, strict=True):
        array[where] = value


def _cells(age_from: float, age_to: float) -> slice:
    first, last = (int(np.ceil(age)) + (age >= 1) for age in (age_from, age_to))
    return slice(first, min(last, CELLS))


def _centre_and_sd(row: ReferenceRange, *, is_log: bool) -> tuple[float, float]:
    """Centre and spread whose middle 95 % is the interval; with a typical value, whose 97.5th percentile is `high`."""
    if not is_log:
        centre = row.typical if row.typical is not None else (row.low + row.high) / 2
        return centre, (row.high - row.low) / WIDTH
    if row.typical is not None:
        return float(np.log(row.typical)), float(np.log(row.high / row.typical)) / (WIDTH / 2)
    return float(np.log(row.low * row.high)) / 2, float(np.log(row.high / row.low)) / WIDTH

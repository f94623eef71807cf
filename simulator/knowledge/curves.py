"""Named shapes of how a rate depends on age; each is relative, an anchor gives it its height.

A curve is evaluated on completed years of age 0..100 and clipped to `first`..`last`.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field

from simulator.knowledge.base import Entry

AGES: npt.NDArray[np.float64] = np.arange(101, dtype=np.float64)
"""Completed years, (101,); the last is 100 and over."""

Age = Annotated[int, Field(ge=0, le=100)]
Years = Annotated[float, Field(gt=0, le=200)]


class _Curve(Entry):
    """Common to all shapes: the ages outside which the rate is nil."""

    first: Age = 0
    last: Age = 100

    def relative(self) -> npt.NDArray[np.float64]:
        """Shape over AGES, (101,), never negative, zero outside first..last."""
        inside = (self.first <= AGES) & (self.last >= AGES)
        return np.where(inside, self._shape(), 0.0)

    def _shape(self) -> npt.NDArray[np.float64]:
        raise NotImplementedError


class Flat(_Curve):
    """The same at every age."""

    curve: Literal["flat"]

    def _shape(self) -> npt.NDArray[np.float64]:
        return np.ones_like(AGES)


class Bump(_Curve):
    """One age group suffers most: exp(-((age - peak) / width)² / 2)."""

    curve: Literal["bump"]
    peak: Age
    width: Years

    def _shape(self) -> npt.NDArray[np.float64]:
        return np.exp(-0.5 * ((AGES - self.peak) / self.width) ** 2)


class Rise(_Curve):
    """Grows and levels off: 1 / (1 + exp(-(age - middle) / slope)), on top of a `floor`."""

    curve: Literal["rise"]
    middle: Age
    slope: Years
    floor: Annotated[float, Field(ge=0, le=1)] = 0.0

    def _shape(self) -> npt.NDArray[np.float64]:
        return self.floor + (1 - self.floor) / (1 + np.exp(-(AGES - self.middle) / self.slope))


class Doubling(_Curve):
    """Doubles every so many years up to the age `cap`: 2^(min(age, cap) / every)."""

    curve: Literal["doubling"]
    every: Years
    cap: Age = 90

    def _shape(self) -> npt.NDArray[np.float64]:
        return np.exp2(np.minimum(AGES, self.cap) / self.every)


class Decay(_Curve):
    """A disease of the young: exp(-age / scale), on top of a `floor`."""

    curve: Literal["decay"]
    scale: Years
    floor: Annotated[float, Field(ge=0, le=1)] = 0.0

    def _shape(self) -> npt.NDArray[np.float64]:
        return self.floor + (1 - self.floor) * np.exp(-AGES / self.scale)


class Bathtub(_Curve):
    """The youngest and the oldest suffer: young·exp(-age / scale) + base + old·2^((age - 80) / every)."""

    curve: Literal["bathtub"]
    young: Annotated[float, Field(ge=0)]
    scale: Years
    base: Annotated[float, Field(ge=0)]
    old: Annotated[float, Field(ge=0)]
    every: Years

    def _shape(self) -> npt.NDArray[np.float64]:
        late = self.old * np.exp2((np.minimum(AGES, 90) - 80) / self.every)
        return self.young * np.exp(-AGES / self.scale) + self.base + late


class Points(_Curve):
    """Straight lines between given ages, level outside: ``points: {0: 3, 20: 1, 80: 9}``."""

    curve: Literal["points"]
    points: Annotated[Mapping[Age, Annotated[float, Field(ge=0)]], Field(min_length=2)]

    def _shape(self) -> npt.NDArray[np.float64]:
        at = sorted(self.points)
        return np.interp(AGES, at, [self.points[age] for age in at])


AgeCurve = Annotated[
    Flat | Bump | Rise | Doubling | Decay | Bathtub | Points,
    Field(discriminator="curve"),
]

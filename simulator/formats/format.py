"""What a format is."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from simulator.formats.rejects import Rejects
from simulator.world.world import World

Progress = Callable[[int], None]
"""Told the number of encounters done so far."""
Tables = Mapping[str, pl.DataFrame]


@dataclass(frozen=True)
class Period:
    """Encounters registered from `begin` until just before `end`, and all that followed from them; None: no bound."""

    begin: dt.datetime | None = None
    end: dt.datetime | None = None


@dataclass(frozen=True)
class Format:
    """A way to write a world down: its names, what one of its items is called, its writer and its reader.

    write(world, folder, period, progress) fills an empty folder and returns the number of items written.
    read(folder, rejects) gives tables back, in the columns that the format carries.
    """

    zh: str
    en: str
    items: str
    write: Callable[[World, Path, Period, Progress], int]
    read: Callable[[Path, Rejects], Tables]

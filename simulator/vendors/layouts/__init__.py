"""How a system's sheets become files: one module for each way, with a writer and a reader of text frames.

A frame has a column of text for each column of its sheet, and `_file`. Null means that the record breaks off before
the cell; an empty text, that the cell is there and empty. Readers give empty text for both.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from simulator.formats.rejects import Rejects
from simulator.vendors.layouts.delimited import read_delimited, write_delimited
from simulator.vendors.layouts.fixed import read_fixed, write_fixed
from simulator.vendors.layouts.monthly import finish_monthly, read_monthly, write_monthly
from simulator.vendors.layouts.nested import read_nested, write_nested
from simulator.vendors.layouts.sentences import read_sentences, write_sentences
from simulator.vendors.profile import Profile

Frames = Mapping[str, pl.DataFrame]


def _nothing(folder: Path, profile: Profile) -> None:
    """Most files need nothing at their end."""


@dataclass(frozen=True)
class Layout:
    """write(folder, profile, frames) appends; finish(folder, profile) ends; read(folder, profile, rejects)."""

    write: Callable[[Path, Profile, Frames], None]
    read: Callable[[Path, Profile, Rejects], Frames]
    finish: Callable[[Path, Profile], None] = _nothing


LAYOUTS: Mapping[str, Layout] = {
    "delimited": Layout(write_delimited, read_delimited),
    "fixed": Layout(write_fixed, read_fixed),
    "sentences": Layout(write_sentences, read_sentences),
    "nested": Layout(write_nested, read_nested),
    "monthly": Layout(write_monthly, read_monthly, finish_monthly),
}

__all__ = ["LAYOUTS", "Frames", "Layout"]

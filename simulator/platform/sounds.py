"""Chinese names by how they sound: the initials of their pinyin, found without a dictionary.

GB 2312 orders its first 3,755 characters by pinyin, so the place of a character tells its initial letter.
"""

from pathlib import Path

import numpy as np
import polars as pl

TABLE = Path(__file__).parent / "initials.csv"
LAST = int.from_bytes("座".encode("gb2312"), "big")
"""The last character that is ordered by pinyin; those behind it are ordered by radical and stay as they are."""


def initials(names: pl.Series) -> pl.Series:
    """The initial letters of each name, as text; a character without a known initial stands for itself."""
    letters = names.drop_nulls().str.split("").explode().unique().drop_nulls()
    table = dict(zip(letters, _of(letters.to_list()), strict=True))
    spelt = names.to_frame("name").with_row_index("row").with_columns(pl.col("name").str.split(""))
    sounds = spelt.explode("name").with_columns(pl.col("name").replace(table))
    joined = sounds.group_by("row", maintain_order=True).agg(pl.col("name").str.join(""))
    return joined["name"]


def _of(letters: list[str]) -> list[str]:
    table = pl.read_csv(TABLE)
    starts = np.array([int.from_bytes(first.encode("gb2312"), "big") for first in table["first"]])
    found = []
    for letter in letters:
        code = int.from_bytes(letter.encode("gb2312", errors="ignore"), "big")
        known = len(letter) == 1 and starts[0] <= code <= LAST
        found.append(str(table["letter"][int(np.searchsorted(starts, code, "right")) - 1]) if known else letter)
    return found

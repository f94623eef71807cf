"""One sheet of a portion while defects are put into it: what is typed, what is written, and who touched which cell."""

from collections.abc import Iterable

import numpy as np
import polars as pl
from numpy.typing import NDArray

from simulator.vendors.defects.key import KEY
from simulator.vendors.export import text
from simulator.vendors.laboratory import SAID, say
from simulator.vendors.layouts.fixed import clipped
from simulator.vendors.profile import Profile, Sheet

Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]


class Page:
    """A sheet: its typed rows (`source`), its right text (`clean`), its text so far (`now`), the key of the difference.

    No cell is touched twice: `free` tells who may still be.
    """

    def __init__(self, sheet: Sheet, profile: Profile, source: pl.DataFrame) -> None:
        self.sheet, self.profile, self.source = sheet, profile, source
        self.clean = self.now = text(sheet, profile, source)
        self.key: list[pl.DataFrame] = []
        self._taken = np.zeros((len(source), len(sheet.columns)), bool)
        self._alive = np.ones(len(source), bool)
        self._added: list[pl.DataFrame] = []

    @property
    def table(self) -> str:
        """The table behind the sheet."""
        return self.sheet.heading.table

    def columns_of(self, fields: Iterable[str]) -> list[str]:
        """The columns in which these fields are written, also together with others."""
        wanted = set(fields)
        return [
            column.name
            for column in self.sheet.columns
            if column.field in wanted or wanted & set(SAID.get(column.field, ()))
        ]

    def free(self, columns: Iterable[str] | None = None) -> Mask:
        """The rows in which none of the columns (None: of all) has been touched."""
        names = self.sheet.names
        at = range(len(names)) if columns is None else [names.index(name) for name in columns]
        return self._alive & ~self._taken[:, list(at)].any(axis=1)

    def retype(self, kind: str, rows: Rows, changed: pl.DataFrame, cause: str, columns: Iterable[str]) -> None:
        """Write the rows as if they held what `changed` holds; every cell of the columns that differs is a defect."""
        if not len(rows):
            return
        if self.table == "lab_result":
            changed = say(changed.drop(*SAID), self.profile)
        written = text(self.sheet, self.profile, changed)
        for column in columns:
            self.put(kind, rows, column, written[column], pl.repeat(cause, len(rows), eager=True))

    def put(self, kind: str, rows: Rows, column: str, became: pl.Series, cause: pl.Series) -> None:
        """Put texts into a column at these rows; those that say what was there are no defects."""
        width = next(one.width for one in self.sheet.columns if one.name == column)
        if width:
            became = became.to_frame("became").select(clipped(pl.col("became"), width)).to_series()
        differ = (became != self.now[column][rows]).to_numpy()
        at = rows[differ]
        if not len(at):
            return
        became, cause = became.filter(pl.Series(differ)), cause.filter(pl.Series(differ))
        self._note(kind, at, column, self.now[column][at], became, cause)
        self.now = self.now.with_columns(self.now[column].scatter(at, became))
        self._taken[at, self.sheet.names.index(column)] = True

    def cut(self, kind: str, rows: Rows, ends: Rows) -> None:
        """Let each row break off before its column number `ends`; what was empty there is no defect."""
        for at, column in enumerate(self.sheet.names):
            gone = rows[ends <= at]
            was = self.now[column][gone]
            full = (was != "").to_numpy()
            lost = gone[full]
            blank = pl.repeat("", len(lost), eager=True)
            self._note(kind, lost, column, was.filter(pl.Series(full)), blank, _text("record breaks off", len(lost)))
            nothing = pl.repeat(None, len(gone), dtype=pl.String, eager=True)
            self.now = self.now.with_columns(self.now[column].clone().scatter(gone, nothing))
        self._taken[rows] = True

    def drop(self, kind: str, rows: Rows, cause: str) -> None:
        """Leave rows out."""
        nothing = pl.repeat(None, len(rows), dtype=pl.String, eager=True)
        self._note(kind, rows, None, self._json(self.now[rows]), nothing, _text(cause, len(rows)))
        self._alive[rows] = False
        self._taken[rows] = True

    def add(self, kind: str, rows: Rows, added: pl.DataFrame, cause: str) -> None:
        """Put rows of text (with `_id` and `_file`) behind these rows, which nobody may touch any more."""
        nothing = pl.repeat(None, len(rows), dtype=pl.String, eager=True)
        where = added.select("_id", "_file", pl.col(self.sheet.names[0]).alias("record"))
        self._note(kind, where, None, nothing, self._json(added), _text(cause, len(rows)))
        self._added.append(added.with_columns(pl.Series("_place", rows.astype(np.int64))))
        self._taken[rows] = True

    def result(self) -> pl.DataFrame:
        """The text with all that was put into it."""
        kept = self.now.with_columns(pl.int_range(pl.len(), dtype=pl.Int64).alias("_place")).filter(self._alive)
        return pl.concat([kept, *self._added]).sort("_place", maintain_order=True).drop("_place")

    def _json(self, rows: pl.DataFrame) -> pl.Series:
        return rows.select(pl.struct(self.sheet.names).struct.json_encode()).to_series()

    def _note(  # noqa: PLR0913, PLR0917  # one for each column of the key
        self,
        kind: str,
        rows: Rows | pl.DataFrame,
        column: str | None,
        was: pl.Series,
        became: pl.Series,
        cause: pl.Series,
    ) -> None:
        if not len(was):
            return
        where = rows if isinstance(rows, pl.DataFrame) else self._where(rows)
        note = where.select(
            pl.lit("").alias("vendor"),
            pl.col("_file").alias("file"),
            pl.lit(self.sheet.name).alias("sheet"),
            pl.lit(self.table).alias("table"),
            pl.col("_id").alias("row_id"),
            pl.col("record"),
            pl.lit(column, pl.String).alias("column"),
            pl.lit(kind).alias("kind"),
            was.alias("was"),
            became.alias("became"),
            cause.alias("cause"),
        )
        self.key.append(note.cast({name: kind for name, kind in KEY.items() if name != "defect_id"}))

    def _where(self, rows: Rows) -> pl.DataFrame:
        return self.clean[rows].select("_id", "_file", pl.col(self.sheet.names[0]).alias("record"))


def _text(words: str, count: int) -> pl.Series:
    return pl.repeat(words, count, dtype=pl.String, eager=True)

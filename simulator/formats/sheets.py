"""Parquet files of a table model other than our own, written portion by portion."""

from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

import polars as pl
from pyarrow import parquet


def shape(kinds: pl.Schema, frame: pl.DataFrame) -> pl.DataFrame:
    """The frame in the columns and types of a table; columns that it lacks are empty."""
    return frame.select(
        [
            (pl.col(name) if name in frame.columns else pl.lit(None)).cast(kind).alias(name)
            for name, kind in kinds.items()
        ]
    )


class Sheets:
    """Open Parquet files, one for each table, that grow portion by portion."""

    def __init__(self, folder: Path, schema: Callable[[str], pl.Schema]) -> None:
        self.schema = schema
        self.folder = folder
        self.rows = 0
        self._open: dict[str, Callable[[pl.DataFrame], None]] = {}
        self._writers: list[parquet.ParquetWriter] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for writer in self._writers:
            writer.close()

    def add(self, table: str, frame: pl.DataFrame) -> pl.DataFrame:
        """Append rows; returns them in the table's own shape."""
        kinds = self.schema(table)
        shaped = shape(kinds, frame) if frame.width else pl.DataFrame(schema=kinds)
        if table not in self._open:
            arrow = shaped.head(0).to_arrow().schema
            writer = parquet.ParquetWriter(self.folder / f"{table}.parquet", arrow, compression="zstd")
            self._writers.append(writer)
            self._open[table] = lambda rows: writer.write_table(rows.to_arrow().cast(arrow))
        if len(shaped):
            self._open[table](shaped)
        self.rows += len(shaped)
        return shaped

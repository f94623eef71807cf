"""What a table and a column are: the words in which the hospital's data dictionary (数据字典) is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from simulator.errors import SchemaError

ValueSet = Mapping[str, tuple[str, str]]
"""Permitted code -> (zh, en)."""

DTYPES: Mapping[str, pl.DataType] = {
    "id": pl.Int64(),
    "i2": pl.Int16(),
    "i4": pl.Int32(),
    "i8": pl.Int64(),
    "f4": pl.Float32(),
    "f8": pl.Float64(),
    "str": pl.String(),
    "cat": pl.Categorical(),
    "bool": pl.Boolean(),
    "date": pl.Date(),
    "time": pl.Datetime("us", "UTC"),
}
"""The short type names: `id` is a row's number, `cat` repeats (dictionary-encoded), `time` is UTC in microseconds."""


@dataclass(frozen=True)
class Column:
    """One column: name, type, what it means in both languages, unit, code system, and the table it points to."""

    name: str
    dtype: str
    zh: str
    en: str
    unit: str | None = None
    system: str | None = None
    loinc: str | None = None
    refers: str | None = None
    values: ValueSet | None = None
    nullable: bool = False

    @property
    def polars(self) -> pl.DataType:
        """The column's Polars type; a declared value set becomes an Enum."""
        return pl.Enum(list(self.values)) if self.values is not None else DTYPES[self.dtype]


@dataclass(frozen=True)
class Table:
    """One table; `number` stands in front of every row id, so that one id names one row of the whole world."""

    name: str
    group: str
    number: int
    zh: str
    en: str
    columns: tuple[Column, ...]
    truth: bool = False

    @property
    def key(self) -> str:
        """The primary key: always the first column."""
        return self.columns[0].name

    @property
    def schema(self) -> pl.Schema:
        """Column names and Polars types in order."""
        return pl.Schema({column.name: column.polars for column in self.columns})

    def __getitem__(self, name: str) -> Column:
        """The column of this name; SchemaError if there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise SchemaError(f"table {self.name} has no column {name}; it has {', '.join(c.name for c in self.columns)}")


def first_id(table: Table, hospital: int = 0) -> int:
    """The id before a table's first row: 14 digits, table (2), hospital (3), row (9)."""
    return table.number * 10**12 + hospital * 10**9


def conform(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """The frame in declared column order; SchemaError names the first column that is missing, extra or ill-typed."""
    _same_names(table, frame.columns)
    if frame.is_empty():  # a frame without rows may have lost its types on the way
        return pl.DataFrame(schema=table.schema)
    for column in table.columns:
        if frame.schema[column.name] != column.polars:
            raise SchemaError(
                f"{table.name}.{column.name} must be {column.polars}, got {frame.schema[column.name]}",
            )
        if not column.nullable and frame[column.name].null_count():
            raise SchemaError(f"{table.name}.{column.name} may not be empty, but some rows have no value")
    return frame.select([column.name for column in table.columns])


def _same_names(table: Table, names: Sequence[str]) -> None:
    declared = {column.name for column in table.columns}
    for missing in sorted(declared - set(names)):
        raise SchemaError(f"{table.name} lacks its declared column {missing}")
    for extra in sorted(set(names) - declared):
        raise SchemaError(f"{table.name} has an undeclared column {extra}; declare it in simulator/schema")

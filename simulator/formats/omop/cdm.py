"""The tables of the OMOP CDM 5.4, as cdm.csv lists them: columns, types, which must be filled, primary keys.

Rows carry the ids of the world (14 digits and more), so ids are BIGINT where the CDM's own DDL says integer, and
NUMERIC is DOUBLE so that no digit of a value is lost. Source: OHDSI CommonDataModel, field list of version 5.4.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import polars as pl

FIELDS = Path(__file__).with_name("cdm.csv")
TYPES: Mapping[str, pl.DataType] = {
    "INTEGER": pl.Int32(),
    "BIGINT": pl.Int64(),
    "DOUBLE": pl.Float64(),
    "VARCHAR": pl.String(),
    "DATE": pl.Date(),
    "TIMESTAMP": pl.Datetime("us"),
}


@cache
def fields() -> Mapping[str, list[dict[str, str]]]:
    """Table -> its fields in order, each a row of cdm.csv."""
    tables: dict[str, list[dict[str, str]]] = {}
    for row in pl.read_csv(FIELDS, infer_schema=False).to_dicts():
        tables.setdefault(row["table"], []).append(row)
    return tables


def schema(table: str) -> pl.Schema:
    """Columns and Polars types of a CDM table."""
    return pl.Schema({field["column"]: TYPES[field["type"]] for field in fields()[table]})


def ddl(table: str) -> str:
    """The CREATE TABLE statement in DuckDB's words."""
    lines = [
        f'"{field["column"]}" {field["type"]}' + (" NOT NULL" if field["required"] == "yes" else "")
        for field in fields()[table]
    ]
    lines += [f'PRIMARY KEY ("{field["column"]}")' for field in fields()[table] if field["key"] == "yes"]
    return f'CREATE TABLE "{table}" ({", ".join(lines)})'

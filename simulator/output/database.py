"""The world as one DuckDB file, with every table and column commented in both languages."""

from pathlib import Path

import duckdb

from simulator.schema import TABLES, Column
from simulator.world.world import World

FILE = "world.duckdb"


def write_database(world: World, folder: Path) -> Path:
    """Load the Parquet files of `folder` into one database beside them.

    One thread loads the tables in order, so that the same tables give the same content in the same row order.
    """
    path = folder / FILE
    with duckdb.connect(str(path), config={"threads": 1}) as connection:
        for name in world:
            table = TABLES[name]
            connection.execute(f'CREATE TABLE "{name}" AS SELECT * FROM {parquet(world, name)}')  # noqa: S608  # names are declared in the schema
            connection.execute(f'COMMENT ON TABLE "{name}" IS {quoted(f"{table.zh} | {table.en}")}')
            for column in table.columns:
                connection.execute(f'COMMENT ON COLUMN "{name}"."{column.name}" IS {quoted(about(column))}')
        connection.execute("CHECKPOINT")
    return path


def parquet(world: World, name: str) -> str:
    """The files of a table as DuckDB reads them."""
    return f"read_parquet([{', '.join(quoted(str(path)) for path in world.files(name))}])"


def about(column: Column) -> str:
    """What a column is, in both languages, with unit, code system and the table it refers to."""
    facts = [
        f"unit {column.unit}" if column.unit else "",
        f"code system {column.system}" if column.system else "",
        f"LOINC {column.loinc}" if column.loinc else "",
        f"refers to {column.refers}" if column.refers else "",
    ]
    extra = "; ".join(fact for fact in facts if fact)
    return f"{column.zh} | {column.en}" + (f" ({extra})" if extra else "")


def quoted(text: str) -> str:
    """The text as a literal of SQL."""
    return "'" + text.replace("'", "''") + "'"

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
            files = ", ".join(_text(str(path)) for path in world.files(name))
            connection.execute(f'CREATE TABLE "{name}" AS SELECT * FROM read_parquet([{files}])')  # noqa: S608  # names are declared in the schema
            connection.execute(f'COMMENT ON TABLE "{name}" IS {_text(f"{table.zh} | {table.en}")}')
            for column in table.columns:
                connection.execute(f'COMMENT ON COLUMN "{name}"."{column.name}" IS {_text(_about(column))}')
        connection.execute("CHECKPOINT")
    return path


def _about(column: Column) -> str:
    facts = [
        f"unit {column.unit}" if column.unit else "",
        f"code system {column.system}" if column.system else "",
        f"LOINC {column.loinc}" if column.loinc else "",
        f"refers to {column.refers}" if column.refers else "",
    ]
    extra = "; ".join(fact for fact in facts if fact)
    return f"{column.zh} | {column.en}" + (f" ({extra})" if extra else "")


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"

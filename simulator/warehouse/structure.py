"""The warehouse in SQL that DuckDB and PostgreSQL both take: tables, keys, indexes, comments, value sets, views.

Times are TIMESTAMP in UTC. Truth tables stand in a schema of their own, and only where they were asked for.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml

from simulator.output.database import about, quoted
from simulator.schema import TABLES, Table
from simulator.world.world import World

TYPES: Mapping[str, str] = {
    "id": "BIGINT",
    "i2": "SMALLINT",
    "i4": "INTEGER",
    "i8": "BIGINT",
    "f4": "REAL",
    "f8": "DOUBLE PRECISION",
    "str": "VARCHAR",
    "cat": "VARCHAR",
    "bool": "BOOLEAN",
    "date": "DATE",
    "time": "TIMESTAMP",
}
MARK = "xinglin warehouse"
INDEXED = {"patient_id", "encounter_id"}


def chosen(world: World, *, truth: bool) -> list[Table]:
    """The tables that go into the warehouse, in an order in which each stands after what it refers to."""
    return [TABLES[name] for name in world if truth or not TABLES[name].truth]


def name_of(table: Table, schemas: Mapping[bool, str]) -> str:
    """The table's full name; schemas: where truth tables (True) and others (False) stand."""
    return f'"{schemas[table.truth]}"."{table.name}"'


def create(table: Table, schemas: Mapping[bool, str]) -> str:
    """CREATE TABLE with its primary key and what may not be empty."""
    lines = [
        f'"{column.name}" {TYPES[column.dtype]}' + ("" if column.nullable else " NOT NULL") for column in table.columns
    ]
    return f'CREATE TABLE {name_of(table, schemas)} ({", ".join(lines)}, PRIMARY KEY ("{table.key}"))'


def references(tables: list[Table]) -> Iterator[tuple[Table, str, Table]]:
    """Each foreign key: table, column, the table it points to."""
    names = {table.name for table in tables}
    for table in tables:
        for column in table.columns:
            if column.refers in names:
                yield table, column.name, TABLES[str(column.refers)]


def indexes(tables: list[Table], schemas: Mapping[bool, str]) -> Iterator[str]:
    """Indexes on the columns by which people look: patient and encounter."""
    for table in tables:
        for column in table.columns:
            if column.name in INDEXED and column.name != table.key:
                yield f'CREATE INDEX "{table.name}_{column.name}" ON {name_of(table, schemas)} ("{column.name}")'


def comments(table: Table, schemas: Mapping[bool, str]) -> Iterator[str]:
    """What the table and its columns are, in both languages."""
    name = name_of(table, schemas)
    yield f"COMMENT ON TABLE {name} IS {quoted(f'{table.zh} | {table.en}')}"
    for column in table.columns:
        yield f'COMMENT ON COLUMN {name}."{column.name}" IS {quoted(about(column))}'


def value_sets(tables: list[Table], schemas: Mapping[bool, str]) -> Iterator[str]:
    """The table value_set: each permitted code of each column in both languages."""
    name = f'"{schemas[False]}"."value_set"'
    key = "PRIMARY KEY (table_name, column_name, code)"
    columns = ("table_name", "column_name", "code", "zh", "en")
    yield f"CREATE TABLE {name} ({', '.join(f'{column} VARCHAR NOT NULL' for column in columns)}, {key})"
    yield f"COMMENT ON TABLE {name} IS '值域:各列允许的代码 | Value sets: the codes that a column permits'"
    for table in tables:
        for column in table.columns:
            rows = [
                f"({', '.join(quoted(text) for text in (table.name, column.name, code, *words))})"
                for code, words in (column.values or {}).items()
            ]
            if rows:
                yield f"INSERT INTO {name} VALUES {', '.join(rows)}"  # noqa: S608  # from the schema, quoted


def views(world: World) -> Iterator[str]:
    """The views with their comments; the tables are found by the connection's search path."""
    texts = yaml.safe_load(Path(__file__).with_name("views.yaml").read_text(encoding="utf-8"))
    hours = world.scenario.calendar.utc_offset_hours
    for name, view in texts.items():
        yield f'CREATE VIEW "{name}" AS {view["sql"].replace("{hours}", str(hours))}'
        yield f'COMMENT ON VIEW "{name}" IS {quoted(view["zh"] + " | " + view["en"])}'

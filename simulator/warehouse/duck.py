"""The warehouse as one DuckDB file, made beside its place and moved there when it is whole."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from simulator.errors import ExportError
from simulator.output.database import parquet
from simulator.schema import Table
from simulator.warehouse.structure import (
    MARK,
    chosen,
    comments,
    create,
    indexes,
    name_of,
    references,
    value_sets,
    views,
)
from simulator.world.world import World

SCHEMAS = {False: "main", True: "truth"}


def load_duckdb(world: World, out: Path, *, truth: bool, told: Callable[[str], None]) -> int:
    """Write the warehouse to `out` and return its rows; ExportError if something else stands there.

    DuckDB cannot fill a table that refers to itself in one go, so foreign keys are checked but not declared.
    """
    _replaceable(out)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as folder:
            made = Path(folder) / out.name
            with duckdb.connect(str(made)) as connection:
                rows = _fill(connection, world, chosen(world, truth=truth), told)
            made.replace(out)
    except (OSError, duckdb.Error) as error:
        raise ExportError(f"{out} cannot be written: {str(error).splitlines()[0]}") from error
    return rows


def _fill(connection: duckdb.DuckDBPyConnection, world: World, tables: list[Table], told: Callable[[str], None]) -> int:
    rows = 0
    connection.execute("CREATE SCHEMA IF NOT EXISTS truth" if any(table.truth for table in tables) else "SELECT 1")
    for table in tables:
        name = name_of(table, SCHEMAS)
        connection.execute(create(table, SCHEMAS))
        wanted = ", ".join(f'"{column.name}"' for column in table.columns)
        connection.execute(f"INSERT INTO {name} SELECT {wanted} FROM {parquet(world, table.name)}")  # noqa: S608  # names of the schema
        rows += _number(connection, f"SELECT count(*) FROM {name}")  # noqa: S608  # the same
        told(table.name)
    for table, column, target in references(tables):
        lost = _number(
            connection,
            f'SELECT count(*) FROM {name_of(table, SCHEMAS)} a WHERE "{column}" IS NOT NULL AND NOT EXISTS '  # noqa: S608  # the same
            f'(SELECT 1 FROM {name_of(target, SCHEMAS)} b WHERE b."{target.key}" = a."{column}")',
        )
        if lost:
            raise ExportError(f"{table.name}.{column}: {lost} rows point to no row of {target.name}; simulate again")
    statements = [*indexes(tables, SCHEMAS), *value_sets(tables, SCHEMAS), *views(world)]
    for table in tables:
        statements += comments(table, SCHEMAS)
    connection.execute("BEGIN")  # hundreds of comments, each written to disk by itself, would take seconds
    for statement in statements:
        connection.execute(statement)
    connection.execute("COMMIT")
    connection.execute("CREATE TABLE warehouse (mark VARCHAR PRIMARY KEY, scenario VARCHAR)")
    connection.execute("INSERT INTO warehouse VALUES (?, ?)", [MARK, world.scenario.name])
    return rows


def _number(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    found = connection.execute(query).fetchone()
    return int(found[0]) if found else 0


def _replaceable(out: Path) -> None:
    if not out.exists():
        return
    try:
        with duckdb.connect(str(out), read_only=True) as connection:
            ours = _number(connection, f"SELECT count(*) FROM warehouse WHERE mark = '{MARK}'") == 1  # noqa: S608  # a constant
    except duckdb.Error:
        ours = False
    if not ours:
        raise ExportError(f"{out} is no warehouse (or one that is in use); --out must be new or a warehouse to replace")

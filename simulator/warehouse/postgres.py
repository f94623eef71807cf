"""The warehouse in PostgreSQL: one transaction fills a new schema and puts it in the place of the former one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
from pyarrow import parquet

from simulator.errors import ExportError
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

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import psycopg

    from simulator.schema import Table
    from simulator.world.world import World

FINAL = {False: "xinglin", True: "truth"}
LOADING = {False: "xinglin_loading", True: "xinglin_loading_truth"}
BATCH = 50_000
WAIT_S = 10


def load_postgres(world: World, address: str, *, truth: bool, told: Callable[[str], None]) -> int:
    """Fill the schema xinglin (and truth) of the database at `address`; returns the rows.

    Nothing is seen before all is there, and nothing is left of what was broken off. A schema of one of these names
    that is not ours is left alone with an ExportError, as is a server that cannot be reached.
    """
    try:
        import psycopg  # noqa: PLC0415  # only whoever asks for PostgreSQL needs it
    except ImportError:
        raise ExportError("PostgreSQL needs psycopg; install it with `uv sync --extra postgres`") from None
    try:
        with psycopg.connect(address, connect_timeout=WAIT_S) as connection:
            return _fill(connection, world, chosen(world, truth=truth), told)
    except psycopg.Error as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise ExportError(f"the database cannot be filled: {reason}") from error


def _fill(connection: psycopg.Connection, world: World, tables: list[Table], told: Callable[[str], None]) -> int:
    kinds = sorted({table.truth for table in tables})
    _check(connection, kinds)
    for kind in kinds:
        _do(connection, f'CREATE SCHEMA "{LOADING[kind]}"')
    _do(connection, f'SET LOCAL search_path TO "{LOADING[False]}"')
    rows = 0
    for table in tables:
        _do(connection, create(table, LOADING))
        rows += _copy(connection, world, table)
        told(table.name)
    for statement in _rest(world, tables):
        _do(connection, statement)
    for former in FINAL.values():  # a former answer key goes with the records that it belongs to
        if _mark(connection, former) == MARK:
            _do(connection, f'DROP SCHEMA "{former}" CASCADE')
    for kind in kinds:
        _do(connection, f'ALTER SCHEMA "{LOADING[kind]}" RENAME TO "{FINAL[kind]}"')
        _do(connection, f"COMMENT ON SCHEMA \"{FINAL[kind]}\" IS '{MARK}'")
    return rows


def _rest(world: World, tables: list[Table]) -> Iterator[str]:
    for table, column, target in references(tables):
        yield (
            f'ALTER TABLE {name_of(table, LOADING)} ADD FOREIGN KEY ("{column}") '
            f'REFERENCES {name_of(target, LOADING)} ("{target.key}")'
        )
    yield from indexes(tables, LOADING)
    yield from value_sets(tables, LOADING)
    yield from views(world)
    for table in tables:
        yield from comments(table, LOADING)


def _check(connection: psycopg.Connection, kinds: list[bool]) -> None:
    """ExportError if a schema that would be replaced, or filled, is not ours."""
    for name in [FINAL[kind] for kind in kinds] + [LOADING[kind] for kind in kinds]:
        if _mark(connection, name) not in {None, MARK}:
            raise ExportError(f"the database has a schema {name} that is no warehouse; it is left alone: rename it")


def _mark(connection: psycopg.Connection, schema: str) -> str | None:
    """The comment of a schema, empty if it has none; None: there is no such schema."""
    query = "SELECT coalesce(obj_description(oid, 'pg_namespace'), '') FROM pg_namespace WHERE nspname = %s"
    found = connection.execute(query, [schema]).fetchone()
    return str(found[0]) if found else None


def _copy(connection: psycopg.Connection, world: World, table: Table) -> int:
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    rows = 0
    command = f"COPY {name_of(table, LOADING)} ({columns}) FROM STDIN (FORMAT csv)"
    with connection.cursor() as cursor, cursor.copy(command.encode()) as copy:
        for path in world.files(table.name):
            for batch in parquet.ParquetFile(path).iter_batches(BATCH, columns=[c.name for c in table.columns]):
                frame = pl.DataFrame(batch)
                copy.write(frame.write_csv(include_header=False, datetime_format="%Y-%m-%d %H:%M:%S%.6f").encode())
                rows += len(frame)
    return rows


def _do(connection: psycopg.Connection, statement: str) -> None:
    connection.execute(statement.encode())

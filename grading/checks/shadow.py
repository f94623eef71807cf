"""Run one query on a shadow database: tables with the shape of the learner's and other contents, in memory.

DuckDB is locked before the query runs: no file, no network, no extension, no setting can be reached from it. A
learner's query runs nowhere but in a sandbox of its own (grading.sandbox.shadow sends this file's text into it), so
this file stands alone; checks.py calls `query` for the author's own queries.
"""

from collections.abc import Mapping

import duckdb
import pandas as pd

MOST_ROWS = 200_000
_LOCKS = (
    "SET threads = 1",
    "SET memory_limit = '512MB'",
    "SET temp_directory = ''",
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET allow_community_extensions = false",
    "SET python_enable_replacements = false",
    "SET enable_external_access = false",
    "SET lock_configuration = true",
)


class NotOneQueryError(ValueError):
    """The text is not exactly one SELECT."""


class TooManyRowsError(ValueError):
    """The result has more rows than any answer needs: usually a join without its condition."""


def query(text: str, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Give the result of one SELECT over these tables; column names in lower case, since SQL does not tell them apart.

    Raises NotOneQueryError, TooManyRowsError, or what DuckDB raises.
    """
    with duckdb.connect(":memory:") as database:
        for name, table in tables.items():
            database.register("_given", table)
            database.execute(f'CREATE TABLE "{name}" AS SELECT * FROM _given')  # noqa: S608 - named by checks.py
            database.unregister("_given")
        for lock in _LOCKS:
            database.execute(lock)
        found = database.extract_statements(text)
        if len(found) != 1 or found[0].type != duckdb.StatementType.SELECT:
            raise NotOneQueryError("one SELECT is needed")
        result: pd.DataFrame = database.sql(found[0].query).limit(MOST_ROWS + 1).df()
    if len(result) > MOST_ROWS:
        raise TooManyRowsError(f"more than {MOST_ROWS} rows")
    result.columns = result.columns.str.lower()
    return result

"""Queries on a shadow database find what they should, and reach nothing else."""

import time
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from grading.checks import shadow
from grading.errors import AnswerError, LearnerError
from grading.sandbox import Sandbox

TABLES = {
    "stays": pd.DataFrame({
        "patient_id": pd.array([1, 2, None], dtype="Int64"),
        "admitted_at": pd.to_datetime(["2025-03-03 08:00", "2025-03-04 09:30", "NaT"]),
        "ward": ["w01", None, "w02"],
    })
}  # fmt: skip
SAYS = "def says(): return {0!r}"


def ask(box: Sandbox, text: object) -> object:
    with box.run([SAYS.format(text)]) as opened:
        return opened.ask.sql("says", TABLES)


def test_a_query_comes_back_as_a_table_with_columns_in_lower_case(box: Sandbox) -> None:
    found = ask(box, "SELECT Patient_ID, admitted_at, ward, 1.5::DECIMAL(4, 1) AS X FROM Stays ORDER BY 1;")
    assert isinstance(found, pd.DataFrame)
    assert list(found.columns) == ["patient_id", "admitted_at", "ward", "x"]
    assert found["admitted_at"][0] == pd.Timestamp("2025-03-03 08:00")
    assert np.isnan(found["patient_id"].astype(float)[2])


def test_inside_and_outside_the_sandbox_a_query_finds_the_same(box: Sandbox) -> None:
    text = "WITH w AS (FROM stays WHERE ward IS NOT NULL) SELECT count(*) AS n, max(admitted_at) AS last FROM w"
    inside = ask(box, text)
    assert isinstance(inside, pd.DataFrame)
    pd.testing.assert_frame_equal(inside, shadow.query(text, TABLES), check_dtype=False)


FORBIDDEN = [
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM read_text('/etc/hostname')",
    "SELECT * FROM read_blob('/proc/self/environ')",
    "SELECT * FROM glob('/*')",
    "SELECT * FROM sniff_csv('/etc/passwd')",
    "SELECT * FROM read_parquet('http://127.0.0.1:8000/x.parquet')",
    "SELECT * FROM tables",
    "SELECT * FROM _given",
    "SELECT getenv('HOME')",
    "SELECT * FROM query('COPY stays TO ''/tmp/stolen.csv''')",
    "SELECT * FROM duckdb_secrets()",
    "SELECT * FROM duckdb_extensions()",
    "SELECT * FROM read_json('/etc/passwd')",
    "SELECT * FROM read_ndjson_objects('/etc/passwd')",
    "SELECT * FROM read_csv('https://example.org/x.csv')",
    "SELECT * FROM read_parquet('s3://bucket/x.parquet')",
    "SELECT * FROM parquet_metadata('/tmp/x.parquet')",
    "SELECT * FROM sqlite_scan('/tmp/x.db', 't')",
    "SELECT * FROM postgres_scan('host=127.0.0.1', 'public', 't')",
    "SELECT * FROM query('SELECT * FROM read_text(''/etc/hostname'')')",
    "SELECT * FROM query_table('/etc/passwd')",
    "SELECT * FROM json_execute_serialized_sql(json_serialize_sql('SELECT * FROM read_text(''/etc/hostname'')'))",
]
STATEMENTS = [
    "COPY stays TO '/tmp/stolen.csv'",
    "ATTACH '/tmp/stolen.db' AS other",
    "ATTACH ':memory:' AS other",
    "SELECT 1; ATTACH '/tmp/stolen.db' AS other",
    "CREATE SECRET s (TYPE s3)",
    "CREATE MACRO f(a) AS a",
    "PREPARE p AS SELECT 1",
    "IMPORT DATABASE '/tmp'",
    "INSERT INTO stays SELECT * FROM stays",
    "SET VARIABLE a = 1",
    "INSTALL httpfs",
    "LOAD httpfs",
    "PRAGMA database_list",
    "SET enable_external_access = true",
    "SET lock_configuration = false",
    "RESET memory_limit",
    "EXPORT DATABASE '/tmp/stolen'",
    "CREATE TABLE mine AS SELECT 1",
    "DROP TABLE stays",
    "CALL pragma_version()",
    "SELECT 1; SELECT 2",
    "SELECT 1; COPY stays TO '/tmp/stolen.csv'",
    "",
]


@pytest.mark.parametrize("text", FORBIDDEN)
def test_no_query_reaches_a_file_the_network_or_python(text: str) -> None:
    with pytest.raises(duckdb.Error, match=r"disabled|does not exist|single SELECT|not in the catalog"):
        shadow.query(text, TABLES)


@pytest.mark.parametrize("text", STATEMENTS)
def test_whatever_is_not_one_select_is_not_run(text: str) -> None:
    with pytest.raises(shadow.NotOneQueryError):
        shadow.query(text, TABLES)
    assert not list(Path("/tmp").glob("stolen*"))  # noqa: S108 - where the attack would write


def test_a_query_that_writes_writes_only_for_itself() -> None:
    text = "WITH x AS (INSERT INTO stays (ward) VALUES ('w09') RETURNING ward) SELECT ward FROM x"
    assert list(shadow.query(text, TABLES)["ward"]) == ["w09"]
    assert list(shadow.query("SELECT count(*) AS n FROM stays", TABLES)["n"]) == [3]
    assert len(TABLES["stays"]) == 3


@pytest.mark.parametrize("setting", ["enable_external_access", "lock_configuration"])
def test_the_locks_are_on_while_a_query_runs(setting: str) -> None:
    [value] = shadow.query(f"SELECT current_setting('{setting}') AS value", TABLES)["value"]
    assert str(value).lower() == ("true" if setting == "lock_configuration" else "false")


def test_a_query_in_the_sandbox_is_refused_as_outside(box: Sandbox) -> None:
    with pytest.raises(LearnerError, match="PermissionException"):
        ask(box, "SELECT * FROM read_text('/etc/hostname')")
    with pytest.raises(AnswerError) as caught:
        ask(box, "INSTALL httpfs")
    assert caught.value.message == "form_sql"


def test_an_answer_that_is_no_text_is_refused(box: Sandbox) -> None:
    with pytest.raises(AnswerError) as caught:
        ask(box, 5)
    assert caught.value.message == "form_type"


ENDLESS = "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r"


def test_a_query_without_end_is_stopped_and_the_next_one_is_answered(box: Sandbox) -> None:
    cells = [f"def endless(): return {ENDLESS!r}", "def fine(): return 'SELECT count(*) AS n FROM stays'"]
    with box.run(cells) as opened:
        begun = time.monotonic()
        with pytest.raises(LearnerError) as caught:
            opened.ask.sql("endless", TABLES)
        assert caught.value.kind in {"timeout", "too_large", "crashed", "raised"}
        assert time.monotonic() - begun < box.limits.ask_s + 3
        found = opened.ask.sql("fine", TABLES)
    assert isinstance(found, pd.DataFrame)
    assert found["n"][0] == 3


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("SELECT a.range FROM range(1000000000) AS a", "TooManyRowsError"),
        ("SELECT string_agg(repeat('x', 100000000), '') FROM range(50)", "OutOfMemoryException|timeout"),
        ("SELECT a.range FROM range(30000000) AS a ORDER BY hash(a.range)", "OutOfMemoryException|TooManyRows|timeout"),
        ("SELECT sum(hash(a.range + b.range)) FROM range(1000000) AS a, range(1000000) AS b", "timeout"),
    ],
)
def test_a_query_that_asks_for_too_much_is_refused(box: Sandbox, text: str, error: str) -> None:
    with pytest.raises(LearnerError, match=error):
        ask(box, text)


def test_the_learners_process_does_not_see_the_tables(box: Sandbox) -> None:
    """The function is called without arguments; what it can look at holds nothing of the shadow database."""
    peek = """
import gc
def says():
    import pandas
    seen = any('admitted_at' in o.columns for o in gc.get_objects() if isinstance(o, pandas.DataFrame))
    return f"SELECT {seen} AS seen"
"""
    with box.run([peek]) as opened:
        found = opened.ask.sql("says", TABLES)
    assert isinstance(found, pd.DataFrame)
    assert not found["seen"][0]

import os
import pwd
import shutil
import socket
import struct
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import psycopg
import pytest
from typer.testing import CliRunner

from hub_config.cli import application
from simulator import World
from simulator.errors import ExportError
from simulator.output import write_world
from simulator.schema import TABLES
from simulator.warehouse import load_duckdb, load_postgres

QUIET = lambda _: None  # noqa: E731
QUERIES = [
    f"SELECT * FROM {view} ORDER BY {order} LIMIT 200"  # noqa: S608
    for view, order in {
        "census": "bed_stay_id",
        "length_of_stay": "encounter_id",
        "laboratory": "lab_result_id",
        "patient_timeline": "event_id",
        "bed_occupancy_by_day": "day, ward_id",
    }.items()
] + [f'SELECT count(*) FROM "{name}"' for name, table in TABLES.items() if not table.truth and name != "note"]  # noqa: S608


@pytest.fixture(scope="module")
def folder(small_county: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_world(small_county, tmp_path_factory.mktemp("wh") / "county", seed=7, database=False)


@pytest.fixture(scope="module")
def world(folder: Path) -> World:
    return World.read(folder)


@pytest.fixture(scope="module")
def file(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("duck") / "w.duckdb"
    load_duckdb(world, path, truth=False, told=QUIET)
    return path


def _has_a_name(user: int) -> bool:
    """Whether the user is in the password file: PostgreSQL will not run as one who is not, and goes as nobody then."""
    try:
        return bool(pwd.getpwuid(user))
    except KeyError:
        return False


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A throw-away PostgreSQL with a password, as an ordinary user, on a free port of 127.0.0.1."""
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not binaries:
        pytest.skip("PostgreSQL is not installed")
    user = pwd.getpwnam("nobody").pw_uid if os.getuid() == 0 else None
    named = [] if _has_a_name(os.getuid()) else ["unshare", "--user", "--map-user=65534", "--map-group=65534"]
    place = Path(tempfile.mkdtemp(prefix="xinglin-pg-"))
    (place / "password").write_text("harmless")
    if user is not None:
        for path in (place, place / "password"):
            os.chown(path, user, -1)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [*named, binaries[-1] / program, *arguments], user=user, cwd=place, check=True, timeout=60,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    data = str(place / "data")
    try:
        run("initdb", "-D", data, "-U", "tester", "-A", "scram-sha-256", f"--pwfile={place / 'password'}", "-E", "UTF8")
        options = f"-c listen_addresses=127.0.0.1 -p {port} -k {place} -c fsync=off"
        run("pg_ctl", "-D", data, "-w", "-o", options, "start")
        try:
            yield f"postgresql://tester:harmless@127.0.0.1:{port}/postgres"
        finally:
            run("pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(place, ignore_errors=True)


def test_each_view_agrees_with_the_tables(world: World, file: Path) -> None:
    with duckdb.connect(str(file), read_only=True) as connection:

        def frame(query: str) -> pl.DataFrame:
            found = connection.execute(query)
            return pl.DataFrame(
                found.fetchall(),
                [column[0] for column in found.description or []],
                orient="row",
                infer_schema_length=None,
            )

        open_stays = world["bed_stay"].filter(pl.col("ended_at").is_null())
        assert sorted(frame("FROM census")["bed_stay_id"]) == sorted(open_stays["bed_stay_id"])
        stays = world["encounter"].filter(pl.col("kind") == "inpatient", pl.col("ended_at").is_not_null())
        hours = (stays["ended_at"] - stays["admitted_at"]).dt.total_microseconds().sum() / 3.6e9
        assert frame("FROM length_of_stay")["hours"].sum() == pytest.approx(hours)
        assert len(frame("FROM laboratory")) == len(world["lab_result"])
        sums = world["charge"].group_by("encounter_id").agg(pl.col("amount").sum()).sort("encounter_id")
        found = frame("FROM charges_by_encounter ORDER BY encounter_id")
        assert found["amount"].to_list() == pytest.approx(sums["amount"].to_list())
        events = ["encounter", "diagnosis", "lab_result", "medication_order", "procedure", "imaging_study"]
        assert len(frame("FROM patient_timeline")) == sum(len(world[name]) for name in events)
        occupied = frame("FROM bed_occupancy_by_day")
        hours = world.scenario.calendar.utc_offset_hours
        midnight = pl.lit(occupied["day"].max()).cast(pl.Datetime("us", "UTC")) + pl.duration(hours=24 - hours)
        there = world["bed_stay"].filter(
            pl.col("started_at") < midnight, pl.col("ended_at").is_null() | (pl.col("ended_at") >= midnight)
        )
        assert occupied.filter(pl.col("day") == pl.col("day").max())["occupied"].sum() == len(there)
        assert (occupied["occupied"] <= occupied["beds"]).all()


def test_the_truth_comes_only_when_asked_for(world: World, file: Path, tmp_path: Path) -> None:
    query = "SELECT table_schema, table_name FROM information_schema.tables"
    with duckdb.connect(str(file), read_only=True) as connection:
        names = {name for _, name in connection.execute(query).fetchall()}
        comment = connection.execute("SELECT comment FROM duckdb_tables() WHERE table_name = 'bed_stay'").fetchone()
    assert not names & {table.name for table in TABLES.values() if table.truth}
    assert comment is not None
    assert comment[0].startswith("床位占用 | Bed stays")
    load_duckdb(world, tmp_path / "t.duckdb", truth=True, told=QUIET)
    with duckdb.connect(str(tmp_path / "t.duckdb"), read_only=True) as connection:
        assert ("truth", "person") in connection.execute(query).fetchall()


def test_postgresql_answers_as_duckdb_does_and_is_replaced_only_if_ours(world: World, file: Path, server: str) -> None:
    def same(row: tuple[object, ...]) -> list[object]:  # a REAL is shown with more or fewer digits
        return [struct.pack("f", value) if isinstance(value, float) else value for value in row]

    load_postgres(world, server, truth=True, told=QUIET)
    load_postgres(world, server, truth=False, told=QUIET)
    with duckdb.connect(str(file), read_only=True) as duck, psycopg.connect(server) as postgres:
        postgres.execute("SET search_path TO xinglin")
        for query in QUERIES:
            answers = [list(map(same, asked.execute(query).fetchall())) for asked in (postgres, duck)]  # type: ignore[attr-defined]
            assert answers[0] == answers[1], query
        schemas = [row[0] for row in postgres.execute("SELECT nspname FROM pg_namespace")]
        assert "xinglin_loading" not in schemas
        assert "truth" not in schemas

    def broken(name: str) -> None:
        if name == "diagnosis":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load_postgres(world, server, truth=False, told=broken)
    with psycopg.connect(server) as postgres:
        left = postgres.execute("SELECT count(*) FROM xinglin.diagnosis").fetchone()
        assert left == (len(world["diagnosis"]),)
        postgres.execute("CREATE SCHEMA truth")
    with pytest.raises(ExportError, match="schema truth that is no warehouse"):
        load_postgres(world, server, truth=True, told=QUIET)
    with pytest.raises(ExportError, match="password authentication failed"):
        load_postgres(world, server.replace("harmless", "wrong"), truth=False, told=QUIET)


def test_what_is_wrong_is_told_in_one_line(folder: Path, tmp_path: Path) -> None:
    def run(*arguments: str) -> str:
        return str(CliRunner().invoke(application("warehouse"), ["warehouse", *arguments]).exception)

    (tmp_path / "thesis.duckdb").write_text("years of work")
    assert "is no warehouse" in run(str(folder), "--out", str(tmp_path / "thesis.duckdb"))
    assert (tmp_path / "thesis.duckdb").read_text() == "years of work"
    assert "holds no world" in run(str(tmp_path), "--out", str(tmp_path / "x.duckdb"))
    assert "one of them" in run(str(folder))
    told = run(str(folder), "--to", "postgresql://nobody@127.0.0.1:1/none")
    assert "cannot be filled" in told
    assert "\n" not in told

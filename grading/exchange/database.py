"""Opening the exchange's database, and its clock."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, event

from grading.exchange.tables import METADATA

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.engine import Engine

BUSY_TIMEOUT_S = 30


def database_url(state: Path) -> str:
    """Where the database is unless the operator says otherwise: SQLite inside the state folder."""
    return f"sqlite:///{state / 'exchange' / 'exchange.db'}"


def open_engine(url: str) -> Engine:
    """Connect, and make the tables that are missing; several processes may do this at once."""
    engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_S} if url.startswith("sqlite") else {})
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _sqlite_settings)
        event.listen(engine, "begin", _sqlite_begin)
    METADATA.create_all(engine)
    return engine


def _sqlite_settings(connection: Any, _record: Any) -> None:  # noqa: ANN401 (a DB-API object)
    """WAL lets readers read while a worker writes; FULL keeps an acknowledged submission through a power cut."""
    connection.isolation_level = None  # SQLAlchemy's begin event below says how to begin
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")


def _sqlite_begin(connection: Any) -> None:  # noqa: ANN401 (SQLAlchemy's connection, whose options are untyped)
    """Writers take the lock at once (no failed upgrade in the middle); readers ask for none."""
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def now_us() -> int:
    """Server time, UTC microseconds: the only clock that counts for a submission."""
    return time.time_ns() // 1000


def moment(us: int) -> datetime:
    """Give the aware datetime of a time in UTC microseconds."""
    return datetime.fromtimestamp(us // 1_000_000, UTC).replace(microsecond=us % 1_000_000)

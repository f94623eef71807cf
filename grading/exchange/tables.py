"""The tables of the exchange, declared once (SQLAlchemy Core: SQLite by default, PostgreSQL when configured).

Times are UTC microseconds (int64). `attempt`, `outcome`, `incident` are only ever inserted into; `job` is the queue.
"""

from __future__ import annotations

from sqlalchemy import (
    DDL,
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    event,
)

METADATA = MetaData()

# SQLite numbers rows by itself only for INTEGER keys
ROW_ID = BigInteger().with_variant(Integer, "sqlite")

COURSE = Table(
    "course",
    METADATA,
    Column("id", String, primary_key=True),
    Column("title", JSON, nullable=False),
    Column("about", JSON, nullable=False),
)

ASSIGNMENT = Table(
    "assignment",
    METADATA,
    Column("course", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("title", JSON, nullable=False),
    Column("about", JSON, nullable=False),
    Column("minutes", Integer),
    Column("max_score", Float, nullable=False),
    Column("position", Integer, nullable=False),
    Column("editions", JSON, nullable=False),  # {language: {file name: blob}}
    Column("version", String, nullable=False),
    Column("policy", JSON, nullable=False),
    Column("released", Boolean, nullable=False),
    Column("published_at", BigInteger, nullable=False),
)

ATTEMPT = Table(
    "attempt",
    METADATA,
    Column("id", String, primary_key=True),
    Column("user", String, nullable=False),
    Column("course", String, nullable=False),
    Column("assignment", String, nullable=False),
    Column("number", Integer, nullable=False),
    Column("submitted_at", BigInteger, nullable=False),
    Column("language", String, nullable=False),
    Column("files", JSON, nullable=False),  # {file name: blob}
    Column("version", String, nullable=False),  # of the assignment, when it was submitted
    UniqueConstraint("user", "course", "assignment", "number"),
    Index("attempt_of_course", "course", "assignment"),
)

OUTCOME = Table(
    "outcome",
    METADATA,
    Column("attempt", String, primary_key=True),
    Column("revision", Integer, primary_key=True),  # 0 first marking, then one more per regrade
    Column("status", String, nullable=False),  # marked, rejected, failed
    Column("at", BigInteger, nullable=False),
    Column("score", Float),
    Column("max_score", Float),
    Column("reason", JSON),  # {zh, en}
    Column("verdict", JSON, nullable=False),
    Column("feedback", JSON, nullable=False),  # {language: blob}
    Index("outcome_when", "status", "at"),
)

JOB = Table(
    "job",
    METADATA,
    Column("id", ROW_ID, primary_key=True, autoincrement=True),
    Column("attempt", String, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("user", String, nullable=False),
    Column("priority", Integer, nullable=False),  # lower goes first: 0 a learner waits, 10 a regrade
    Column("queued_at", BigInteger, nullable=False),
    Column("worker", String),  # None while queued
    Column("lease_until", BigInteger),
    Column("crashes", Integer, nullable=False),
    UniqueConstraint("attempt", "revision"),
    Index("job_order", "worker", "priority", "id"),
)

EXTENSION = Table(
    "extension",
    METADATA,
    Column("id", ROW_ID, primary_key=True, autoincrement=True),
    Column("course", String, nullable=False),
    Column("assignment", String, nullable=False),
    Column("user", String, nullable=False),
    Column("granted", JSON, nullable=False),
    Column("granted_by", String, nullable=False),
    Column("at", BigInteger, nullable=False),
    Index("extension_of", "course", "assignment", "user"),
)

FETCH = Table(
    "fetch",
    METADATA,
    Column("user", String, primary_key=True),
    Column("course", String, primary_key=True),
    Column("assignment", String, primary_key=True),
    Column("language", String, nullable=False),
    Column("at", BigInteger, nullable=False),
)

PREFERENCE = Table(
    "preference",
    METADATA,
    Column("user", String, primary_key=True),
    Column("language", String, nullable=False),
)

INCIDENT = Table(
    "incident",
    METADATA,
    Column("id", ROW_ID, primary_key=True, autoincrement=True),
    Column("at", BigInteger, nullable=False),
    Column("user", String, nullable=False),
    Column("course", String, nullable=False),
    Column("assignment", String, nullable=False),
    Column("code", String, nullable=False),
    Column("detail", String, nullable=False),
)


def _keep(table: Table) -> None:
    """Let SQLite itself refuse to change or delete a row; on PostgreSQL, grant the service INSERT and SELECT only."""
    for change in ("UPDATE", "DELETE"):
        trigger = DDL(  # type: ignore[no-untyped-call] # SQLAlchemy left it out
            f"CREATE TRIGGER {table.name}_{change.lower()} BEFORE {change} ON {table.name} "
            f"BEGIN SELECT RAISE(ABORT, '{table.name} is kept as it is'); END"
        )
        event.listen(table, "after_create", trigger.execute_if(dialect="sqlite"))


for _table in (ATTEMPT, OUTCOME, INCIDENT):
    _keep(_table)

"""What a coherence rule is: one statement about all worlds, and a query that counts the rows which contradict it."""

# ruff: noqa: S608  # every name in a query is declared in the schema

from dataclasses import dataclass

LOCAL = "({} + to_hours(getvariable('zone')::BIGINT))"
"""A UTC time as the hospital's clocks show it."""


@dataclass(frozen=True)
class Rule:
    """One statement; `sql` counts the rows that contradict it."""

    id: str
    zh: str
    en: str
    sql: str


def rule(id_: str, zh: str, en: str, rows: str) -> Rule:
    """A rule from the rows that break it: what follows FROM."""
    return Rule(id_, zh, en, f"SELECT count(*) FROM {rows}")


def local(column: str) -> str:
    """SQL for the local time of a UTC column."""
    return LOCAL.format(column)


def local_day(column: str) -> str:
    """SQL for the local date of a UTC column."""
    return f"CAST({local(column)} AS DATE)"

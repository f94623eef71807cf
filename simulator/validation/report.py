"""Run the rules and the comparisons on a world's folder."""

import datetime as dt
import hashlib
import json
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from simulator.errors import WorldError
from simulator.knowledge import load_knowledge
from simulator.scenario import Scenario
from simulator.schema import OPTIONAL, TABLES, Table
from simulator.validation.rules import KNOWN_IDS, RULES
from simulator.validation.targets import QUERIES, targets
from simulator.world.world import MANIFEST, World

BY_CHANCE = 2
"""A figure may lie outside its tolerance by so many of its standard errors: small worlds show few cases."""
SQL_TYPES = {"id": "BIGINT", "i2": "SMALLINT", "i4": "INTEGER", "i8": "BIGINT", "f4": "FLOAT", "f8": "DOUBLE"} | {
    "bool": "BOOLEAN",
    "date": "DATE",
    "time": "TIMESTAMPTZ",
}
"""Type of a column -> type in SQL; text where it is not here."""


@dataclass(frozen=True)
class RuleOutcome:
    """A rule and how many rows break it."""

    id: str
    zh: str
    en: str
    violations: int


@dataclass(frozen=True)
class TargetOutcome:
    """A published figure, what the world has, and whether it lies inside the tolerance.

    chance: standard error of what was found in a world of this size, in `unit`; nought where nothing is drawn.
    """

    id: str
    quantity: str
    published: float
    unit: str
    found: float
    chance: float
    tolerance: str
    inside: bool
    source: str


@dataclass(frozen=True)
class Report:
    """All outcomes: the rules, the published figures, and the files that are not as the manifest says."""

    rules: tuple[RuleOutcome, ...]
    targets: tuple[TargetOutcome, ...]
    files: tuple[str, ...] = ()

    @property
    def coherent(self) -> bool:
        """Whether no rule is broken."""
        return all(outcome.violations == 0 for outcome in self.rules)

    @property
    def passed(self) -> bool:
        """Whether no rule is broken, every figure is inside its tolerance, and every file is as it was written."""
        return self.coherent and all(outcome.inside for outcome in self.targets) and not self.files


def check_world(world: World, folder: Path) -> Report:
    """Check the Parquet files of `folder`, which hold `world`; where a table is missing nothing else can be said."""
    files = altered(folder)
    if not set(TABLES) - OPTIONAL <= set(World.read(folder)):
        return Report((), (), files)
    with opened(world, folder) as connection:
        rules = tuple(RuleOutcome(rule.id, rule.zh, rule.en, _number(connection, rule.sql)) for rule in RULES)
        return Report(rules, _compare(connection, world), files)


@contextmanager
def opened(world: World, folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The tables of `folder` as views of a database in memory, with what the rules read besides them."""
    stored = World.read(folder)
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        for name in stored:
            paths = ", ".join("'" + str(path).replace("'", "''") + "'" for path in stored.files(name))
            try:
                connection.execute(f'CREATE VIEW "{name}" AS SELECT * FROM read_parquet([{paths}])')  # noqa: S608  # declared name, quoted paths
            except duckdb.Error as error:
                raise WorldError(
                    f"{folder}, table {name}, cannot be read: {str(error).splitlines()[0]}; simulate again"
                ) from error
        for name in OPTIONAL - set(stored):
            connection.execute(empty_table(TABLES[name]))
        prepare(connection, world)
        yield connection


def empty_table(table: Table) -> str:
    """SQL for a table without rows, for worlds that do not have it."""
    columns = ", ".join(f'"{one.name}" {SQL_TYPES.get(one.dtype, "VARCHAR")}' for one in table.columns)
    return f'CREATE TABLE "{table.name}" ({columns})'


def altered(folder: Path) -> tuple[str, ...]:
    """Names of the files that are missing or no longer what the manifest's SHA-256 says."""
    files = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["files"]
    return tuple(name for name, about in files.items() if "sha256" in about and not _unchanged(folder / name, about))


def _unchanged(path: Path, about: dict[str, object]) -> bool:
    if not path.is_file() or path.stat().st_size != about["bytes"]:
        return False
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest() == about["sha256"]


def prepare(connection: duckdb.DuckDBPyConnection, world: World) -> None:
    """What the rules read besides the tables: known ids, the formulary's limits, the period."""
    connection.execute(KNOWN_IDS)
    connection.execute("CREATE TEMP TABLE drug_limit (drug_code VARCHAR, dose_min DOUBLE, dose_max DOUBLE)")
    limits = [(drug.id, drug.dose_min, drug.dose_max) for drug in load_knowledge().drugs.values()]
    connection.executemany("INSERT INTO drug_limit VALUES (?, ?, ?)", limits)
    _set_period(connection, world)


def _set_period(connection: duckdb.DuckDBPyConnection, world: World) -> None:
    zone = world.scenario.calendar.zone
    begin = dt.datetime.combine(world.scenario.start, dt.time(), zone)
    until = begin + dt.timedelta(days=world.scenario.days)
    for name, moment in (("begin", begin), ("until", until)):
        connection.execute(f"SET VARIABLE {name} = TIMESTAMPTZ '{moment.isoformat()}'")
    connection.execute(f"SET VARIABLE zone = {world.scenario.calendar.utc_offset_hours}")
    connection.execute(f"SET VARIABLE days = {world.scenario.days}")
    knowledge = load_knowledge()
    factor = knowledge.regional_factors(world.scenario.region)[knowledge.disease_ids.index("hypertension")]
    connection.execute(f"SET VARIABLE hypertension_factor = {factor}")


def _scopes(scenario: Scenario) -> set[str]:
    """What figures can be about: hospitals if each health centre refers to one, a region if there are any."""
    scopes = {"any"} | ({scenario.region} if scenario.region else set())
    centres = [one for one in scenario.hospitals if one.level == "primary"]
    if all(one.refers_to is not None for one in centres):
        scopes |= {"hospital", "region"} if centres else {"hospital"}
    return scopes


def _compare(connection: duckdb.DuckDBPyConnection, world: World) -> tuple[TargetOutcome, ...]:
    """The figures that apply to this scenario, see `Target`."""
    scopes = _scopes(world.scenario)
    outcomes = []
    for target in targets():
        if target.applies not in scopes:
            continue
        found, chance = _figure(connection, QUERIES[target.id])
        if math.isnan(found):  # nobody here whom the figure is about
            continue
        inside = abs(found - target.value) <= target.margin + BY_CHANCE * chance
        outcomes.append(
            TargetOutcome(
                id=target.id,
                quantity=target.quantity,
                published=target.value,
                unit=target.unit,
                found=found,
                chance=chance,
                tolerance=target.tolerance,
                inside=inside,
                source=target.source,
            ),
        )
    return tuple(outcomes)


def _figure(connection: duckdb.DuckDBPyConnection, sql: str) -> tuple[float, float]:
    """What a query selects: a figure, and its standard error if it gives one; NaN for a figure of nothing."""
    row = connection.execute(sql).fetchone() or (None,)
    found, *chance = (float("nan") if value is None else float(value) for value in row)
    return found, chance[0] if chance else 0.0


def _number(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = connection.execute(sql).fetchone()
    return 0 if row is None else int(row[0])

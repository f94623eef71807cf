"""The writer: one Parquet file for each CDM table, then all of them in one DuckDB file with the CDM's keys."""

import datetime as dt
from pathlib import Path

import duckdb
import polars as pl

from simulator.formats.format import Period, Progress
from simulator.formats.omop.cdm import ddl, fields, schema
from simulator.formats.omop.concepts import concepts, vocabulary_tables
from simulator.formats.omop.events import MAKERS, Means
from simulator.formats.omop.people import about, persons, registry
from simulator.formats.portions import portions
from simulator.formats.sheets import Sheets
from simulator.world.world import World

DATABASE = "omop.duckdb"
ERA_GAP_DAYS = 30
READ = [
    "encounter",
    "bed_stay",
    "diagnosis",
    "order",
    "lab_result",
    "vital_sign",
    "medication_order",
    "administration",
    "imaging_study",
    "procedure",
    "charge",
    "settlement",
    "home_enrolment",
    "home_reading",
    "note",
    "ward",
]
ERAS = {
    "condition_era": ("condition_occurrence", "condition", "condition_start_date"),
    "drug_era": ("drug_exposure", "drug", "drug_exposure_end_date"),
}


def write_omop(world: World, folder: Path, period: Period, progress: Progress) -> int:
    """<table>.parquet for each CDM table and omop.duckdb; returns the rows written."""
    found = concepts(world)
    offset = world.scenario.calendar.zone.utcoffset(None) or dt.timedelta()
    last = _last_moment(world, offset)
    means = Means(found, offset, pl.lit(last))
    spans: list[pl.DataFrame] = []
    done = 0
    with Sheets(folder, schema) as sheets:
        for tables in portions(world, [name for name in READ if name in world], period):
            days = [_days(sheets.add(name, make(tables, means))) for name, make in MAKERS.items()]
            spans.append(_span(days))
            done += len(tables["encounter"])
            progress(done)
        others = persons(world, found, _span(spans)) | registry(world, found)
        for name, frame in (others | about(world, last.date(), offset) | vocabulary_tables(found)).items():
            sheets.add(name, frame)
        for name in fields():
            if name not in ERAS:
                sheets.add(name, pl.DataFrame())
    return sheets.rows + _database(folder)


def _last_moment(world: World, offset: dt.timedelta) -> dt.datetime:
    """The last registration or departure that the records know, on the hospital's clock."""
    seen = world.lazy("encounter").select(pl.max_horizontal(pl.col("registered_at", "ended_at").max())).collect().item()
    moment: dt.datetime = seen.replace(tzinfo=None) + offset
    return moment


def _days(frame: pl.DataFrame) -> pl.DataFrame:
    """person_id, first, last: the first and the last day that rows of a table speak of."""
    columns = [name for name, kind in frame.schema.items() if kind == pl.Date and name != "verbatim_end_date"]
    if not columns or "person_id" not in frame.columns:
        return pl.DataFrame(schema={"person_id": pl.Int64, "first": pl.Date, "last": pl.Date})
    return frame.group_by("person_id").agg(
        first=pl.min_horizontal(columns).min(), last=pl.max_horizontal(columns).max()
    )


def _span(pieces: list[pl.DataFrame]) -> pl.DataFrame:
    return pl.concat(pieces).group_by("person_id").agg(pl.col("first").min(), pl.col("last").max()).sort("person_id")


def _database(folder: Path) -> int:
    """Load the Parquet files into one database with its keys, make the eras there; returns the rows of these."""
    rows = 0
    with duckdb.connect(str(folder / DATABASE)) as connection:
        for name in fields():
            connection.execute(ddl(name))
            if name not in ERAS:
                file = str(folder / f"{name}.parquet").replace("'", "''")
                connection.execute(f"INSERT INTO \"{name}\" SELECT * FROM read_parquet('{file}')")  # noqa: S608  # names of cdm.csv
        for name in ERAS:
            connection.execute(_era(name))
            file = str(folder / f"{name}.parquet").replace("'", "''")
            connection.execute(f"COPY \"{name}\" TO '{file}' (FORMAT parquet)")
            found = connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()  # noqa: S608  # names of cdm.csv
            rows += int(found[0]) if found else 0
        connection.execute("CHECKPOINT")
    return rows


def _era(name: str) -> str:
    """Occurrences of one concept in one person that lie no more than 30 days apart, taken together."""
    table, what, end = ERAS[name]
    start = f"{what}_start_date" if what == "condition" else f"{what}_exposure_start_date"
    gap = ", 0 AS gap_days" if what == "drug" else ""
    return f"""
        INSERT INTO {name}
        WITH ordered AS (
            SELECT person_id, {what}_concept_id AS concept, {start} AS begun, {end} AS ended,
                   max({end}) OVER (PARTITION BY person_id, {what}_concept_id ORDER BY {start}, {end}
                                    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS former
            FROM {table}),
        numbered AS (
            SELECT *, sum(CASE WHEN former IS NULL OR begun > former + {ERA_GAP_DAYS} THEN 1 ELSE 0 END)
                      OVER (PARTITION BY person_id, concept ORDER BY begun, ended
                            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS era
            FROM ordered)
        SELECT row_number() OVER (ORDER BY person_id, concept, era), person_id, concept, min(begun), max(ended),
               count(*) {gap}
        FROM numbered GROUP BY person_id, concept, era"""  # noqa: S608  # names from the table above

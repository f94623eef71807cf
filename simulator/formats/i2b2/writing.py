"""The writer: facts portion by portion, dimensions at the end, all of it in one DuckDB file too."""

from pathlib import Path

import duckdb
import polars as pl

from simulator.formats.format import Period, Progress, Tables
from simulator.formats.i2b2.star import MODIFIERS, TABLES, ddl, schema
from simulator.formats.portions import portions
from simulator.formats.sheets import Sheets
from simulator.schema import TABLES as OWN
from simulator.world.world import World

DATABASE = "i2b2.duckdb"
READ = ["encounter", "diagnosis", "lab_result", "medication_order", "procedure", "vital_sign"]
SEX = {"male": "M", "female": "F"}
INOUT = {"inpatient": "I", "outpatient": "O", "emergency": "E"}
STEPS = {"Diagnosis": (1, 3), "Drug": (1, 3, 4, 5), "Procedure": (2,), "Laboratory": (), "Vital": ()}
"""Kind of concept -> how many characters of a code name the folders above it."""


def write_i2b2(world: World, folder: Path, period: Period, progress: Progress) -> int:
    """<table>.parquet for each table of the star and i2b2.duckdb; returns the rows written."""
    done, ended = 0, []
    with Sheets(folder, schema) as sheets:
        for tables in portions(world, READ, period):
            for facts in _facts(tables):
                sheets.add("observation_fact", facts)
            sheets.add("visit_dimension", _visits(tables["encounter"]))
            ended.append(tables["encounter"].select("patient_id", "outcome", "ended_at"))
            done += len(tables["encounter"])
            progress(done)
        sheets.add("patient_dimension", _patients(world, pl.concat(ended)))
        sheets.add("concept_dimension", _concepts(world))
        sheets.add("provider_dimension", _providers(world))
        sheets.add("modifier_dimension", _modifiers())
    with duckdb.connect(str(folder / DATABASE)) as connection:
        for name in TABLES:
            file = str(folder / f"{name}.parquet").replace("'", "''")
            connection.execute(ddl(name))
            connection.execute(f"INSERT INTO {name} SELECT * FROM read_parquet('{file}')")  # noqa: S608  # names of star.py
    return sheets.rows


def _moment(column: str) -> pl.Expr:
    return pl.col(column).dt.replace_time_zone(None)


def _fact(table: str, scheme: str, code: str, start: str, doctor: str | None = "doctor_id") -> dict[str, pl.Expr]:
    return {
        "encounter_num": pl.col("encounter_id"),
        "patient_num": pl.col("patient_id"),
        "concept_cd": pl.lit(f"{scheme}:") + pl.col(code).cast(pl.String),
        "provider_id": pl.col(doctor).cast(pl.String) if doctor else pl.lit("@"),
        "start_date": _moment(start),
        "modifier_cd": pl.lit("@"),
        "instance_num": pl.col(OWN[table].key),
        "valtype_cd": pl.lit("@"),
        "sourcesystem_cd": pl.lit(table),
    }


def _facts(tables: Tables) -> list[pl.DataFrame]:
    diagnosis = _fact("diagnosis", "ICD10", "code", "diagnosed_at")
    diagnosis["modifier_cd"] = pl.lit("DX:") + pl.col("role").cast(pl.String)
    procedure = _fact("procedure", "ICD9PROC", "code", "started_at") | {"end_date": _moment("ended_at")}
    return [
        tables["diagnosis"].select(**diagnosis),
        tables["procedure"].select(**procedure),
        _laboratory(tables["lab_result"]),
        *_drugs(tables["medication_order"]),
        *_vital_signs(tables["vital_sign"]),
    ]


def _laboratory(frame: pl.DataFrame) -> pl.DataFrame:
    number = pl.col("value").is_not_null()
    fact = _fact("lab_result", "LOINC", "loinc", "collected_at", None) | {
        "valtype_cd": pl.when(number).then(pl.lit("N")).otherwise(pl.lit("T")),
        "tval_char": pl.when(number).then(pl.lit("E")).otherwise(pl.col("value_text").cast(pl.String)),
        "nval_num": pl.col("value").cast(pl.Float64),
        "valueflag_cd": pl.col("flag").cast(pl.String),
        "units_cd": pl.col("unit").cast(pl.String),
        "end_date": _moment("resulted_at"),
    }
    return frame.select(**fact)


def _drugs(frame: pl.DataFrame) -> list[pl.DataFrame]:
    fact = _fact("medication_order", "ATC", "atc", "ordered_at") | {"end_date": _moment("ends_at")}
    dose = {
        "modifier_cd": pl.lit("MED:DOSE"),
        "valtype_cd": pl.lit("N"),
        "tval_char": pl.lit("E"),
        "nval_num": pl.col("dose").cast(pl.Float64),
        "units_cd": pl.col("dose_unit").cast(pl.String),
    }
    route = {
        "modifier_cd": pl.lit("MED:ROUTE"),
        "valtype_cd": pl.lit("T"),
        "tval_char": pl.col("route").cast(pl.String),
    }
    return [frame.select(**fact), frame.select(**(fact | dose)), frame.select(**(fact | route))]


def _vital_signs(frame: pl.DataFrame) -> list[pl.DataFrame]:
    found = []
    for column in OWN["vital_sign"].columns:
        if column.loinc:
            text = column.values is not None
            fact = _fact("vital_sign", "LOINC", "vital_sign_id", "measured_at", None) | {
                "concept_cd": pl.lit(f"LOINC:{column.loinc}"),
                "valtype_cd": pl.lit("T" if text else "N"),
                "tval_char": pl.col(column.name).cast(pl.String) if text else pl.lit("E"),
                "nval_num": pl.lit(None, pl.Float64) if text else pl.col(column.name).cast(pl.Float64),
                "units_cd": pl.lit(column.unit, pl.String),
            }
            found.append(frame.filter(pl.col(column.name).is_not_null()).select(**fact))
    return found


def _visits(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(
        encounter_num="encounter_id",
        patient_num="patient_id",
        active_status_cd=pl.when(pl.col("ended_at").is_null()).then(pl.lit("A")).otherwise(pl.lit("F")),
        start_date=_moment("registered_at"),
        end_date=_moment("ended_at"),
        inout_cd=pl.col("kind").cast(pl.String).replace_strict(INOUT),
        location_cd=pl.col("department_id").cast(pl.String),
    )


def _patients(world: World, ended: pl.DataFrame) -> pl.DataFrame:
    seen = ended.group_by("patient_id").agg(died=pl.col("ended_at").filter(pl.col("outcome") == "died").max())
    return (
        world["patient"]
        .join(seen, on="patient_id", how="inner", maintain_order="left")
        .select(
            patient_num="patient_id",
            vital_status_cd=pl.when(pl.col("died").is_null()).then(pl.lit("N")).otherwise(pl.lit("Y")),
            birth_date=pl.col("birth_date").cast(pl.Datetime("us")),
            death_date=_moment("died"),
            sex_cd=pl.col("sex").cast(pl.String).replace_strict(SEX),
            statecityzip_path=pl.lit("\\CN\\") + pl.col("district").cast(pl.String) + pl.lit("\\"),
        )
    )


def _concepts(world: World) -> pl.DataFrame:
    sources = [
        ("Diagnosis", "ICD10", "diagnosis", "code"),
        ("Drug", "ATC", "medication_order", "atc"),
        ("Procedure", "ICD9PROC", "procedure", "code"),
        ("Laboratory", "LOINC", "lab_result", "loinc"),
    ]
    frames = []
    for kind, scheme, table, code in sources:
        names = world.lazy(table).select(pl.col(code, "name_en").cast(pl.String)).unique(code).collect().sort(code)
        frames.append(_paths(kind, scheme, names.rename({code: "code"})))
    vital = [(column.loinc, column.en) for column in OWN["vital_sign"].columns if column.loinc]
    frames.append(_paths("Vital", "LOINC", pl.DataFrame(vital, ["code", "name_en"], orient="row")))
    return pl.concat(frames).unique("concept_path", maintain_order=True)


def _paths(kind: str, scheme: str, names: pl.DataFrame) -> pl.DataFrame:
    steps = [pl.col("code").str.slice(0, length) for length in STEPS[kind]]
    parts = [pl.lit("\\XL"), pl.lit(kind), *steps, pl.col("code"), pl.lit("")]
    return names.select(
        concept_path=pl.concat_str(parts, separator="\\"),
        concept_cd=pl.lit(f"{scheme}:") + pl.col("code"),
        name_char="name_en",
    )


def _providers(world: World) -> pl.DataFrame:
    number = pl.col("staff_id").cast(pl.String)
    parts = [pl.lit("\\XL\\Provider"), pl.col("department_id").cast(pl.String), number, pl.lit("")]
    return world["staff"].select(
        provider_id=number, provider_path=pl.concat_str(parts, separator="\\"), name_char="name_en"
    )


def _modifiers() -> pl.DataFrame:
    rows = [("\\" + code.replace(":", "\\") + "\\", code, name) for code, name in MODIFIERS.items()]
    return pl.DataFrame(rows, ["modifier_path", "modifier_cd", "name_char"], orient="row")

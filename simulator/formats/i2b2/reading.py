"""The reader: facts back into diagnosis, lab_result, medication_order and procedure, in the columns they carry."""

from pathlib import Path

import polars as pl

from simulator.formats.format import Tables
from simulator.formats.i2b2.star import KEYS, schema
from simulator.formats.rejects import Rejects
from simulator.schema import TABLES

FILE = "observation_fact.parquet"


def read_i2b2(folder: Path, rejects: Rejects) -> Tables:
    """The tables that the facts tell of; a fact that lacks a part of its key makes a reject."""
    facts = _read(folder, rejects)
    of = {str(key[0]): part for key, part in facts.group_by("sourcesystem_cd", maintain_order=True)}
    none = facts.clear()
    drugs = of.get("medication_order", none)
    dose = drugs.filter(pl.col("modifier_cd") == "MED:DOSE")
    tables = {
        "diagnosis": of.get("diagnosis", none).select(
            **_shared("diagnosis", "code", "diagnosed_at"),
            role=pl.col("modifier_cd").str.strip_prefix("DX:").cast(TABLES["diagnosis"]["role"].polars, strict=False),
        ),
        "procedure": of.get("procedure", none).select(
            **_shared("procedure", "code", "started_at"), ended_at=pl.col("end_date").dt.replace_time_zone("UTC")
        ),
        "lab_result": of.get("lab_result", none).select(
            **_shared("lab_result", "loinc", "collected_at"),
            value=pl.col("nval_num").cast(pl.Float32),
            unit=pl.col("units_cd").cast(pl.Categorical),
            flag=pl.col("valueflag_cd").cast(TABLES["lab_result"]["flag"].polars, strict=False),
            resulted_at=pl.col("end_date").dt.replace_time_zone("UTC"),
        ),
        "medication_order": dose.select(
            **_shared("medication_order", "atc", "ordered_at"),
            dose=pl.col("nval_num").cast(pl.Float32),
            dose_unit=pl.col("units_cd").cast(pl.Categorical),
            ends_at=pl.col("end_date").dt.replace_time_zone("UTC"),
        ),
    }
    tables["lab_result"] = tables["lab_result"].drop("doctor_id")
    return tables


def _shared(table: str, code: str, start: str) -> dict[str, pl.Expr]:
    return {
        TABLES[table].key: pl.col("instance_num"),
        "encounter_id": pl.col("encounter_num"),
        "patient_id": pl.col("patient_num"),
        "doctor_id": pl.col("provider_id").cast(pl.Int64, strict=False),
        code: pl.col("concept_cd").str.replace(r"^[A-Z0-9]+:", "").cast(pl.Categorical),
        start: pl.col("start_date").dt.replace_time_zone("UTC"),
    }


def _read(folder: Path, rejects: Rejects) -> pl.DataFrame:
    wanted = schema("observation_fact")
    try:
        frame = pl.read_parquet(folder / FILE)
        if missing := [name for name in wanted if name not in frame.columns]:
            rejects.add(FILE, "file", f"lacks the column {missing[0]}")
            return pl.DataFrame(schema=wanted)
        frame = frame.select([pl.col(name).cast(kind) for name, kind in wanted.items()])
    except (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        rejects.add(FILE, "file", f"is no Parquet file of facts ({str(error).splitlines()[0]})")
        return pl.DataFrame(schema=wanted)
    wrong = pl.repeat(value=False, n=len(frame), dtype=pl.Boolean, eager=True)
    for name in KEYS["observation_fact"]:
        for row in frame[name].is_null().arg_true():
            rejects.add(FILE, f"row {row + 1}, {name}", "is empty, but is a part of the key")
        wrong |= frame[name].is_null()
    return frame.filter(~wrong)

"""The reader: CDM tables back into the world's own, in the columns that the CDM carries."""

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path

import polars as pl
from polars import selectors

from simulator.formats.format import Tables
from simulator.formats.omop.cdm import fields, schema
from simulator.formats.omop.events import EHR, PRESCRIBED, STATUS, VISITS
from simulator.formats.omop.people import OFFSET
from simulator.formats.rejects import Rejects
from simulator.schema import TABLES

MOST = 24 * 60
FIRST_VITAL = TABLES["vital_sign"].number * 10**14


def read_omop(folder: Path, rejects: Rejects) -> Tables:
    """encounter, diagnosis, lab_result, medication_order, procedure; a row that lacks what it must have is a reject."""
    notes = _table(folder, "metadata", rejects).filter(pl.col("name") == OFFSET)["value_as_number"].drop_nulls()
    if len(notes) != 1 or not -MOST <= notes[0] <= MOST:
        rejects.add("metadata.parquet", OFFSET, "must stand there once, within a day")
        return {}
    offset = dt.timedelta(minutes=notes[0])
    return {name: _utc(read(_table(folder, cdm, rejects)), offset) for name, (cdm, read) in READERS.items()}


def _table(folder: Path, name: str, rejects: Rejects) -> pl.DataFrame:
    path = folder / f"{name}.parquet"
    try:
        frame = pl.read_parquet(path)
        if missing := [column for column in schema(name) if column not in frame.columns]:
            rejects.add(path.name, "file", f"lacks the column {missing[0]}")
            return pl.DataFrame(schema=schema(name))
        frame = frame.select([pl.col(column).cast(kind) for column, kind in schema(name).items()])
    except (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        rejects.add(path.name, "file", f"is no Parquet file of the CDM's table ({str(error).splitlines()[0]})")
        return pl.DataFrame(schema=schema(name))
    wrong = pl.repeat(value=False, n=len(frame), dtype=pl.Boolean, eager=True)
    for field in fields()[name]:
        empty = frame[field["column"]].is_null()
        if field["required"] == "yes" and empty.any():
            for row in empty.arg_true():
                rejects.add(path.name, f"row {row + 1}, {field['column']}", "is empty, but must have a value")
            wrong |= empty
    return frame.filter(~wrong)


def _utc(frame: pl.DataFrame, offset: dt.timedelta) -> pl.DataFrame:
    return frame.with_columns((selectors.datetime() - pl.lit(offset)).dt.replace_time_zone("UTC"))


def _back(codes: Mapping[str, int], column: str) -> pl.Expr:
    return pl.col(column).replace_strict({number: code for code, number in codes.items()}, default=None)


SHARED = {"encounter_id": "visit_occurrence_id", "patient_id": "person_id", "doctor_id": "provider_id"}


def _encounters(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(
        encounter_id="visit_occurrence_id",
        patient_id="person_id",
        department_id="care_site_id",
        doctor_id="provider_id",
        kind=_back(VISITS, "visit_concept_id").cast(TABLES["encounter"]["kind"].polars, strict=False),
        registered_at="visit_start_datetime",
        ended_at="visit_end_datetime",
        outcome=pl.col("discharged_to_source_value").cast(TABLES["encounter"]["outcome"].polars, strict=False),
        previous_encounter_id="preceding_visit_occurrence_id",
    )


def _diagnoses(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(
        diagnosis_id="condition_occurrence_id",
        **SHARED,
        role=_back(STATUS, "condition_status_concept_id").cast(TABLES["diagnosis"]["role"].polars, strict=False),
        rank=pl.col("condition_status_source_value").cast(pl.Int16, strict=False),
        code=pl.col("condition_source_value").cast(pl.Categorical),
        diagnosed_at="condition_start_datetime",
    )


def _results(frame: pl.DataFrame) -> pl.DataFrame:
    laboratory = (pl.col("measurement_type_concept_id") == EHR) & (pl.col("measurement_id") < FIRST_VITAL)
    return frame.filter(laboratory).select(
        lab_result_id="measurement_id",
        encounter_id="visit_occurrence_id",
        patient_id="person_id",
        test_code=pl.col("measurement_source_value").cast(pl.Categorical),
        value=pl.col("value_as_number").cast(pl.Float32),
        value_text=pl.col("value_source_value").cast(pl.Categorical),
        unit=pl.col("unit_source_value").cast(pl.Categorical),
        ref_low=pl.col("range_low").cast(pl.Float32),
        ref_high=pl.col("range_high").cast(pl.Float32),
        collected_at="measurement_datetime",
    )


def _drugs(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.filter(pl.col("drug_type_concept_id") == PRESCRIBED).select(
        medication_order_id="drug_exposure_id",
        **SHARED,
        drug_code=pl.col("drug_source_value").cast(pl.Categorical),
        dose_unit=pl.col("dose_unit_source_value").cast(pl.Categorical),
        route=pl.col("route_source_value").cast(pl.Categorical),
        days=pl.col("days_supply").cast(pl.Int16, strict=False),
        quantity=pl.col("quantity").cast(pl.Int32, strict=False),
        ordered_at="drug_exposure_start_datetime",
        ends_at="drug_exposure_end_datetime",
    )


def _procedures(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.filter(pl.col("procedure_occurrence_id") // 10**12 == TABLES["procedure"].number).select(
        procedure_id="procedure_occurrence_id",
        **SHARED,
        code=pl.col("procedure_source_value").cast(pl.Categorical),
        started_at="procedure_datetime",
        ended_at="procedure_end_datetime",
    )


READERS: Mapping[str, tuple[str, Callable[[pl.DataFrame], pl.DataFrame]]] = {
    "encounter": ("visit_occurrence", _encounters),
    "diagnosis": ("condition_occurrence", _diagnoses),
    "lab_result": ("measurement", _results),
    "medication_order": ("drug_exposure", _drugs),
    "procedure": ("procedure_occurrence", _procedures),
}
"""Table of the world -> CDM table and what turns it back."""

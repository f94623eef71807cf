"""What many messages said of one visit, stay, order or drug, put together in the declared types."""

from collections.abc import Mapping

import polars as pl

from simulator.formats.format import Tables
from simulator.schema import TABLES

LIMITS = r"^(-?[0-9.]+)-(-?[0-9.]+)$"
LISTED = (
    "patient", "encounter", "bed_stay", "diagnosis", "order", "lab_result", "medication_order", "administration",
    "procedure", "imaging_study", "charge",
)  # fmt: skip


def assembled(found: Mapping[str, pl.DataFrame]) -> Tables:
    """The tables, each row once, in order of its key; found: rows of each part in the order in which they were read."""
    encounters = _encounters(found)
    made = {
        "patient": _patients(found["patient"], encounters),
        "encounter": encounters,
        "bed_stay": _stays(found, encounters),
        "diagnosis": found["diagnosis"].with_columns(
            role=pl.when(pl.col("rank") == 1).then(pl.lit("main")).otherwise(pl.lit("secondary"))
        ),
        "order": _orders(found),
        "lab_result": _results(found["lab_result"]),
        "medication_order": _drugs(found),
        "administration": found["administration"].with_columns(
            given_at=pl.when(pl.col("status") == "given").then(pl.col("given_at"))
        ),
        "procedure": found["procedure"],
        "imaging_study": _studies(found["imaging_study"]),
        "charge": found["charge"],
    }
    return {name: _declared(name, made[name]) for name in LISTED}


def _declared(name: str, rows: pl.DataFrame) -> pl.DataFrame:
    """The columns that are declared, in their order and types; a row said twice counts as it was said last."""
    table = TABLES[name]
    kept = [column for column in table.columns if column.name in rows.columns]
    rows = rows.filter(pl.col(table.key).is_not_null()).unique(table.key, keep="last").sort(table.key)
    rows = rows.select(pl.col(column.name).cast(column.polars, strict=False) for column in kept)
    # An empty field and no value look the same in a message; where the record must have a text it is an empty one.
    texts = [column.name for column in kept if not column.nullable and column.polars in {pl.String(), pl.Categorical()}]
    return rows.with_columns(pl.col(texts).fill_null(""))


def _last(rows: pl.DataFrame, key: str, *columns: str) -> pl.DataFrame:
    return rows.select(key, *columns).unique(key, keep="last")


def _encounters(found: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    rows = found["encounter"]
    for part, columns in (
        ("seen", ("seen_at", "doctor_id")), ("triaged", ("triaged_at", "triage_level")),
        ("admitted", ("admitted_at",)), ("ended", ("ended_at", "outcome")),
    ):  # fmt: skip
        rows = rows.join(_last(found[part], "encounter_id", *columns), on="encounter_id", how="left")
    return rows.with_columns(arrived_at=pl.when(pl.col("kind") != "inpatient").then(pl.col("arrived_at")))


def _patients(rows: pl.DataFrame, encounters: pl.DataFrame) -> pl.DataFrame:
    """With the insurance of their last visit: IN1 and PV1-20 say it visit by visit."""
    insured = encounters.sort("registered_at").select("patient_id", "insurance").unique("patient_id", keep="last")
    return rows.join(insured, on="patient_id", how="left", maintain_order="left")


def _stays(found: Mapping[str, pl.DataFrame], encounters: pl.DataFrame) -> pl.DataFrame:
    """A stay ends when the next one begins or the patient leaves; the first bed was asked for at registration."""
    ends = encounters.select("encounter_id", "registered_at", left="ended_at").unique("encounter_id", keep="last")
    rows = found["bed_stay"].unique("bed_stay_id", keep="last").sort("encounter_id", "started_at")
    rows = rows.join(ends, on="encounter_id", how="left", maintain_order="left")
    rows = rows.join(_last(found["asked"], "bed_stay_id", "requested_at"), on="bed_stay_id", how="left")
    following = pl.col("started_at").shift(-1).over("encounter_id", order_by="started_at")
    return rows.with_columns(
        ended_at=pl.coalesce(following, "left"), requested_at=pl.coalesce("requested_at", "registered_at")
    )


def _orders(found: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    states = {"CA": "cancelled", "CM": "completed"}
    state = _last(found["state"], "order_id", "status").with_columns(
        pl.col("status").replace_strict(states, default="active", return_dtype=pl.String)
    )
    rows = found["order"].join(state, on="order_id", how="left", maintain_order="left")
    return rows.with_columns(pl.col("status").fill_null("active"))


def _results(rows: pl.DataFrame) -> pl.DataFrame:
    numeric = pl.col("value_type") == "NM"
    limits = pl.col("limits").str.extract_groups(LIMITS)
    return rows.with_columns(
        value=pl.when(numeric).then(pl.col("found").cast(pl.Float32, strict=False)),
        value_text=pl.when(~numeric).then(pl.col("found")),
        ref_low=limits.struct.field("1").cast(pl.Float32, strict=False),
        ref_high=limits.struct.field("2").cast(pl.Float32, strict=False),
    )


def _drugs(found: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    stopped = _last(found["stopped"], "medication_order_id", "stopped_at")
    rows = found["medication_order"].join(stopped, on="medication_order_id", how="left", maintain_order="left")
    return rows.with_columns(ends_at=pl.coalesce("stopped_at", "ends_at"))


def _studies(rows: pl.DataFrame) -> pl.DataFrame:
    """One row for each study of the two that state its conclusion in Chinese and in English."""
    english = rows.filter(language="en").select("imaging_study_id", conclusion_en="conclusion")
    return (
        rows.filter(language="zh")
        .rename({"conclusion": "conclusion_zh"})
        .join(english.unique("imaging_study_id", keep="last"), on="imaging_study_id", how="left", maintain_order="left")
    )

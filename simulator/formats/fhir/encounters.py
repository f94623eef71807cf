"""Encounter with the beds and diagnoses of each, and Condition."""

import polars as pl

from simulator.formats.fhir.frames import Frames
from simulator.formats.fhir.json_text import Maybe, Node, Raw, T, dumps, rendered
from simulator.formats.fhir.vocabulary import (
    ICD10,
    TERMS,
    coding,
    concepts,
    english,
    mapped,
    named,
    reference,
    standard,
)
from simulator.schema import values

ASSOCIATED = "http://hl7.org/fhir/StructureDefinition/encounter-associatedEncounter"


def lists(frame: pl.DataFrame, key: str, node: Node) -> pl.DataFrame:
    """For each value of `key` the rendered rows with commas between, as column `items`."""
    return (
        frame.select(pl.col(key), rendered(node).alias("items"))
        .group_by(key, maintain_order=True)
        .agg(pl.col("items").str.join(","))
    )


def encounters(frames: Frames) -> pl.Series:
    """Visits and stays. Period: from arrival, or from the first bed; the history says when each state began.

    The previous encounter is named only where it is in the same export.
    """
    rows = frames["encounter"]
    known = rows.select(previous_encounter_id="encounter_id", previous="encounter_id")
    rows = rows.join(known, on="previous_encounter_id", how="left", maintain_order="left")
    for name, items in (("beds", _beds(frames)), ("found", _found(frames))):
        rows = rows.join(items.rename({"items": name}), on="encounter_id", how="left", maintain_order="left")
    return rows.with_columns(*_words(), *_states()).select(rendered(_template()).alias("json"))["json"]


def _beds(frames: Frames) -> pl.DataFrame:
    return lists(
        frames["bed_stay"],
        "encounter_id",
        {
            "location": reference("Location", "bed_id"),
            "period": {"start": T("{started_at}"), "end": Maybe(T("{ended_at}"))},
        },
    )


def _found(frames: Frames) -> pl.DataFrame:
    roles = frames["diagnosis"].with_columns(
        mapped("role", concepts("diagnosis-role", values.DIAGNOSIS_ROLE)),
    )
    return lists(
        roles,
        "encounter_id",
        {"condition": reference("Condition", "diagnosis_id"), "use": Raw("role"), "rank": Raw("rank")},
    )


def _words() -> list[pl.Expr]:
    kinds = {word: dumps(standard("encounter-kind", word)[0]) for word in values.ENCOUNTER_KIND}
    return [
        mapped("kind", kinds, "class"),
        mapped("kind", concepts("encounter-kind", values.ENCOUNTER_KIND), "type"),
        mapped("arrival_mode", concepts("arrival-mode", values.ARRIVAL_MODE)),
        mapped("outcome", concepts("outcome", values.OUTCOME)),
        mapped("triage_level", concepts("triage-level", values.TRIAGE_LEVEL)),
    ]


def _states() -> list[pl.Expr]:
    stay = pl.col("kind") == "inpatient"
    begun = pl.coalesce("admitted_at", "seen_at")
    left = pl.col("outcome") == "left_before_seen"
    status = (
        pl.when(left.fill_null(value=False))
        .then(pl.lit("cancelled"))
        .when(pl.col("ended_at").is_not_null())
        .then(pl.lit("finished"))
        .when(stay & pl.col("admitted_at").is_null())
        .then(pl.lit("planned"))
        .when(begun.is_not_null())
        .then(pl.lit("in-progress"))
        .when(pl.col("triaged_at").is_not_null())
        .then(pl.lit("triaged"))
        .otherwise(pl.lit("arrived"))
    )
    return [
        status.alias("status"),
        pl.when(stay).then(pl.lit("planned")).otherwise(pl.lit("arrived")).alias("first"),
        pl.when(stay).then("admitted_at").otherwise("arrived_at").alias("begun"),
        pl.when(stay).then("admitted_at").otherwise("seen_at").alias("under_way"),
    ]


def _template() -> Node:
    return {
        "resourceType": "Encounter",
        "id": T("{encounter_id}"),
        "extension": Maybe([{"url": ASSOCIATED, "valueReference": reference("Encounter", "previous")}]),
        "status": T("{status}"),
        "statusHistory": [
            _since("{first}", "{registered_at}"),
            Maybe(_since("triaged", "{triaged_at}")),
            Maybe(_since("in-progress", "{under_way}")),
        ],
        "class": Raw("class"),
        "type": [Raw("type")],
        "priority": Maybe(Raw("triage_level")),
        "subject": reference("Patient", "patient_id"),
        "participant": Maybe([_doctor()]),
        "period": Maybe({"start": T("{begun}"), "end": Maybe(T("{ended_at}"))}),
        "reasonCode": Maybe([{"text": T("{complaint_zh}"), "_text": english("complaint_en")}]),
        "diagnosis": Maybe([Raw("found")]),
        "hospitalization": {"admitSource": Raw("arrival_mode"), "dischargeDisposition": Maybe(Raw("outcome"))},
        "location": Maybe([Raw("beds")]),
        "serviceProvider": reference("Organization", "department_id"),
    }


def _since(state: str, column: str) -> Node:
    return {"status": T(state), "period": {"start": T(column)}}


def _doctor() -> Node:
    return {
        "type": [{"coding": [coding(f"{TERMS}/v3-ParticipationType", "ATND", "attender")]}],
        "period": Maybe({"start": T("{seen_at}")}),
        "individual": reference("Practitioner", "doctor_id"),
    }


def conditions(frames: Frames) -> pl.Series:
    """Diagnoses as they were recorded."""
    return frames["diagnosis"].select(
        rendered(
            {
                "resourceType": "Condition",
                "id": T("{diagnosis_id}"),
                "verificationStatus": {"coding": [coding(f"{TERMS}/condition-ver-status", "confirmed", "Confirmed")]},
                "category": [
                    {"coding": [coding(f"{TERMS}/condition-category", "encounter-diagnosis", "Encounter Diagnosis")]}
                ],
                "code": named(ICD10, "{code}", "{name_en}", "{name_zh}"),
                "subject": reference("Patient", "patient_id"),
                "encounter": reference("Encounter", "encounter_id"),
                "recordedDate": T("{diagnosed_at}"),
                "recorder": reference("Practitioner", "doctor_id"),
            }
        ).alias("json")
    )["json"]

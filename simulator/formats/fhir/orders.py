"""ServiceRequest, DiagnosticReport, ImagingStudy and Procedure."""

import polars as pl

from simulator.formats.fhir.encounters import lists
from simulator.formats.fhir.frames import Frames
from simulator.formats.fhir.json_text import Maybe, Node, Raw, T, dumps, rendered
from simulator.formats.fhir.vocabulary import (
    ICD9,
    OWN,
    TERMS,
    because,
    codes,
    coding,
    concepts,
    english,
    mapped,
    named,
    reference,
)
from simulator.schema import values

DCM = "http://dicom.nema.org/resources/ontology/DCM"


def _whose() -> dict[str, Node]:
    return {
        "subject": reference("Patient", "patient_id"),
        "encounter": reference("Encounter", "encounter_id"),
    }


def requests(frames: Frames) -> pl.Series:
    """Orders for tests, images and procedures."""
    rows = frames["order"].with_columns(
        mapped("status", codes()["order_status"]),
        mapped("kind", concepts("order-kind", values.ORDER_KIND)),
        because(),
    )
    return rows.select(
        rendered(
            {
                "resourceType": "ServiceRequest",
                "id": T("{order_id}"),
                "status": T("{status}"),
                "intent": "order",
                "category": [Raw("kind")],
                "priority": T("{priority}"),
                "code": named(f"{OWN}/order-item", "{code}", "{name_en}", "{name_zh}"),
                **_whose(),
                "authoredOn": T("{ordered_at}"),
                "requester": reference("Practitioner", "doctor_id"),
                "reasonReference": Maybe([reference("Condition", "diagnosis_id")]),
            }
        ).alias("json")
    )["json"]


def reports(frames: Frames) -> pl.Series:
    """What the laboratory and the imaging departments answered; the ids are those of the order and of the study."""
    return pl.concat([_laboratory(frames), _imaging(frames)])


def _laboratory(frames: Frames) -> pl.Series:
    results = frames["lab_result"]
    found = lists(results, "order_id", reference("Observation", "lab_result_id"))
    whole = results.group_by("order_id", maintain_order=True).agg(
        pl.col("collected_at").first(), pl.col("resulted_at").max(), pl.len().alias("number")
    )
    rows = (
        frames["order"]
        .join(whole, on="order_id", maintain_order="left")
        .join(found, on="order_id", maintain_order="left")
        .with_columns(
            pl.when(pl.col("status") == "completed").then(pl.lit("final")).otherwise(pl.lit("partial")).alias("state")
        )
    )
    return rows.select(
        rendered(
            _report("{order_id}", "{state}", "LAB", "Laboratory")
            | {
                "code": named(f"{OWN}/order-item", "{code}", "{name_en}", "{name_zh}"),
                **_whose(),
                "effectiveDateTime": T("{collected_at}"),
                "issued": T("{resulted_at}"),
                "specimen": [reference("Specimen", "order_id")],
                "result": [Raw("items")],
            }
        ).alias("json")
    )["json"]


def _report(number: str, status: str, code: str, display: str) -> dict[str, Node]:
    return {
        "resourceType": "DiagnosticReport",
        "id": T(number),
        "basedOn": [reference("ServiceRequest", "order_id")],
        "status": T(status),
        "category": [{"coding": [coding(f"{TERMS}/v2-0074", code, display)]}],
    }


def _studies(frames: Frames) -> pl.DataFrame:
    items = frames["order"].select("order_id", "code")
    return frames["imaging_study"].join(items, on="order_id", how="left", maintain_order="left")


def _imaging(frames: Frames) -> pl.Series:
    rows = _studies(frames).with_columns(mapped("result", concepts("imaging-result", values.IMAGING_RESULT)))
    return rows.select(
        rendered(
            _report("{imaging_study_id}", "final", "RAD", "Radiology")
            | {
                "code": named(f"{OWN}/order-item", "{code}", "{name_en}", "{name_zh}"),
                **_whose(),
                "effectiveDateTime": T("{started_at}"),
                "issued": T("{reported_at}"),
                "imagingStudy": [reference("ImagingStudy", "imaging_study_id")],
                "conclusion": T("{conclusion_zh}"),
                "_conclusion": english("conclusion_en"),
                "conclusionCode": [Raw("result")],
            }
        ).alias("json")
    )["json"]


def studies(frames: Frames) -> pl.Series:
    """Imaging studies without series: the world has no images."""
    kinds = frames["imaging_study"]["modality"].unique().to_list()
    own = codes()["not_dicom"]
    modalities = {kind: dumps(coding(f"{OWN}/modality" if kind in own else DCM, kind)) for kind in kinds}
    return (
        _studies(frames)
        .with_columns(mapped("modality", modalities))
        .select(
            rendered(
                {
                    "resourceType": "ImagingStudy",
                    "id": T("{imaging_study_id}"),
                    "identifier": [
                        {
                            "type": {"coding": [coding(f"{TERMS}/v2-0203", "ACSN", "Accession ID")]},
                            "system": f"{OWN}/accession-number",
                            "value": T("{accession_number}"),
                        }
                    ],
                    "status": "available",
                    "modality": [Raw("modality")],
                    **_whose(),
                    "started": T("{started_at}"),
                    "basedOn": [reference("ServiceRequest", "order_id")],
                    "procedureCode": [named(f"{OWN}/order-item", "{code}", "{name_en}", "{name_zh}")],
                }
            ).alias("json")
        )["json"]
    )


def procedures(frames: Frames) -> pl.Series:
    """Operations and procedures that were done; one without a number in ICD-9-CM-3 has its names alone."""
    alone = rendered({"text": T("{name_zh}"), "_text": english("name_en")})
    numbered = rendered(named(ICD9, "{code}", "{name_en}", "{name_zh}"))
    concept = pl.when(pl.col("code") == "").then(alone).otherwise(numbered).alias("concept")
    return (
        frames["procedure"]
        .with_columns(concept)
        .select(
            rendered(
                {
                    "resourceType": "Procedure",
                    "id": T("{procedure_id}"),
                    "basedOn": [reference("ServiceRequest", "order_id")],
                    "status": "completed",
                    "code": Raw("concept"),
                    **_whose(),
                    "performedPeriod": {"start": T("{started_at}"), "end": T("{ended_at}")},
                    "performer": [{"actor": reference("Practitioner", "doctor_id")}],
                }
            ).alias("json")
        )["json"]
    )

"""Provenance (who wrote what) and AuditEvent (who entered which order), from the rows that say so."""

import polars as pl

from simulator.formats.fhir.frames import Frames
from simulator.formats.fhir.json_text import Node, T, rendered
from simulator.formats.fhir.vocabulary import TERMS, coding, reference

WRITTEN = (
    ("note", "DocumentReference", "note_id", "author_id", "written_at"),
    ("diagnosis", "Condition", "diagnosis_id", "doctor_id", "diagnosed_at"),
)
"""Table, type of resource, its id, who, when."""
ORDERED = (
    ("order", "ServiceRequest", "order_id", "doctor_id", "ordered_at"),
    ("medication_order", "MedicationRequest", "medication_order_id", "doctor_id", "ordered_at"),
)


def provenances(frames: Frames) -> pl.Series:
    """Authors of notes and diagnoses."""
    made = [
        frames[table].select(
            rendered(
                {
                    "resourceType": "Provenance",
                    "id": T(f"{{{key}}}"),
                    "target": [reference(kind, key)],
                    "recorded": T(f"{{{when}}}"),
                    "activity": {"coding": [coding(f"{TERMS}/v3-DataOperation", "CREATE", "create")]},
                    "agent": [
                        {
                            "type": {"coding": [coding(f"{TERMS}/provenance-participant-type", "author", "Author")]},
                            "who": reference("Practitioner", who),
                        }
                    ],
                }
            ).alias("json")
        )["json"]
        for table, kind, key, who, when in WRITTEN
    ]
    return pl.concat(made)


def audits(frames: Frames) -> pl.Series:
    """Orders as their doctors entered them."""
    places = frames["encounter"].select("encounter_id", "hospital_id")
    made = [
        frames[table]
        .join(places, on="encounter_id", how="left", maintain_order="left")
        .select(rendered(_event(kind, key, who, when)).alias("json"))["json"]
        for table, kind, key, who, when in ORDERED
    ]
    return pl.concat(made)


def _event(kind: str, key: str, who: str, when: str) -> Node:
    return {
        "resourceType": "AuditEvent",
        "id": T(f"{{{key}}}"),
        "type": coding(f"{TERMS}/audit-event-type", "rest", "RESTful Operation"),
        "subtype": [coding("http://hl7.org/fhir/restful-interaction", "create", "create")],
        "action": "C",
        "recorded": T(f"{{{when}}}"),
        "outcome": "0",
        "agent": [{"who": reference("Practitioner", who), "requestor": True}],
        "source": {"observer": reference("Organization", "hospital_id")},
        "entity": [{"what": reference(kind, key)}],
    }

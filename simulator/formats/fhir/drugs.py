"""MedicationRequest, MedicationDispense and MedicationAdministration."""

import polars as pl

from simulator.formats.fhir.frames import Frames
from simulator.formats.fhir.json_text import Maybe, Node, Raw, T, dumps, rendered
from simulator.formats.fhir.vocabulary import (
    ATC,
    OWN,
    UCUM,
    because,
    codes,
    concepts,
    mapped,
    named,
    quantity,
    reference,
    units,
)
from simulator.schema import values


def medication() -> Node:
    """The drug: ATC, our own code, both names."""
    own: Node = {"system": f"{OWN}/drug", "code": T("{drug_code}"), "display": T("{name_en}")}
    return named(ATC, "{atc}", "{name_en}", "{name_zh}", own)


def _timings() -> dict[str, str]:
    names = concepts("frequency", codes()["words"]["frequency"])
    made = {}
    for word, often in codes()["timing"].items():
        repeat = dict(zip(("frequency", "period", "periodUnit"), often, strict=False))
        head = f'"repeat":{dumps(repeat)},' if repeat else ""
        made[word] = f'{{{head}"code":{names[word]}}}'
    return made


def requests(frames: Frames) -> pl.Series:
    """Prescriptions and ward orders; one is complete when it has ended, or when the pharmacy has handed it out."""
    ended = frames.raw("medication_order").select(
        (pl.col("ends_at") <= frames.end).fill_null(value=False).alias("over")
    )
    ward = pl.col("kind") == "inpatient"
    done = (ward & pl.col("over")) | pl.col("dispensed_at").is_not_null()
    rows = frames["medication_order"].with_columns(
        ended["over"],
        units("dose_unit", "ucum"),
        because(),
        mapped("kind", concepts("prescription-kind", values.PRESCRIPTION_KIND), "category"),
        mapped("route", concepts("route", codes()["words"]["route"])),
        mapped("frequency", _timings(), "timing"),
    )
    rows = rows.with_columns(pl.when(done).then(pl.lit("completed")).otherwise(pl.lit("active")).alias("status"))
    return rows.select(rendered(_request()).alias("json"))["json"]


def _request() -> Node:
    return {
        "resourceType": "MedicationRequest",
        "id": T("{medication_order_id}"),
        "status": T("{status}"),
        "intent": "order",
        "category": [Raw("category")],
        "medicationCodeableConcept": medication(),
        "subject": reference("Patient", "patient_id"),
        "encounter": reference("Encounter", "encounter_id"),
        "authoredOn": T("{ordered_at}"),
        "requester": reference("Practitioner", "doctor_id"),
        "reasonReference": Maybe([reference("Condition", "diagnosis_id")]),
        "dosageInstruction": [
            {
                "timing": Raw("timing"),
                "route": Raw("route"),
                "doseAndRate": [{"doseQuantity": quantity("dose", "{dose_unit}", "{ucum}")}],
            }
        ],
        "dispenseRequest": {
            "quantity": {"value": Raw("quantity")},
            "expectedSupplyDuration": {"value": Raw("days"), "unit": "d", "system": UCUM, "code": "d"},
            "validityPeriod": Maybe({"start": T("{ordered_at}"), "end": T("{ends_at}")}),
        },
    }


def dispenses(frames: Frames) -> pl.Series:
    """What the pharmacy handed out; the ids are those of the prescriptions."""
    rows = frames["medication_order"].filter(pl.col("dispensed_at").is_not_null())
    return rows.select(
        rendered(
            {
                "resourceType": "MedicationDispense",
                "id": T("{medication_order_id}"),
                "status": "completed",
                "medicationCodeableConcept": medication(),
                "subject": reference("Patient", "patient_id"),
                "context": reference("Encounter", "encounter_id"),
                "authorizingPrescription": [reference("MedicationRequest", "medication_order_id")],
                "quantity": {"value": Raw("quantity")},
                "whenHandedOver": T("{dispensed_at}"),
            }
        ).alias("json")
    )["json"]


def administrations(frames: Frames) -> pl.Series:
    """Doses given on the wards; those held or refused stand at the time they were due."""
    what = frames["medication_order"].select("medication_order_id", "drug_code", "atc", "name_zh", "name_en")
    why = concepts("administration-status", values.ADMINISTRATION_STATUS)
    rows = (
        frames["administration"]
        .join(what, on="medication_order_id", how="left", maintain_order="left")
        .with_columns(
            units("dose_unit", "ucum"),
            pl.coalesce("given_at", "due_at").alias("at"),
            pl.when(pl.col("status") == "given").then(pl.lit("completed")).otherwise(pl.lit("not-done")).alias("state"),
            mapped("status", {word: text for word, text in why.items() if word != "given"}, "reason"),
        )
    )
    return rows.select(
        rendered(
            {
                "resourceType": "MedicationAdministration",
                "id": T("{administration_id}"),
                "status": T("{state}"),
                "statusReason": Maybe([Raw("reason")]),
                "medicationCodeableConcept": medication(),
                "subject": reference("Patient", "patient_id"),
                "context": reference("Encounter", "encounter_id"),
                "effectiveDateTime": T("{at}"),
                "performer": [{"actor": reference("Practitioner", "nurse_id")}],
                "request": reference("MedicationRequest", "medication_order_id"),
                "dosage": {"dose": quantity("dose", "{dose_unit}", "{ucum}")},
            }
        ).alias("json")
    )["json"]

"""Device, CarePlan and the observations of home monitoring."""

import polars as pl

from simulator.formats.fhir.frames import Frames
from simulator.formats.fhir.json_text import Maybe, Raw, T, dumps, rendered
from simulator.formats.fhir.results import category, ranged
from simulator.formats.fhir.vocabulary import LOINC, OWN, coding, concepts, mapped, quantity, reference, units
from simulator.schema import values


def devices(frames: Frames) -> pl.Series:
    """The devices that have sent something."""
    rows = frames["home_reading"].unique("device", keep="first", maintain_order=True)
    return rows.select(
        rendered(
            {
                "resourceType": "Device",
                "id": T("{device}"),
                "identifier": [{"system": f"{OWN}/home-device", "value": T("{device}")}],
                "status": "active",
                "patient": reference("Patient", "patient_id"),
            }
        ).alias("json")
    )["json"]


def readings(frames: Frames) -> pl.Series:
    """Readings that devices at home have sent; issued when they reached the hospital."""
    own = {word: dumps(coding(f"{OWN}/home-measure", word, en)) for word, (_, en) in values.HOME_MEASURE.items()}
    rows = ranged(frames["home_reading"].with_columns(units("unit", "ucum"))).with_columns(
        mapped("measure", own, "coding"),
        mapped("measure", {word: dumps(zh) for word, (zh, _) in values.HOME_MEASURE.items()}, "text"),
        mapped("flag", concepts("result-flag", values.HOME_FLAG)),
    )
    return rows.select(
        rendered(
            {
                "resourceType": "Observation",
                "id": T("{home_reading_id}"),
                "basedOn": [reference("CarePlan", "home_enrolment_id")],
                "status": "final",
                "category": category("vital-signs", "Vital Signs"),
                "code": {
                    "coding": [Raw("coding"), Maybe({"system": LOINC, "code": T("{loinc}")})],
                    "text": Raw("text"),
                },
                "subject": reference("Patient", "patient_id"),
                "effectiveDateTime": T("{measured_at}"),
                "issued": T("{sent_at}"),
                "valueQuantity": quantity("value", "{unit}", "{ucum}"),
                "interpretation": [Raw("flag")],
                "device": reference("Device", "device"),
                "referenceRange": Maybe([Raw("range")]),
            }
        ).alias("json")
    )["json"]


def plans(frames: Frames) -> pl.Series:
    """Programmes of home monitoring: active until the patient withdraws or dies."""
    rows = frames["home_enrolment"].with_columns(
        mapped("programme", concepts("home-programme", values.HOME_PROGRAMME), "category"),
        pl.when(pl.col("ended_at").is_null()).then(pl.lit("active")).otherwise(pl.lit("revoked")).alias("status"),
    )
    return rows.select(
        rendered(
            {
                "resourceType": "CarePlan",
                "id": T("{home_enrolment_id}"),
                "status": T("{status}"),
                "intent": "plan",
                "category": [Raw("category")],
                "subject": reference("Patient", "patient_id"),
                "encounter": reference("Encounter", "encounter_id"),
                "period": {"start": T("{enrolled_at}"), "end": Maybe(T("{ended_at}"))},
            }
        ).alias("json")
    )["json"]

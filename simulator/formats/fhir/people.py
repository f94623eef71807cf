"""Patient and Coverage."""

import polars as pl

from simulator.formats.fhir.frames import Frames
from simulator.formats.fhir.json_text import Maybe, Node, Raw, T, dumps, rendered
from simulator.formats.fhir.registry import FUNDS, names
from simulator.formats.fhir.vocabulary import OWN, TERMS, coding, concepts, english, mapped, reference
from simulator.schema import values

ID_NUMBER = f"{OWN}/resident-id-number"
MRN = f"{OWN}/medical-record-number"


def patients(frames: Frames) -> pl.Series:
    """Patients as their hospital knows them."""
    return frames["patient"].select(
        rendered(
            {
                "resourceType": "Patient",
                "id": T("{patient_id}"),
                "identifier": [
                    _identifier("MR", "Medical record number", MRN, "{mrn}")
                    | {"assigner": reference("Organization", "hospital_id")},
                    _identifier("NI", "National unique individual identifier", ID_NUMBER, "{id_number}"),
                ],
                "active": True,
                "name": names("{name}", "{name_en}"),
                "telecom": [{"system": "phone", "value": T("{phone}")}],
                "gender": T("{sex}"),
                "birthDate": T("{birth_date}"),
                "address": [
                    {
                        "text": T("{address}"),
                        "_text": english("address_en"),
                        "district": T("{district}"),
                        "_district": english("district_en"),
                        "country": "CN",
                    }
                ],
                "managingOrganization": reference("Organization", "hospital_id"),
            }
        ).alias("json")
    )["json"]


def _identifier(code: str, display: str, system: str, value: str) -> dict[str, Node]:
    return {"type": {"coding": [coding(f"{TERMS}/v2-0203", code, display)]}, "system": system, "value": T(value)}


def coverages(frames: Frames) -> pl.Series:
    """How each patient is insured; who pays alone is named as the payer."""
    patients = frames["patient"].with_columns(
        mapped("insurance", concepts("insurance", values.INSURANCE), "type"),
        mapped(
            "insurance",
            {kind: dumps({"reference": f"Organization/insurance-{kind}"}) for kind in FUNDS},
            "fund",
        ),
    )
    payor = pl.coalesce("fund", rendered(reference("Patient", "patient_id")))
    return patients.with_columns(payor.alias("payor")).select(
        rendered(
            {
                "resourceType": "Coverage",
                "id": T("{patient_id}"),
                "status": "active",
                "type": Maybe(Raw("type")),
                "beneficiary": reference("Patient", "patient_id"),
                "payor": [Raw("payor")],
            }
        ).alias("json")
    )["json"]

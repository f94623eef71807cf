"""Organization, Location, Practitioner, PractitionerRole: what the hospital is made of."""

import polars as pl

from simulator.formats.fhir.frames import Frames
from simulator.formats.fhir.json_text import Maybe, Node, Raw, T, dumps, rendered
from simulator.formats.fhir.vocabulary import (
    OWN,
    REPRESENTATION,
    TERMS,
    coding,
    concepts,
    english,
    mapped,
    reference,
)
from simulator.schema import values

FUNDS = {kind: names for kind, names in values.INSURANCE.items() if kind != "self_pay"}


def organizations(frames: Frames) -> pl.Series:
    """Hospitals, their departments, and the insurance funds."""
    hospitals = frames["hospital"].select(
        rendered(_organization("{hospital_id}", "prov", "Healthcare Provider")).alias("json")
    )["json"]
    departments = frames["department"].select(
        rendered(
            _organization("{department_id}", "dept", "Hospital Department")
            | {
                "partOf": reference("Organization", "hospital_id"),
                "identifier": [{"system": f"{OWN}/department", "value": T("{code}")}],
            }
        ).alias("json")
    )["json"]
    funds = [{"name_zh": zh, "name_en": en, "id": f"insurance-{kind}"} for kind, (zh, en) in FUNDS.items()]
    insurers = pl.DataFrame(funds).select(rendered(_organization("{id}", "pay", "Payer")).alias("json"))["json"]
    return pl.concat([hospitals, departments, insurers])


def _organization(number: str, code: str, display: str) -> dict[str, Node]:
    return {
        "resourceType": "Organization",
        "id": T(number),
        "active": True,
        "type": [{"coding": [coding(f"{TERMS}/organization-type", code, display)]}],
        "name": T("{name_zh}"),
        "_name": english("name_en"),
    }


def locations(frames: Frames) -> pl.Series:
    """Wards, and the beds in them."""
    wards = frames["ward"].select(
        rendered(
            _location("{ward_id}", "wa", "Ward")
            | {
                "name": T("{name_zh}"),
                "_name": english("name_en"),
                "managingOrganization": reference("Organization", "department_id"),
            }
        ).alias("json")
    )["json"]
    beds = frames["bed"].select(
        rendered(
            _location("{bed_id}", "bd", "Bed") | {"name": T("{label}"), "partOf": reference("Location", "ward_id")}
        ).alias("json")
    )["json"]
    return pl.concat([wards, beds])


def _location(number: str, code: str, display: str) -> dict[str, Node]:
    return {
        "resourceType": "Location",
        "id": T(number),
        "status": "active",
        "mode": "instance",
        "physicalType": {"coding": [coding(f"{TERMS}/location-physical-type", code, display)]},
    }


def names(official: str, other: str) -> list[Node]:
    """The Chinese name, and the one of the English edition marked as alphabetic."""
    return [
        {
            "extension": [{"url": REPRESENTATION, "valueCode": "IDE"}],
            "use": "official",
            "text": T(official),
        },
        {"extension": [{"url": REPRESENTATION, "valueCode": "ABC"}], "use": "usual", "text": T(other)},
    ]


def practitioners(frames: Frames) -> pl.Series:
    """Staff as people."""
    return frames["staff"].select(
        rendered(
            {
                "resourceType": "Practitioner",
                "id": T("{staff_id}"),
                "identifier": [
                    {
                        "type": {"coding": [coding(f"{TERMS}/v2-0203", "EI", "Employee number")]},
                        "system": f"{OWN}/employee-number",
                        "value": T("{employee_number}"),
                        "assigner": reference("Organization", "hospital_id"),
                    }
                ],
                "active": True,
                "name": names("{name}", "{name_en}"),
                "gender": T("{sex}"),
            }
        ).alias("json")
    )["json"]


def roles(frames: Frames) -> pl.Series:
    """Staff at work: department, role and grade."""
    grades = {
        word: dumps({"coding": [coding(f"{OWN}/staff-title", word, en)], "text": zh})
        for word, (zh, en) in values.STAFF_TITLE.items()
    }
    staff = frames["staff"].with_columns(
        mapped("role", concepts("staff-role", values.STAFF_ROLE)), mapped("title", grades)
    )
    return staff.select(
        rendered(
            {
                "resourceType": "PractitionerRole",
                "id": T("{staff_id}"),
                "active": True,
                "practitioner": reference("Practitioner", "staff_id"),
                "organization": reference("Organization", "department_id"),
                "code": [Raw("role"), Maybe(Raw("title"))],
            }
        ).alias("json")
    )["json"]

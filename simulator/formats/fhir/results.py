"""Observation (laboratory, vital signs) and Specimen."""

from collections.abc import Iterator

import polars as pl

from simulator.formats.fhir.frames import Frames
from simulator.formats.fhir.json_text import Maybe, Node, Raw, T, rendered
from simulator.formats.fhir.vocabulary import (
    LOINC,
    OWN,
    TERMS,
    UCUM,
    codes,
    coding,
    concepts,
    mapped,
    named,
    quantity,
    reference,
    units,
)
from simulator.schema import TABLES, Column, values


def category(code: str, display: str) -> list[Node]:
    """What kind of observation."""
    return [{"coding": [coding(f"{TERMS}/observation-category", code, display)]}]


def laboratory(frames: Frames) -> pl.Series:
    """One observation for each result, with its specimen and its order."""
    rows = ranged(frames["lab_result"].with_columns(units("unit", "ucum"))).with_columns(
        mapped("value_text", concepts("lab-choice", codes()["words"]["lab-choice"])),
        mapped("flag", concepts("result-flag", values.RESULT_FLAG)),
    )
    own: Node = {"system": f"{OWN}/laboratory-test", "code": T("{test_code}"), "display": T("{name_en}")}
    return rows.select(
        rendered(
            {
                "resourceType": "Observation",
                "id": T("{lab_result_id}"),
                "basedOn": [reference("ServiceRequest", "order_id")],
                "status": "final",
                "category": category("laboratory", "Laboratory"),
                "code": named(LOINC, "{loinc}", "{name_en}", "{name_zh}", own),
                **_about("{collected_at}", "{resulted_at}"),
                "valueQuantity": Maybe(quantity("value", "{unit}", "{ucum}")),
                "valueCodeableConcept": Maybe(Raw("value_text")),
                "interpretation": [Raw("flag")],
                "specimen": reference("Specimen", "order_id"),
                "referenceRange": Maybe([Raw("range")]),
            }
        ).alias("json")
    )["json"]


def _about(when: str, issued: str | None = None) -> dict[str, Node]:
    return {
        "subject": reference("Patient", "patient_id"),
        "encounter": reference("Encounter", "encounter_id"),
        "effectiveDateTime": T(when),
        **({"issued": T(issued)} if issued else {}),
    }


def ranged(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with `range`: its reference range as JSON, with the limits there are."""
    low, high = (quantity(name, "{unit}", "{ucum}") for name in ("ref_low", "ref_high"))
    both = rendered({"low": low, "high": Maybe(high)})
    return frame.with_columns(pl.coalesce(both, rendered({"high": high})).alias("range"))


def specimens(frames: Frames) -> pl.Series:
    """One specimen for each laboratory order that has been drawn."""
    names = concepts("specimen", codes()["words"]["specimen"])
    rows = frames["lab_result"].unique("order_id", keep="first", maintain_order=True)
    return rows.with_columns(mapped("specimen", names)).select(
        rendered(
            {
                "resourceType": "Specimen",
                "id": T("{order_id}"),
                "type": Raw("specimen"),
                "subject": reference("Patient", "patient_id"),
                "receivedTime": T("{received_at}"),
                "request": [reference("ServiceRequest", "order_id")],
                "collection": {"collectedDateTime": T("{collected_at}")},
            }
        ).alias("json")
    )["json"]


SIGNS = tuple(
    column for column in TABLES["vital_sign"].columns if column.unit is not None or column.name == "consciousness"
)
"""What the table of vital signs measures."""


def vital_signs(frames: Frames) -> Iterator[pl.Series]:
    """One observation for each sign that was measured; its id is the row's, with the sign's name behind it.

    Blood pressure is two observations: our tables have no LOINC number for a panel.
    """
    rows = frames["vital_sign"].with_columns(mapped("consciousness", concepts("consciousness", values.CONSCIOUSNESS)))
    for sign in SIGNS:
        yield rows.filter(pl.col(sign.name).is_not_null()).select(rendered(_sign(sign)).alias("json"))["json"]


def _sign(sign: Column) -> Node:
    own = coding(f"{OWN}/vital-sign", sign.name, sign.en.split(";")[0])
    numbered = [coding(LOINC, sign.loinc, sign.en.split(";")[0])] if sign.loinc else []
    value: dict[str, Node] = (
        {"valueCodeableConcept": Raw(sign.name)}
        if sign.unit is None
        else {"valueQuantity": _measured(sign.name, sign.unit)}
    )
    return {
        "resourceType": "Observation",
        "id": T(f"{{vital_sign_id}}-{sign.name.replace('_', '-')}"),
        "status": "final",
        "category": category("vital-signs", "Vital Signs"),
        "code": {"coding": [*numbered, own], "text": sign.zh},
        **_about("{measured_at}"),
        **value,
    }


def _measured(column: str, unit: str) -> Node:
    return {"value": Raw(column), "unit": unit, "system": UCUM, "code": codes()["units"].get(unit, unit)}

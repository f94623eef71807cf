"""Claim and ExplanationOfBenefit."""

import polars as pl

from simulator.formats.fhir.encounters import lists
from simulator.formats.fhir.frames import Frames
from simulator.formats.fhir.json_text import Maybe, Node, Raw, T, dumps, rendered
from simulator.formats.fhir.registry import FUNDS
from simulator.formats.fhir.vocabulary import OWN, TERMS, coding, concepts, mapped, money, named, reference
from simulator.schema import TABLES, values

SHARES = {
    "class_a": None,
    "class_b": None,
    "class_c": None,
    "own_share": None,
    "deductible": ("deductible", "Deductible"),
    "beyond_ceiling": None,
    "insurance_paid": ("benefit", "Benefit Amount"),
    "patient_paid": None,
    "account_paid": None,
    "cash_paid": None,
}
"""Columns of a settlement, and their code of adjudication where HL7 has one."""


def _settled(frames: Frames) -> pl.DataFrame:
    places = frames["encounter"].select("encounter_id", "hospital_id")
    insurers = {kind: dumps({"reference": f"Organization/insurance-{kind}"}) for kind in FUNDS}
    return (
        frames["settlement"]
        .join(places, on="encounter_id", how="left", maintain_order="left")
        .with_columns(mapped("insurance", insurers, "insurer"))
    )


def _head(kind: str, insurer: Node) -> dict[str, Node]:
    return {
        "resourceType": kind,
        "id": T("{settlement_id}"),
        "status": "active",
        "type": {"coding": [coding(f"{TERMS}/claim-type", "institutional", "Institutional")]},
        "use": "claim",
        "patient": reference("Patient", "patient_id"),
        "created": T("{settled_at}"),
        "insurer": insurer,
        "provider": reference("Organization", "hospital_id"),
    }


def claims(frames: Frames) -> pl.Series:
    """What an encounter cost, item by item."""
    charges = frames["charge"].with_columns(
        pl.int_range(1, pl.len() + 1).over("encounter_id").cast(pl.String).alias("sequence"),
        mapped("category", concepts("charge-category", values.CHARGE_CATEGORY)),
    )
    items = _items(charges)
    rows = _settled(frames).join(items, on="encounter_id", how="left", maintain_order="left")
    template: Node = {
        **_head("Claim", Maybe(Raw("insurer"))),
        "priority": {"coding": [coding(f"{TERMS}/processpriority", "normal", "Normal")]},
        "insurance": [{"sequence": 1, "focal": True, "coverage": reference("Coverage", "patient_id")}],
        "item": Maybe([Raw("items")]),
        "total": money("total"),
    }
    return rows.select(rendered(template).alias("json"))["json"]


def _items(charges: pl.DataFrame) -> pl.DataFrame:
    return lists(
        charges.with_columns(pl.col("charged_at").str.head(10).alias("day")),
        "encounter_id",
        {
            "sequence": Raw("sequence"),
            "category": Raw("category"),
            "productOrService": named(f"{OWN}/charge-item", "{code}", "{name_en}", "{name_zh}"),
            "servicedDate": T("{day}"),
            "quantity": {"value": Raw("quantity")},
            "unitPrice": money("unit_price"),
            "net": money("amount"),
            "encounter": [reference("Encounter", "encounter_id")],
        },
    )


def benefits(frames: Frames) -> pl.Series:
    """How a settlement was shared between fund and patient; patients who pay alone have none."""
    rows = _settled(frames).filter(pl.col("insurer").is_not_null())
    template: Node = {
        **_head("ExplanationOfBenefit", Raw("insurer")),
        "claim": reference("Claim", "settlement_id"),
        "outcome": "complete",
        "insurance": [{"focal": True, "coverage": reference("Coverage", "patient_id")}],
        "total": [_total("total", ("submitted", "Submitted Amount")), *(_total(*one) for one in SHARES.items())],
        "payment": {"date": T("{day}"), "amount": money("insurance_paid")},
    }
    days = pl.col("settled_at").str.head(10).alias("day")
    return rows.with_columns(days).select(rendered(template).alias("json"))["json"]


def _total(column: str, code: tuple[str, str] | None) -> Node:
    declared = TABLES["settlement"][column]
    own = coding(f"{OWN}/settlement", column, declared.en.split(":")[0])
    known = [coding(f"{TERMS}/adjudication", *code)] if code else []
    return {"category": {"coding": [*known, own], "text": declared.zh.split(":")[0]}, "amount": money(column)}

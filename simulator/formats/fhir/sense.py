"""Do codes exist in our tables, with their names, and does a resource make sense to a hospital."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from simulator.formats.fhir.structure import Complaint
from simulator.formats.fhir.vocabulary import ATC, ICD9, ICD10, LOINC, UCUM, codes
from simulator.knowledge import load_knowledge
from simulator.schema import TABLES

SHAPES = {
    LOINC: re.compile(r"\d{1,7}-\d\Z"),
    ICD10: re.compile(r"[A-Z]\d\d(\.\d{1,2})?\Z"),
    ATC: re.compile(r"[A-Z]\d\d[A-Z]([A-Z](\d\d)?)?\Z"),
    ICD9: re.compile(r"\d\d\.\d{1,2}\Z"),
}
NAMES = {LOINC: "LOINC", ICD10: "ICD-10", ATC: "ATC", ICD9: "ICD-9-CM-3", UCUM: "UCUM"}
POSITIVE = {"quantity", "unitPrice", "net", "total", "dose", "doseQuantity", "amount"}
IN_ORDER = {
    "Observation": ("effectiveDateTime", "issued"),
    "DiagnosticReport": ("effectiveDateTime", "issued"),
}


@cache
def known() -> Mapping[str, Mapping[str, frozenset[str]]]:  # noqa: C901  # one loop for each catalogue
    """System -> code -> the names it has with us, in small letters."""
    all_of = load_knowledge()
    made: dict[str, dict[str, set[str]]] = {system: {} for system in (LOINC, ICD10, ATC, ICD9, UCUM)}

    def add(system: str, code: str | None, *names: str) -> None:
        if code:
            made[system].setdefault(code, set()).update(name.lower() for name in names)

    for group in (all_of.laboratory, all_of.vital_signs, all_of.home.measures):
        for one in group.values():
            add(LOINC, one.loinc, one.en, one.zh)
            if one.unit:
                add(UCUM, codes()["units"].get(one.unit, one.unit))
    for disease in all_of.diseases.values():
        add(ICD10, disease.icd10, disease.en, disease.zh)
    for drug in all_of.drugs.values():
        add(ATC, drug.atc, drug.en, drug.zh)
        add(UCUM, codes()["units"].get(drug.unit, drug.unit))
    for procedure in all_of.procedures.values():
        add(ICD9, procedure.icd9, procedure.en, procedure.zh)
    for column in (column for table in TABLES.values() for column in table.columns):
        if column.loinc:
            add(LOINC, column.loinc, column.en, column.zh)
        if column.unit:
            add(UCUM, codes()["units"].get(column.unit, column.unit))
    return {system: {code: frozenset(names) for code, names in table.items()} for system, table in made.items()}


def check_digit(number: str) -> int:
    """The digit behind the hyphen of a LOINC number (mod 10, as in the LOINC Users' Guide)."""
    digits = [int(sign) for sign in reversed(number)]
    total = sum(sum(divmod(2 * digit, 10)) if n % 2 == 0 else digit for n, digit in enumerate(digits))
    return -total % 10


def coded(node: object, where: str) -> Iterator[Complaint]:
    """Codings and quantities anywhere in a resource."""
    if isinstance(node, list):
        for number, item in enumerate(node):
            yield from coded(item, f"{where}[{number}]")
    elif isinstance(node, dict):
        system, code = node.get("system"), node.get("code")
        if isinstance(system, str) and isinstance(code, str) and system in NAMES:
            yield from _code(system, code, node.get("display"), where)
        yield from _plain(node, where)
        for name, value in node.items():
            if isinstance(value, dict | list):
                yield from coded(value, f"{where}.{name}")


def _code(system: str, code: str, display: object, where: str) -> Iterator[Complaint]:
    shape, name = SHAPES.get(system), NAMES[system]
    if shape is not None and not shape.match(code):
        yield f"{where}.code", f"{code!r} has not the form of {name}"
    elif system == LOINC and check_digit(code.partition("-")[0]) != int(code[-1]):
        yield (
            f"{where}.code",
            f"{code!r} has a wrong check digit; it would be {check_digit(code.split('-', maxsplit=1)[0])}",
        )
    elif code not in known()[system]:
        yield f"{where}.code", f"{code!r} is no {name} code of our tables"
    elif isinstance(display, str) and known()[system][code] and not _named(display, known()[system][code]):
        yield f"{where}.display", f"{display!r} is not the name of {name} {code}"


def _named(display: str, names: frozenset[str]) -> bool:
    return any(name == display.lower() or name.split(";")[0] == display.lower() for name in names)


def _plain(node: Mapping[str, Any], where: str) -> Iterator[Complaint]:
    for name in POSITIVE & set(node):
        inside = node[name]
        value = inside.get("value") if isinstance(inside, dict) else None
        if isinstance(value, int | float) and value < 0:
            yield f"{where}.{name}", f"{value} is negative"
    start, end = moment(node.get("start")), moment(node.get("end"))
    if start and end and end < start:
        yield where, f"ends at {node['end']}, before it starts at {node['start']}"
    low, high = node.get("low"), node.get("high")
    if isinstance(low, dict) and isinstance(high, dict):
        below, above = low.get("value"), high.get("value")
        if isinstance(below, int | float) and isinstance(above, int | float) and below > above:
            yield where, f"the lower limit {below} is above the upper limit {above}"


def moment(text: object) -> dt.datetime | None:
    """A dateTime with a clock as a moment; None if it is not one."""
    if not isinstance(text, str) or "T" not in text:
        return None
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


def sensible(resource: Mapping[str, Any]) -> Iterator[Complaint]:
    """Rules within one resource."""
    kind = resource["resourceType"]
    first, then = (moment(resource.get(name)) for name in IN_ORDER.get(kind, ("", "")))
    if first and then and then < first:
        yield f"{kind}.issued", "is before the specimen was taken or the measurement was made"
    if kind == "Encounter" and resource.get("status") == "finished":
        period = resource.get("period")
        if not isinstance(period, dict) or "end" not in period:
            yield "Encounter.period.end", "is missing though the encounter is finished"
    if kind == "Observation" and resource.get("status") == "final":
        values = [name for name in resource if name.startswith("value")]
        if not values and not {"dataAbsentReason", "component", "hasMember"} & set(resource):
            yield "Observation.value", "is missing though the observation is final"
    if kind == "Specimen":
        taken = resource.get("collection")
        drawn = moment(taken.get("collectedDateTime")) if isinstance(taken, dict) else None
        received = moment(resource.get("receivedTime"))
        if drawn and received and received < drawn:
            yield "Specimen.receivedTime", "is before the specimen was collected"

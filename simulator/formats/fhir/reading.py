"""FHIR back into tables: NDJSON and bundles, ours and others'; columns.yaml says where each column stands."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from simulator.formats.fhir.lines import Placed, resources
from simulator.formats.fhir.results import SIGNS
from simulator.formats.format import Tables
from simulator.formats.rejects import Rejects
from simulator.schema import TABLES

STEP = re.compile(r"([A-Za-z_]+)(?:@([^.~]+(?:\.org)?))?(~?)(?:\.|$)")
LONGEST_ID = 18
"""Digits of an id that is kept as it is; others are numbered."""
SIGN_BY_LOINC = {sign.loinc: sign.name for sign in SIGNS if sign.loinc}
VITAL = {"vital_sign_id": "id", "encounter_id": "encounter.reference", "patient_id": "subject.reference"}
KINDS = {"AMB": "outpatient", "EMER": "emergency", "IMP": "inpatient", "ACUTE": "inpatient"}
Row = dict[str, Any]


def read_fhir(folder: Path, rejects: Rejects) -> Tables:
    """The tables that the resources fill, with the columns that FHIR carries; ids that are no numbers are numbered."""
    rows: dict[str, list[Row]] = {}
    places: dict[str, list[Placed]] = {}
    signs: dict[str, Row] = {}

    def bad(file: str, line: int, reason: str) -> None:
        rejects.add(file, f"line {line}", reason)

    for placed in resources(folder, bad):
        if _sign(placed.resource, signs):
            continue
        table = _table(placed.resource)
        if table is not None:
            name, columns = table
            rows.setdefault(name, []).append({column: _first(placed.resource, ways) for column, ways in columns})
            places.setdefault(name, []).append(placed)
    numbers: dict[str, int] = {}
    tables = {name: _frame(name, made, places[name], numbers, rejects) for name, made in rows.items()}
    if signs:
        tables["vital_sign"] = _frame("vital_sign", list(signs.values()), [], numbers, rejects)
    return tables


@cache
def _columns() -> Mapping[str, Mapping[str, list[tuple[str, list[list[tuple[str, str, bool]]]]]]]:
    text = (Path(__file__).parent / "columns.yaml").read_text(encoding="utf-8")
    return {
        kind: {
            table: [(column, [_steps(way) for way in ways.split(" | ")]) for column, ways in columns.items()]
            for table, columns in tables.items()
        }
        for kind, tables in yaml.safe_load(text).items()
    }


@cache
def _steps(way: str) -> list[tuple[str, str, bool]]:
    return [(name, pick, bool(english)) for name, pick, english in STEP.findall(way)]


def _table(resource: Row) -> tuple[str, Any] | None:
    found = _columns().get(resource["resourceType"])
    if found is None:
        return None
    if resource["resourceType"] == "Observation":
        home = _at(resource, _steps("code.coding@home-measure.code")) is not None
        laboratory = _at(resource, _steps("category.coding.code")) == "laboratory"
        if not home and not laboratory:
            return None
        name = "home_reading" if home else "lab_result"
        return name, found[name]
    return next(iter(found.items()))


def _sign(resource: Row, signs: dict[str, Row]) -> bool:
    """Put a vital sign into the row of its measuring; False if the resource is none."""
    if resource["resourceType"] != "Observation":
        return False
    own = _at(resource, _steps("code.coding@vital-sign.code"))
    sign = own or SIGN_BY_LOINC.get(str(_at(resource, _steps("code.coding@loinc.org.code"))))
    if _at(resource, _steps("category.coding.code")) != "vital-signs" or not isinstance(sign, str):
        return False
    if sign not in TABLES["vital_sign"].schema or _at(resource, _steps("code.coding@home-measure.code")):
        return False
    row = {column: _at(resource, _steps(way)) for column, way in VITAL.items()}
    when = resource.get("effectiveDateTime")
    number = str(row["vital_sign_id"]).split("-")[0] if own else f"{row['encounter_id']} {row['patient_id']} {when}"
    kept = signs.setdefault(number, row | {"vital_sign_id": number, "measured_at": when})
    value = _at(resource, _steps("valueQuantity.value"))
    kept[sign] = _at(resource, _steps("valueCodeableConcept.coding@consciousness.code")) if value is None else value
    return True


def _first(resource: Row, ways: list[list[tuple[str, str, bool]]]) -> object:
    return next((found for way in ways if (found := _at(resource, way)) is not None), None)


def _at(node: Any, steps: list[tuple[str, str, bool]]) -> object:  # noqa: ANN401  # any JSON
    for name, pick, english in steps:
        nodes = [inside for one in _items(node) if isinstance(one, dict) and (inside := one.get(name)) is not None]
        node = [item for inside in nodes for item in _items(inside)]
        if pick:
            node = [item for item in node if isinstance(item, dict) and _picked(item, pick)]
        if english:
            return next(_english(node), None)
        if not node:
            return None
    found = node[0] if isinstance(node, list) and node else None
    return found if isinstance(found, str | int | float) and not isinstance(found, bool) else None


def _items(node: object) -> list[Any]:
    return node if isinstance(node, list) else [node]


def _picked(item: Row, pick: str) -> bool:
    return any(str(item.get(key, "")).split("/")[-1] == pick for key in ("system", "use", "status"))


def _english(nodes: list[Any]) -> Iterator[str]:
    for node in nodes:
        for outer in _items(node.get("extension") if isinstance(node, dict) else None):
            for inner in _items(outer.get("extension") if isinstance(outer, dict) else None):
                if isinstance(inner, dict) and isinstance(inner.get("valueString"), str):
                    yield inner["valueString"]


def _frame(name: str, rows: list[Row], places: list[Placed], numbers: dict[str, int], rejects: Rejects) -> pl.DataFrame:
    declared = TABLES[name]
    present = {column for row in rows for column in row}
    columns = [column for column in declared.columns if column.name in present]
    made, wrong = [], pl.repeat(value=False, n=len(rows), dtype=pl.Boolean, eager=True)
    for column in columns:
        values = [row.get(column.name) for row in rows]
        series = _numbered(values, numbers) if column.dtype == "id" else _typed(values, column.name, column.polars)
        if places:
            lost = series.is_null() & pl.Series([value is not None for value in values], dtype=pl.Boolean)
            lost |= series.is_null() if column.name == declared.key else False
            for row in lost.arg_true():
                where = f"line {places[row].line}, {column.name}"
                rejects.add(places[row].file, where, f"{str(values[row])[:60]!r} should be {column.en.lower()}")
            wrong |= lost
        made.append(series.alias(column.name))
    return pl.DataFrame(made).filter(~wrong)


def _numbered(values: list[Any], numbers: dict[str, int]) -> pl.Series:
    def number(value: object) -> int | None:
        if value is None:
            return None
        text = str(value).removeprefix("urn:uuid:").split("/")[-1]
        if text.isascii() and text.isdigit() and len(text) <= LONGEST_ID:
            return int(text)
        return numbers.setdefault(text, len(numbers) + 1)

    return pl.Series([number(value) for value in values], dtype=pl.Int64)


def _typed(values: list[Any], name: str, kind: pl.DataType) -> pl.Series:
    text = pl.Series([None if value is None else str(value) for value in values], dtype=pl.String)
    if name == "kind":
        text = text.replace(KINDS)
    if name == "device":
        text = text.str.strip_prefix("Device/")
    if isinstance(kind, pl.Datetime):
        whole = text.str.replace(r"Z$", "+00:00").str.replace(r"^(\d{4}-\d\d-\d\d)$", "${1}T00:00:00+00:00")
        return whole.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%z", time_unit="us", time_zone="UTC", strict=False)
    if kind == pl.Date:
        return text.str.to_date("%Y-%m-%d", strict=False)
    if kind.is_integer():
        return text.cast(pl.Float64, strict=False).cast(kind, strict=False)
    return text.cast(kind, strict=False)

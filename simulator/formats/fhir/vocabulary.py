"""The words of FHIR for the words of the record: systems, concepts of our value sets, units. The maps: codes.yaml."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from simulator.formats.fhir.json_text import Node, Raw, T, dumps
from simulator.schema import TABLES, ValueSet

OWN = "https://xinglin.example/fhir"
"""Before the names of our own code systems, identifier systems and extensions."""
ICD10 = "http://hl7.org/fhir/sid/icd-10"
ICD9 = "http://hl7.org/fhir/sid/icd-9-cm"
LOINC = "http://loinc.org"
ATC = "http://www.whocc.no/atc"
UCUM = "http://unitsofmeasure.org"
TERMS = "http://terminology.hl7.org/CodeSystem"
TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"
REPRESENTATION = "http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation"


@cache
def codes() -> Mapping[str, Any]:
    """The file codes.yaml: map -> our word -> code of a standard system, or what else FHIR wants."""
    found: Mapping[str, Any] = yaml.safe_load((Path(__file__).parent / "codes.yaml").read_text(encoding="utf-8"))
    return found


def coding(system: str, code: str, display: str | None = None) -> dict[str, str]:
    """One constant coding."""
    return {"system": system, "code": code} | ({"display": display} if display else {})


def standard(name: str, word: str) -> list[dict[str, str]]:
    """The codings of one of our words in the standard systems, none or some."""
    table = codes()["concepts"][name]
    found = table["codes"].get(word)
    return [] if found is None else [coding(table["system"], *found)]


def concepts(name: str, words: ValueSet) -> dict[str, str]:
    """Our word -> its CodeableConcept as JSON: standard code first, then ours in English; the text is Chinese."""
    known = name in codes()["concepts"]
    return {
        word: dumps(
            {
                "coding": [*(standard(name, word) if known else []), coding(f"{OWN}/{name}", word, en)],
                "text": zh,
            }
        )
        for word, (zh, en) in words.items()
    }


def mapped(column: str, table: Mapping[str, str], alias: str | None = None) -> pl.Expr:
    """A column of our words as what the table says; null where it says nothing."""
    found = pl.col(column).replace_strict(list(table), list(table.values()), default=None, return_dtype=pl.String)
    return found.alias(alias or column)


def units(column: str, alias: str) -> pl.Expr:
    """Our unit as its UCUM code."""
    return pl.col(column).replace(codes()["units"]).alias(alias)


def named(system: str, code: str, en: str, zh: str, *others: Node) -> Node:
    """A CodeableConcept of columns: the codings, the Chinese text."""
    return {"coding": [{"system": system, "code": T(code), "display": T(en)}, *others], "text": T(zh)}


def quantity(value: str, unit: str, code: str) -> Node:
    """A Quantity of columns: the unit as people write it, the code in UCUM."""
    return {"value": Raw(value), "unit": T(unit), "system": UCUM, "code": T(code)}


def reference(kind: str, column: str) -> Node:
    """A reference to the resource whose id is in a column."""
    return {"reference": T(f"{kind}/{{{column}}}")}


def because() -> pl.Expr:
    """The diagnosis that caused a row of text, as `diagnosis_id`; null where the cause is the encounter itself."""
    diagnosis = str(TABLES["diagnosis"].number)
    return pl.when(pl.col("cause_id").str.starts_with(diagnosis)).then("cause_id").alias("diagnosis_id")


def english(column: str) -> Node:
    """What stands beside a Chinese text in `_member`: its translation."""
    return {
        "extension": [
            {
                "url": TRANSLATION,
                "extension": [
                    {"url": "lang", "valueCode": "en"},
                    {"url": "content", "valueString": T(f"{{{column}}}")},
                ],
            }
        ]
    }


def money(column: str) -> Node:
    """An amount of a column, in yuan."""
    return {"value": Raw(column), "currency": "CNY"}

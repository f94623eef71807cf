"""Is a folder or file of FHIR right: structure, references, codes, sense; every finding with its place."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator.formats.fhir.lines import Placed, resources
from simulator.formats.fhir.sense import coded, moment, sensible
from simulator.formats.fhir.structure import structure

TARGETS = {
    "subject": {"Patient", "Group", "Device", "Location"},
    "patient": {"Patient"},
    "beneficiary": {"Patient"},
    "encounter": {"Encounter"},
    "context": {"Encounter", "EpisodeOfCare"},
    "specimen": {"Specimen"},
    "requester": {"Practitioner", "PractitionerRole", "Organization", "Patient", "RelatedPerson", "Device"},
}
"""Element -> types that its reference may name; others may name any."""
RELATIVE = re.compile(r"(?:.*/)?([A-Z][A-Za-z]+)/([A-Za-z0-9.-]{1,64})(?:/_history/.*)?\Z")


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong. line: of the file, or the number of the entry in a bundle."""

    file: str
    line: int
    id: str
    element: str
    reason: str


@dataclass(frozen=True)
class Report:
    """How many resources were checked, and what was found."""

    resources: int
    findings: tuple[Finding, ...]


def check_fhir(path: Path) -> Report:
    """Read everything once, then hold references against what was there."""
    findings: list[Finding] = []
    there: dict[str, str] = {}
    wanted: list[tuple[Finding, str]] = []
    times: dict[str, Any] = {}
    count = 0

    def bad(file: str, line: int, reason: str) -> None:
        findings.append(Finding(file, line, "", "", reason))

    for placed in resources(path, bad):
        count += 1
        kind, number = placed.resource["resourceType"], str(placed.resource.get("id", ""))
        name = f"{kind}/{number}"

        def tell(element: str, reason: str, placed: Placed = placed, number: str = number) -> Finding:
            return Finding(placed.file, placed.line, number, element, reason)

        if not number:
            findings.append(tell(f"{kind}.id", "is missing: nothing can refer to it"))
        elif name in there and path.is_dir() and there[name] == placed.file:
            findings.append(tell(f"{kind}.id", f"{name} stands twice"))
        there[name] = placed.file
        for check in (structure(placed.resource), coded(placed.resource, kind), sensible(placed.resource)):
            findings += [tell(element, reason) for element, reason in check]
        for element, target in references(placed.resource, kind):
            wanted.append((tell(element, ""), target))
        if kind == "Specimen" and isinstance(placed.resource.get("collection"), dict):
            times[name] = moment(placed.resource["collection"].get("collectedDateTime"))
        if kind == "Observation":
            times[f"issued {name}"] = (tell("Observation.issued", ""), placed.resource)
    findings += _unresolved(wanted, there)
    findings += _early(times)
    return Report(count, tuple(findings))


def references(node: object, where: str) -> Iterator[tuple[str, str]]:
    """Element and target of every literal reference."""
    if isinstance(node, list):
        for number, item in enumerate(node):
            yield from references(item, f"{where}[{number}]")
    elif isinstance(node, dict):
        if isinstance(node.get("reference"), str):
            yield where, node["reference"]
        for name, value in node.items():
            if isinstance(value, dict | list):
                yield from references(value, f"{where}.{name}")


def _unresolved(wanted: list[tuple[Finding, str]], there: dict[str, str]) -> Iterator[Finding]:
    ids = {name.split("/", 1)[1] for name in there}
    for place, target in wanted:
        found = RELATIVE.match(target)
        last = re.sub(r"\[\d+\]", "", place.element.rsplit(".", 1)[-1])
        reason = ""
        if target.startswith("urn:uuid:"):
            reason = "" if target.removeprefix("urn:uuid:") in ids else f"{target} is not in the export"
        elif target.startswith("#"):
            continue
        elif found is None:
            reason = f"{target[:60]!r} must be Type/id"
        elif f"{found[1]}/{found[2]}" not in there:
            reason = f"{found[1]}/{found[2]} is not in the export"
        elif last in TARGETS and found[1] not in TARGETS[last]:
            reason = f"must name a {' or a '.join(sorted(TARGETS[last]))}, not a {found[1]}"
        if reason:
            yield Finding(place.file, place.line, place.id, f"{place.element}.reference", reason)


def _early(times: dict[str, Any]) -> Iterator[Finding]:
    for name, found in times.items():
        if name.startswith("issued "):
            place, resource = found
            specimen = resource.get("specimen")
            target = specimen.get("reference") if isinstance(specimen, dict) else None
            taken, issued = times.get(str(target)), moment(resource.get("issued"))
            if taken and issued and issued < taken:
                yield Finding(place.file, place.line, place.id, place.element, "is before its specimen was collected")

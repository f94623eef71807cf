"""Does a resource have the structure of R4: known elements, types, cardinalities, formats, codes that are binding.

The elements are in r4_elements.csv, made from HL7's definitions (CC0) by tests/tools/r4_elements.py.
"""

import csv
import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

DATE = r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?"
ZONE = r"(Z|[+-]((0\d|1[0-3]):[0-5]\d|14:00))"
CLOCK = r"([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?"
FORMATS = {
    "id": r"[A-Za-z0-9.-]{1,64}",
    "code": r"\S+( \S+)*",
    "uri": r"\S+",
    "url": r"\S+",
    "canonical": r"\S+",
    "oid": r"urn:oid:[0-2](\.(0|[1-9]\d*))+",
    "uuid": r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "date": DATE,
    "dateTime": rf"{DATE}(T{CLOCK}{ZONE})?",
    "instant": rf"\d{{4}}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T{CLOCK}{ZONE}",
    "time": CLOCK,
    "string": r"[\s\S]*\S[\s\S]*",
    "markdown": r"[\s\S]*\S[\s\S]*",
    "xhtml": r"\s*<div[\s\S]*",
    "base64Binary": r"(\s*[0-9A-Za-z+/=]){4,}\s*",
}
"""Types of strings and what they look like (hl7.org/fhir/R4/datatypes.html)."""
PATTERNS = {kind: re.compile(rf"(?:{text})\Z") for kind, text in FORMATS.items() if kind != "base64Binary"}
BASE64 = re.compile(r"[0-9A-Za-z+/=\s]*\Z")
WHOLE = {"integer": -(2**31), "unsignedInt": 0, "positiveInt": 1}
DEEPEST = 40
Complaint = tuple[str, str]
"""Element, reason."""


@dataclass
class Element:
    """One element. least, most: how often; types: of its value; inside: path under which its own elements stand."""

    least: int
    many: bool
    types: tuple[str, ...]
    codes: frozenset[str]
    choice: str = ""
    inside: str = ""


@dataclass
class Holder:
    """What stands at one path: member -> element; the choices that must be made."""

    members: dict[str, Element] = field(default_factory=dict)
    demanded: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)


@cache
def holders() -> Mapping[str, Holder]:
    """Path of a type or of an element with elements of its own -> what stands there."""
    made: dict[str, Holder] = {}
    with (Path(__file__).parent / "r4_elements.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            above, _, name = row["path"].rpartition(".")
            holder = made.setdefault(above, Holder())
            reused = row["types"].startswith("#")
            kinds = () if reused else tuple(row["types"].split("|"))
            plain = name.removesuffix("[x]")
            names = [plain + kind[0].upper() + kind[1:] for kind in kinds] if name.endswith("[x]") else [name]
            inside = row["types"][1:] if reused else row["path"]
            for one, member in enumerate(names):
                types = (kinds[one],) if len(names) > 1 or name.endswith("[x]") else kinds
                codes = frozenset(row["codes"].split())
                choice = plain if name.endswith("[x]") else ""
                least = 0 if choice else int(row["least"])
                holder.members[member] = Element(least, row["most"] != "1", types, codes, choice, inside)
            if int(row["least"]):
                holder.demanded.append((plain, tuple(names)))
    return made


def structure(resource: Mapping[str, Any]) -> Iterator[Complaint]:
    """What is wrong with a resource; its type must be one that we know."""
    kind = resource["resourceType"]
    if kind not in holders():
        yield kind, "is no type of resource that this check knows"
        return
    body = {name: value for name, value in resource.items() if name != "resourceType"}
    if "id" in body and not (isinstance(body["id"], str) and PATTERNS["id"].match(body["id"])):
        yield f"{kind}.id", "must be 1 to 64 letters, digits, points and hyphens"
    yield from _members(body, kind, kind, 0)


def _members(body: Mapping[str, Any], path: str, shown: str, depth: int) -> Iterator[Complaint]:
    holder = holders()[path]
    if depth > DEEPEST:
        yield shown, "is nested too deeply"
        return
    if not body:
        yield shown, "must not be empty"
    chosen: dict[str, str] = {}
    for name, value in body.items():
        element = holder.members.get(name.removeprefix("_"))
        where = f"{shown}.{name}"
        if element is None:
            yield where, "is no element of R4 here"
            continue
        if element.choice and chosen.setdefault(element.choice, name.removeprefix("_")) != name.removeprefix("_"):
            yield where, f"only one of {element.choice}[x] may be given, there is {chosen[element.choice]} as well"
        yield from _values(element, value, where, depth, hidden=name.startswith("_"))
    for plain, names in holder.demanded:
        if not any(name in body or f"_{name}" in body for name in names):
            yield f"{shown}.{plain}", "is missing: it is required"


def _values(element: Element, value: object, where: str, depth: int, *, hidden: bool) -> Iterator[Complaint]:
    if value is None:
        yield where, "must not be null"
    elif element.many and not isinstance(value, list):
        yield where, "must be a list"
    elif not element.many and isinstance(value, list):
        yield where, "must not be a list"
    elif isinstance(value, list):
        if not value:
            yield where, "must not be an empty list"
        for number, item in enumerate(value):
            if item is None and element.types[:1] and element.types[0] in {*PATTERNS, *WHOLE, "decimal", "boolean"}:
                continue  # a null keeps places in step with the extensions of a primitive list
            yield from _value(element, item, f"{where}[{number}]", depth, hidden=hidden)
    else:
        yield from _value(element, value, where, depth, hidden=hidden)


def _value(element: Element, value: object, where: str, depth: int, *, hidden: bool) -> Iterator[Complaint]:
    kind = "Extended" if hidden else (element.types[0] if element.types else "")
    if kind == "Extended":
        yield from _extended(value, where, depth)
    elif kind == "Resource":
        if not isinstance(value, dict) or not isinstance(value.get("resourceType"), str):
            yield where, "must be a resource"
        elif depth < DEEPEST:
            yield from structure(value)
    elif kind in {"", "BackboneElement", "Element"} or kind[:1].isupper():
        inside = element.inside if element.inside in holders() else kind
        if not isinstance(value, dict):
            yield where, f"must be an object ({kind or 'element'})"
        elif inside in holders():
            yield from _members(value, inside, where, depth + 1)
    else:
        yield from _primitive(element, kind, value, where)


def _extended(value: object, where: str, depth: int) -> Iterator[Complaint]:
    if not isinstance(value, dict) or not value or set(value) - {"id", "extension"}:
        yield where, "may hold nothing but id and extension"
    elif "extension" in value:
        yield from _values(
            Element(0, True, ("Extension",), frozenset()), value["extension"], where, depth, hidden=False
        )


def _primitive(element: Element, kind: str, value: object, where: str) -> Iterator[Complaint]:
    wanted = _wrong(kind, value)
    if wanted:
        yield where, f"{str(value)[:60]!r} must be {wanted}"
    elif element.codes and value not in element.codes:
        yield where, f"{str(value)[:60]!r} must be one of {', '.join(sorted(element.codes)[:12])}"


def _wrong(kind: str, value: object) -> str:  # noqa: PLR0911  # one answer for each kind of value
    if kind == "boolean":
        return "" if isinstance(value, bool) else "true or false"
    if kind == "decimal":
        return "" if isinstance(value, int | float) and not isinstance(value, bool) else "a number"
    if kind in WHOLE:
        right = isinstance(value, int) and not isinstance(value, bool) and WHOLE[kind] <= value < 2**31
        return "" if right else f"a whole number ({kind})"
    if not isinstance(value, str):
        return f"a string ({kind})"
    if kind == "base64Binary":
        right = len(re.sub(r"\s", "", value)) % 4 == 0 and BASE64.match(value) is not None
        return "" if right else "base64"
    pattern = PATTERNS.get(kind)
    if pattern is not None and not pattern.match(value):
        return f"a {kind}"
    if kind in {"date", "dateTime", "instant"} and len(value) >= len("2000-01-01"):
        try:
            dt.date.fromisoformat(value[:10])
        except ValueError:
            return "a day that exists"
    return ""

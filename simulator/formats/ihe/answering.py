"""Answers of a cross-reference manager and demographics supplier: pure functions of an index and a query.

What cannot be answered is an answer too: it names the segment and field of the query that is wrong (ERR).
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from simulator.formats.ihe.er7 import Message, Segment, decode, encode, escape, first, piece, segment
from simulator.formats.ihe.patients import SEXES, Domain, PatientIndex, pid
from simulator.formats.ihe.queries import ANSWERS, PDQ, PIX, Envelope

DEFAULT_LIMIT, MAX_LIMIT = 50, 500
"""Patients in one answer: without a limit in the query, and at the most."""
MAX_PARAMETERS = 20
PARAMETER = re.compile(r"@PID(?:\.\d{1,2}){1,3}")
CERTAIN = segment("QRI", "100")
"""All that was asked for agrees; HL7 v2.5 wants a segment QRI after each PID."""
CODES = {
    "100": "Segment sequence error",
    "101": "Required field missing",
    "102": "Data type error",
    "103": "Table value not found",
    "200": "Unsupported message type",
    "203": "Unsupported version id",
    "204": "Unknown key identifier",
    "205": "Duplicate key identifier",
}
"""HL7 table 0357, as far as it is used."""
VERSIONS = {"2.5", "2.5.1"}


class Fault(Exception):  # noqa: N818  # what an answer calls it; it never leaves this file
    """Why a query is refused: place in it (segment^sequence^field^...), code of table 0357, reason."""

    def __init__(self, location: str, code: str, reason: str) -> None:
        super().__init__(location, code, reason)
        self.location, self.code, self.reason = location, code, reason


@dataclass(frozen=True)
class Found:
    """What a query found: segments about patients, how many there are and are left, where to go on, status (QAK-2)."""

    patients: tuple[Segment, ...] = ()
    total: int = 0
    left: int = 0
    pointer: str = ""
    status: str = "OK"


def answer(index: PatientIndex, query: str, envelope: Envelope) -> str:
    """The answer to a query of either kind. Er7Error if the text is no HL7 message at all."""
    message = decode(query)
    head, asked = message[0], first(message, "QPD")
    kind = asked.text(1) if asked else PIX
    reply = replace(envelope, receiver=head.text(3) or envelope.receiver)
    name, structure = ANSWERS.get(kind, ANSWERS[PIX])
    parts = [segment("MSH", *reply.header(f"RSP^{name}^{structure}"))]
    try:
        found = _find(index, message, head, asked)
    except Fault as fault:
        parts += [segment("MSA", "AE", escape(head.text(10))), _error(fault)]
        found = Found(status="AE")
    else:
        parts.append(segment("MSA", "AA", escape(head.text(10))))
    tag = asked.text(2) if asked else ""
    shown = sum(one.name == "PID" for one in found.patients)
    counts = (f"{found.total}", f"{shown}", f"{found.left}") if kind == PDQ else ()
    parts.append(segment("QAK", escape(tag), found.status, asked.raw(1) if asked else "", *counts))
    parts += [asked] if asked else []
    parts += found.patients
    parts += [segment("DSC", found.pointer, "I")] if found.pointer else []
    return encode(parts)


def _error(fault: Fault) -> Segment:
    text = f"{fault.code}^{CODES[fault.code]}^HL70357"
    return segment("ERR", "", fault.location, text, "E", "", "", "", escape(fault.reason))


def _find(index: PatientIndex, message: Message, head: Segment, asked: Segment | None) -> Found:
    if head.text(9) != "QBP":
        raise Fault("MSH^1^9^1^1", "200", f"{head.raw(9)[:40]} is no query QBP")
    if head.text(12) not in VERSIONS:
        raise Fault(
            "MSH^1^12", "203", f"version {head.raw(12)[:10]} is not spoken; {' and '.join(sorted(VERSIONS))} are"
        )
    if asked is None:
        raise Fault("QPD^1", "100", "the query lacks its segment QPD")
    if not asked.text(2):
        raise Fault("QPD^1^2", "101", "the query lacks its tag")
    finders = {PIX: _cross_references, PDQ: _candidates}
    if asked.text(1) not in finders:
        raise Fault("QPD^1^1", "103", f"{asked.text(1)[:40]!r} is no query known here; {PIX} and {PDQ} are")
    return finders[asked.text(1)](index, message, asked)


def _domain(index: PatientIndex, repetition: str, location: str) -> Domain:
    found = index.domain(piece(repetition, 4, 1), piece(repetition, 4, 2))
    if found is None:
        raise Fault(location, "204", f"the domain {repetition.rsplit('^', maxsplit=1)[-1][:80]!r} is not known here")
    return found


def _wanted(index: PatientIndex, asked: Segment, field: int) -> set[str] | None:
    """The domains that the numbers are wanted of; None: all."""
    wanted = asked.repetitions(field)
    found = {_domain(index, one, f"QPD^1^{field}^{nth}^4").name for nth, one in enumerate(wanted, 1)}
    return found or None


def _cross_references(index: PatientIndex, _message: Message, asked: Segment) -> Found:
    """The numbers that a patient has elsewhere."""
    given = asked.raw(3).partition("~")[0]
    number = piece(given, 1)
    if not number:
        raise Fault("QPD^1^3^1^1", "101", "the query names no number of a patient")
    domain = _domain(index, given, "QPD^1^3^1^4")
    wanted = _wanted(index, asked, 4)
    rows = index.rows(domain, number)
    if not rows:
        raise Fault("QPD^1^3^1^1", "204", f"nobody has the number {number[:40]} in {domain.name}")
    one_person = set(index.same(rows[0]))
    if any(row not in one_person for row in rows):
        raise Fault("QPD^1^3^1^1", "205", f"the number {number[:40]} stands for several patients of {domain.name}")
    if index.disputed(rows[0]):
        raise Fault("QPD^1^3^1^1", "205", "the records of this identity number contradict each other")
    others = [one for one in index.identifiers(rows[0], wanted) if not _is(one, number, domain)]
    if not others:
        return Found(status="NF")
    return Found((segment("PID", "", "", "~".join(others), "", "~^^^^^^S"),), total=1)


def _is(identifier: str, number: str, domain: Domain) -> bool:
    return piece(identifier, 1) == number and piece(identifier, 4) == domain.name


def _candidates(index: PatientIndex, message: Message, asked: Segment) -> Found:
    """The patients with these demographics, in order of their ids, some at a time."""
    limit, start = _limit(message), _start(message, asked)
    wanted = _wanted(index, asked, 8)
    told = _told(asked)
    frame = index.called(told["PID.5"][0]) if "PID.5" in told else index.numbered
    rows = frame.filter(pl.all_horizontal(*_conditions(index, told)))["row"].to_list()
    if start and start >= len(rows):
        raise Fault("DSC^1^1", "204", "the pointer leads beyond the last patient")
    shown = rows[start : start + limit]
    left = len(rows) - start - len(shown)
    pointer = f"{start + len(shown)}-{_mark(asked)}" if left else ""
    people = (segment("PID", *pid(index, row, index.identifiers(row, wanted))) for row in shown)
    parts = tuple(part for person in people for part in (person, CERTAIN))
    return Found(parts, len(rows), left, pointer, "OK" if rows else "NF")


def _limit(message: Message) -> int:
    control = first(message, "RCP")
    text = control.text(2) if control else ""
    if not text:
        return DEFAULT_LIMIT
    if not re.fullmatch("[1-9][0-9]{0,5}", text) or (control and control.text(2, 2) not in {"", "RD"}):
        raise Fault("RCP^1^2", "102", "the limit should be a number of records like 10^RD")
    return min(int(text), MAX_LIMIT)


def _start(message: Message, asked: Segment) -> int:
    """Where to go on; a pointer holds only for the query whose answer gave it."""
    going_on = first(message, "DSC")
    if going_on is None or not going_on.text(1):
        return 0
    found = re.fullmatch(r"([1-9][0-9]{0,8})-([0-9a-f]{16})", going_on.text(1))
    if not found or found[2] != _mark(asked):
        raise Fault("DSC^1^1", "204", "the pointer is not one that an answer to this query gave")
    return int(found[1])


def _mark(asked: Segment) -> str:
    return hashlib.sha256(f"{asked.raw(3)}|{asked.raw(8)}".encode()).hexdigest()[:16]


def _told(asked: Segment) -> dict[str, tuple[str, int]]:
    """What is looked for: place in PID -> value and which repetition of QPD-3 names it."""
    given = asked.repetitions(3)
    if not given:
        raise Fault("QPD^1^3", "101", "the query names nothing to look for")
    if len(given) > MAX_PARAMETERS:
        raise Fault("QPD^1^3", "102", f"the query names more than {MAX_PARAMETERS} things to look for")
    told: dict[str, tuple[str, int]] = {}
    for nth, one in enumerate(given, 1):
        name, value = piece(one, 1), piece(one, 2)
        if not PARAMETER.fullmatch(name) or _canonical(name) not in (*COLUMNS, *SPECIAL):
            known = ", ".join(f"@{known}" for known in (*COLUMNS, *SPECIAL))
            raise Fault(f"QPD^1^3^{nth}^1", "103", f"{name[:40]!r} cannot be looked for; {known} can")
        if not value.strip("*"):
            raise Fault(f"QPD^1^3^{nth}^2", "101", f"{name} has no value to look for")
        told[_canonical(name)] = (value, nth)
    return told


def _canonical(name: str) -> str:
    """@PID.5.1 and @PID.5.1.1 are one; so are PID.8 and PID.8.1."""
    return re.sub(r"(\.1)+$", "", name.removeprefix("@")) if name.count(".") > 1 else name.removeprefix("@")


def _conditions(index: PatientIndex, told: dict[str, tuple[str, int]]) -> Sequence[pl.Expr]:
    found = [_like(COLUMNS[name], value) for name, (value, _) in told.items() if name in COLUMNS]
    found.append(pl.lit(value=True))
    if "PID.7" in told:
        value, nth = told["PID.7"]
        if not re.fullmatch(r"[0-9]{4}|[0-9]{6}|[0-9]{8}", value):
            raise Fault(f"QPD^1^3^{nth}^2", "102", "a date of birth should be like 19700131, 197001 or 1970")
        found.append(pl.col("birth_date").dt.strftime("%Y%m%d").str.starts_with(value))
    if "PID.8" in told:
        value, nth = told["PID.8"]
        sexes = {code: sex for sex, code in SEXES.items()}
        if value not in sexes:
            raise Fault(f"QPD^1^3^{nth}^2", "103", f"the sex {value[:10]!r} should be one of {', '.join(sexes)}")
        found.append(pl.col("sex") == sexes[value])
    if "PID.3.4" in told or "PID.3.4.2" in told:
        name, identifier = told.get("PID.3.4", ("", 0)), told.get("PID.3.4.2", ("", 0))
        domain = index.domain(name[0], identifier[0])
        if domain is None:
            raise Fault(f"QPD^1^3^{name[1] or identifier[1]}^2", "204", "that domain is not known here")
        if domain.hospital_id is not None:
            found.append(pl.col("hospital_id") == domain.hospital_id)
    return found


COLUMNS = {
    "PID.3": ("mrn", "id_number"),
    "PID.5": ("name", "family"),
    "PID.5.2": ("given",),
    "PID.11": ("address", "address_en"),
    "PID.11.3": ("district", "district_en"),
    "PID.13": ("phone",),
}
"""What can be looked for -> the columns that may hold it."""
SPECIAL = ("PID.7", "PID.8", "PID.3.4", "PID.3.4.2")


def _like(columns: tuple[str, ...], value: str) -> pl.Expr:
    """Equal but for the case of letters, or beginning so where a star ends the value."""
    text = value.rstrip("*").lower()
    each = [pl.col(name).cast(pl.String).str.to_lowercase() for name in columns]
    return pl.any_horizontal([one.str.starts_with(text) if value.endswith("*") else one == text for one in each])

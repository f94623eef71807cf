"""What an answer of PIX or PDQ says, read from its text."""

import datetime as dt
import re
from dataclasses import dataclass

from simulator.formats.ihe.er7 import Er7Error, Segment, decode, first, needed, piece
from simulator.formats.ihe.patients import SEXES

CODES = ("AA", "AE", "AR")
STATUSES = ("OK", "NF", "AE", "AR")


@dataclass(frozen=True)
class Identifier:
    """A number and the domain that gave it."""

    number: str
    domain: str
    oid: str


@dataclass(frozen=True)
class Candidate:
    """A patient as an answer describes one, the number of the record itself first; what is not told is empty."""

    identifiers: tuple[Identifier, ...]
    name: str
    name_en: str
    birth_date: dt.date | None
    sex: str
    address: str
    address_en: str
    district: str
    district_en: str
    phone: str


@dataclass(frozen=True)
class Answer:
    """An answer: acknowledgement, status, tag of the query, patients, hits in all and left over, pointer, errors."""

    code: str
    status: str
    tag: str
    patients: tuple[Candidate, ...]
    total: int | None
    left: int | None
    pointer: str
    errors: tuple[tuple[str, str, str], ...]


def read_answer(text: str) -> Answer:
    """The answer in a message; Er7Error names the segment and field that is wrong."""
    message = decode(text)
    if message[0].text(9) != "RSP":
        raise Er7Error("MSH-9", f"should be RSP, found {message[0].raw(9)[:20]!r}")
    told, status = needed(message, "MSA"), needed(message, "QAK")
    pointer = first(message, "DSC")
    return Answer(
        code=_one_of(told.text(1), CODES, "MSA-1"),
        status=_one_of(status.text(2), STATUSES, "QAK-2"),
        tag=status.text(1),
        patients=tuple(_candidate(one, n) for n, one in enumerate((s for s in message if s.name == "PID"), 1)),
        total=_number(status.text(4), "QAK-4"),
        left=_number(status.text(6), "QAK-6"),
        pointer=pointer.text(1) if pointer else "",
        errors=tuple((one.raw(2), one.text(3), one.text(8)) for one in message if one.name == "ERR"),
    )


def _one_of(text: str, values: tuple[str, ...], where: str) -> str:
    if text not in values:
        raise Er7Error(where, f"should be one of {', '.join(values)}, found {text[:20]!r}")
    return text


def _number(text: str, where: str) -> int | None:
    if not re.fullmatch("[0-9]{0,9}", text):
        raise Er7Error(where, f"should be a number, found {text[:20]!r}")
    return int(text) if text else None


def _candidate(one: Segment, nth: int) -> Candidate:
    where = f"PID[{nth}]"
    identifiers = tuple(Identifier(piece(each, 1), piece(each, 4), piece(each, 4, 2)) for each in one.repetitions(3))
    if not identifiers or not all(each.number and each.domain for each in identifiers):
        raise Er7Error(f"{where}-3", "should hold numbers with their domains")
    names = {piece(each, 8): each for each in one.repetitions(5)}
    english = names.get("A", "")
    home, abroad = (*one.repetitions(11), "", "")[:2]
    sexes = {code: sex for sex, code in SEXES.items()} | {"": ""}
    if one.text(8) not in sexes:
        raise Er7Error(f"{where}-8", f"should be one of {', '.join(SEXES.values())}, found {one.text(8)[:20]!r}")
    return Candidate(
        identifiers=identifiers,
        name=piece(names.get("I", ""), 1),
        name_en=" ".join(part for part in (piece(english, 2), piece(english, 1)) if part),
        birth_date=_date(one.text(7), f"{where}-7"),
        sex=sexes[one.text(8)],
        address=piece(home, 1),
        address_en=piece(abroad, 1),
        district=piece(home, 3),
        district_en=piece(abroad, 3),
        phone=one.text(13),
    )


def _date(text: str, where: str) -> dt.date | None:
    if not text:
        return None
    found = re.fullmatch("([0-9]{4})([0-9]{2})([0-9]{2})", text)
    try:
        return dt.date(*(int(part) for part in found.groups())) if found else _no_date(text, where)
    except ValueError:
        return _no_date(text, where)


def _no_date(text: str, where: str) -> dt.date:
    raise Er7Error(where, f"should be a date like 19700131, found {text[:20]!r}")

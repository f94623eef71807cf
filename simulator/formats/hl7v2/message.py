r"""One message as segments and fields: for people, tests, acknowledgements and small changes.

>>> message = parse("MSH|^~\\\\&|HIS|1|LIS|1|2025||ADT^A01^ADT_A01|7|P|2.5.1\\rPV1|1|I\\r")
>>> message.first("MSH").field(9), message.first("PV1").field(2)
('ADT^A01^ADT_A01', 'I')
"""

import re
from dataclasses import dataclass

from simulator.errors import ReadError
from simulator.formats.hl7v2.framing import LARGEST

USUAL = "|^~\\&"
MOST_SEGMENTS = 20_000
_NAME = re.compile(r"[A-Z][A-Z0-9]{2}")


@dataclass(frozen=True)
class Segment:
    """A segment: its fields as they stand in the text, the name first."""

    parts: tuple[str, ...]

    @property
    def name(self) -> str:
        """Three characters."""
        return self.parts[0]

    def field(self, number: int) -> str:
        """A field by its number in the standard, still escaped; empty if the segment is shorter."""
        at = number - 1 if self.name == "MSH" else number
        if self.name == "MSH" and number == 1:
            return "|"
        return self.parts[at] if at < len(self.parts) else ""

    def __str__(self) -> str:
        return "|".join(self.parts)


@dataclass(frozen=True)
class Message:
    """A message with the usual delimiters."""

    segments: tuple[Segment, ...]

    def first(self, name: str) -> Segment:
        """The first segment of this name; an empty one if there is none."""
        return next((one for one in self.segments if one.name == name), Segment((name,)))

    def __str__(self) -> str:
        return "".join(f"{segment}\r" for segment in self.segments)


def parse(text: str) -> Message:
    """The message in a text whose lines end in CR, LF or both; ReadError names segment and reason."""
    if len(text) > LARGEST:
        raise ReadError(f"a message of {len(text)} characters; at most {LARGEST} are read")
    lines = [line for line in re.split(r"\r\n|\r|\n", text.strip("\x0b\x1c\r\n")) if line]
    if len(lines) > MOST_SEGMENTS:
        raise ReadError(f"a message of {len(lines)} segments; at most {MOST_SEGMENTS} are read")
    if not lines or not lines[0].startswith("MSH"):
        raise ReadError("segment 1: a message begins with MSH and its delimiters, such as MSH|^~\\&|")
    marks = delimiters(lines[0])
    return Message(tuple(_segment(line, at, marks) for at, line in enumerate(lines, 1)))


def delimiters(header: str) -> str:
    """The five delimiters of a message, field separator first; ReadError if they are not five different marks."""
    marks = header[3:8]
    end = header[8:9]
    if len(marks) < len(USUAL) or len(set(marks)) < len(USUAL) or any(mark.isalnum() or mark < " " for mark in marks):
        raise ReadError(
            f"segment 1 MSH: its delimiters are {marks!r}; they must be five different marks, usually |^~\\&"
        )
    if end != marks[0]:
        raise ReadError(f"segment 1 MSH: field 2 must be four encoding characters, then {marks[0]!r}")
    return marks


def _segment(line: str, number: int, marks: str) -> Segment:
    if not _NAME.fullmatch(line[:3]) or line[3:4] not in {"", marks[0]}:
        raise ReadError(f"segment {number}: {line[:8]!r} should be a name of three capitals and then {marks[0]!r}")
    if number == 1:
        line = f"MSH{marks[0]}{marks[1:]}{line[8:]}"
    if marks != USUAL:
        line = _usual(line, marks, number)
    return Segment(tuple(line.split("|")))


def _usual(line: str, marks: str, number: int) -> str:
    """The line with the usual delimiters; marks that become delimiters by this are escaped."""
    head, rest = (line[:8], line[8:]) if number == 1 else ("", line)
    table = dict(zip(marks, USUAL, strict=True))
    for usual, letter in zip(USUAL, "FSRET", strict=True):
        if usual not in table:
            table[usual] = f"\\{letter}\\"
    changed = rest.translate({ord(mark): meant for mark, meant in table.items()})
    return (f"MSH{USUAL}" if head else "") + changed

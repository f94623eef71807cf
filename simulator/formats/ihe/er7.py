"""HL7 v2 messages as text: segments, fields, repetitions, components, with escapes; read within bounds.

Only what the queries of PIX and PDQ need; chapter 2 of HL7 v2.5.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

MAX_CHARACTERS = 2**20
MAX_SEGMENTS = 2_000
MAX_FIELDS = 200
HEADER = "MSH"
ESCAPES = {"\\": "\\E\\", "|": "\\F\\", "^": "\\S\\", "&": "\\T\\", "~": "\\R\\", "\r": "\\X0D\\", "\n": "\\X0A\\"}
SPECIAL = re.compile(r"[\\|^&~\r\n]")
NAMES = {"E": "\\", "F": "|", "S": "^", "T": "&", "R": "~", "X0D": "\r", "X0A": "\n"}
ESCAPED = re.compile(r"\\([EFSTR]|X0D|X0A)\\")


class Er7Error(ValueError):
    """What is wrong with a message, and in which segment and field."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(f"{where}: {reason}")
        self.where = where
        self.reason = reason


@dataclass(frozen=True)
class Segment:
    """A segment by its name and its raw fields; field 1 is the first one after the name."""

    name: str
    fields: tuple[str, ...]

    def raw(self, field: int) -> str:
        """A field as it stands; nothing if the segment is shorter."""
        return self.fields[field - 1] if field <= len(self.fields) else ""

    def repetitions(self, field: int) -> list[str]:
        """The repetitions of a field, none if it is empty."""
        raw = self.raw(field)
        return raw.split("~") if raw else []

    def text(self, field: int, component: int = 1, part: int = 1) -> str:
        """A subcomponent of the first repetition, its escapes undone."""
        return piece(self.raw(field).partition("~")[0], component, part)

    def __str__(self) -> str:
        fields = self.fields[1:] if self.name == HEADER else self.fields
        return "|".join((self.name, *fields))


Message = tuple[Segment, ...]


def piece(repetition: str, component: int, part: int = 1) -> str:
    """A subcomponent of a repetition, its escapes undone; nothing if it is not there."""
    components = repetition.split("^", component)
    parts = components[component - 1].split("&", part) if len(components) >= component else []
    return unescape(parts[part - 1]) if len(parts) >= part else ""


def escape(text: str) -> str:
    """A text as it stands in a field."""
    return SPECIAL.sub(lambda found: ESCAPES[found[0]], text)


def unescape(text: str) -> str:
    """A text from a field; an escape that is not known stays as it is."""
    return ESCAPED.sub(lambda found: NAMES[found[1]], text) if "\\" in text else text


def segment(name: str, *fields: str) -> Segment:
    """A segment; empty fields at its end are left out. Of MSH the first field is the separator itself."""
    kept = list(fields)
    while kept and not kept[-1]:
        kept.pop()
    return Segment(name, tuple(kept))


def encode(message: Iterable[Segment]) -> str:
    """The message as text, each segment ended by a carriage return."""
    return "".join(f"{one}\r" for one in message)


def decode(text: str) -> Message:
    r"""The segments of one message; Er7Error if it is none, too large, or has other separators than |^~\&."""
    if len(text) > MAX_CHARACTERS:
        raise Er7Error("message", f"has {len(text):,} characters; at most {MAX_CHARACTERS:,} are read")
    lines = [line for line in re.split(r"\r\n|\r|\n", text) if line]
    if not lines or not lines[0].startswith(HEADER):
        raise Er7Error("message", "should begin with a segment MSH")
    if not lines[0].startswith("MSH|^~\\&|"):
        raise Er7Error("MSH-2", f"should be ^~\\& after the separator |, found {lines[0][3:9]!r}")
    if len(lines) > MAX_SEGMENTS:
        raise Er7Error("message", f"has {len(lines):,} segments; at most {MAX_SEGMENTS:,} are read")
    return tuple(_segment(line, number) for number, line in enumerate(lines, 1))


def _segment(line: str, number: int) -> Segment:
    name, _, rest = line.partition("|")
    if not re.fullmatch("[A-Z][A-Z0-9]{2}", name):
        raise Er7Error(f"segment {number}", f"should begin with a name like PID, found {name[:10]!r}")
    fields = rest.split("|")
    if len(fields) > MAX_FIELDS:
        raise Er7Error(f"segment {number}", f"has {len(fields)} fields; at most {MAX_FIELDS} are read")
    return Segment(name, ("|", *fields) if name == HEADER else tuple(fields))


def split_messages(text: str) -> list[str]:
    """The messages of a file, each from its MSH to the next."""
    starts = [found.start() for found in re.finditer(r"(?:\A|(?<=[\r\n]))MSH(?=\|)", text)]
    return [text[begin:end] for begin, end in pairwise([*starts, len(text)])]


def first(message: Sequence[Segment], name: str) -> Segment | None:
    """The first segment of a name."""
    return next((one for one in message if one.name == name), None)


def needed(message: Sequence[Segment], name: str) -> Segment:
    """The same where it must be there."""
    found = first(message, name)
    if found is None:
        raise Er7Error("message", f"lacks the segment {name}")
    return found

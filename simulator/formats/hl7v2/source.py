"""Files as messages: read in bounded pieces, whatever ends their lines, framed by MLLP or in a batch or not."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from simulator.errors import ReadError
from simulator.formats.hl7v2.charset import CHARSETS
from simulator.formats.hl7v2.framing import LARGEST
from simulator.formats.hl7v2.message import MOST_SEGMENTS, USUAL, parse
from simulator.formats.rejects import Rejects

BLOCK = 8 * 2**20
"""Bytes read at once."""
HEADER = b"\rMSH"
ENVELOPE = re.compile(rb"(?<=\r)(?:FHS|BHS|BTS|FTS)[^\r]*(?:\r|$)")
ENVELOPES = (b"\rFHS", b"\rBHS", b"\rBTS", b"\rFTS")
_MARKS = USUAL.encode() + b"|"


@dataclass(frozen=True)
class Piece:
    """Whole messages with the usual delimiters, each beginning with MSH; the file of each, and its number there."""

    files: list[str] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)


def pieces(path: Path, rejects: Rejects) -> Iterator[Piece]:
    """The messages of a file, or of all *.hl7 files below a folder in order of name."""
    files = sorted(path.rglob("*.hl7")) if path.is_dir() else [path]
    if not files or not all(file.is_file() for file in files):
        raise ReadError(f"{path} holds no HL7 messages; give a file, or a folder with files named *.hl7")
    piece, size = Piece(), 0
    for file in files:
        name = str(file.relative_to(path)) if path.is_dir() else file.name
        for number, message in _messages(file, name, rejects):
            piece.files.append(name)
            piece.numbers.append(number)
            piece.messages.append(message)
            size += len(message)
            if size > BLOCK:
                yield piece
                piece, size = Piece(), 0
    yield piece


def _messages(file: Path, name: str, rejects: Rejects) -> Iterator[tuple[int, str]]:
    number = 0
    charset = b""
    for block in _blocks(file, name, rejects):
        raw = block.split(HEADER)
        for junk in [] if raw[0].strip() == b"" else [raw[0]]:
            rejects.add(name, f"before message {number + 1}", f"{junk[:20]!r} is no segment of a message")
        for body in raw[1:]:
            number += 1
            charset = _charset(body) or charset
            text = _text(b"MSH" + body.strip(b"\r"), charset, name, number, rejects)
            if text is not None:
                yield number, text


def _charset(body: bytes) -> bytes:
    """MSH-18; only the header is looked at."""
    fields = body.split(b"\r", 1)[0].split(body[:1], 18)
    return fields[17].split(b"~")[0].strip() if len(fields) > 17 else b""  # noqa: PLR2004  # MSH-18


def _text(body: bytes, charset: bytes, name: str, number: int, rejects: Rejects) -> str | None:
    """The message as text with the usual delimiters, or a reject."""
    label = charset.decode("ascii", "replace")
    try:
        return _checked(body, label)
    except UnicodeDecodeError as error:
        rejects.add(name, f"message {number}", f"byte {error.start} is not of the character set {label!r} (MSH-18)")
    except ReadError as error:
        rejects.add(name, f"message {number}", str(error))
    return None


def _checked(body: bytes, label: str) -> str:
    if label not in CHARSETS:
        raise ReadError(f"MSH-18: the character set {label!r} is not read; {', '.join(filter(None, CHARSETS))} are")
    if len(body) > LARGEST:
        raise ReadError(f"it has more than {LARGEST} bytes")
    if body.count(b"\r") > MOST_SEGMENTS:
        raise ReadError(f"it has more than {MOST_SEGMENTS} segments")
    text = body.decode(CHARSETS[label].codec)
    return text if body[3:9] == _MARKS else str(parse(text))


def _blocks(file: Path, name: str, rejects: Rejects) -> Iterator[bytes]:
    """Blocks that begin with a line end and stop before a message; none holds much more than BLOCK and one message."""
    held = b"\r"
    try:
        with file.open("rb") as stream:
            while data := stream.read(BLOCK):
                held = _plain(held + data)
                cut = held.rfind(HEADER, 1)
                if cut > 0:
                    yield held[:cut]
                    held = held[cut:]
                elif len(held) > LARGEST + BLOCK:
                    rejects.add(name, "file", f"a message, or something else, of more than {LARGEST} bytes")
                    held = b"\r"
    except OSError as error:
        raise ReadError(f"{name}: cannot be read: {error.strerror or error}") from error
    yield held


def _plain(data: bytes) -> bytes:
    """Lines end in one CR; frames and envelopes are gone."""
    for mark in (b"\x0b", b"\x1c", b"\n"):
        data = data.replace(mark, b"\r")
    while b"\r\r" in data:
        data = data.replace(b"\r\r", b"\r")
    return ENVELOPE.sub(b"", data) if any(name in data for name in ENVELOPES) else data

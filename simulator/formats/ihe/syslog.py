"""Messages of syslog: RFC 5424, and the frames in which they travel over TLS (octet counting, RFC 5425)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

MAX_MESSAGE = 2**16
"""Bytes of one message; RFC 5425 asks for at least 8,192."""
BOM = "\ufeff"
"""Says that the text after it is UTF-8."""
HEADER = re.compile(
    r"<(?P<priority>\d{1,3})>1 (?P<time>\S{1,40}) (?P<host>[!-~]{1,255}) (?P<application>[!-~]{1,48})"
    r" (?P<process>[!-~]{1,128}) (?P<kind>[!-~]{1,32}) -(?: (?P<text>.*))?",
    re.DOTALL,
)
MAX_PRIORITY = 191


class SyslogError(ValueError):
    """A text that is no message of syslog, or no frame of one."""


@dataclass(frozen=True)
class Syslog:
    """A message without structured data: priority (facility times 8 plus severity), head and text."""

    priority: int
    time: str
    host: str
    application: str
    process: str
    kind: str
    text: str


def parse_syslog(line: str) -> Syslog:
    """The parts of a message; SyslogError says what is wrong."""
    if len(line) > MAX_MESSAGE:
        raise SyslogError(f"has {len(line):,} characters; at most {MAX_MESSAGE:,} are read")
    found = HEADER.fullmatch(line)
    if not found or int(found["priority"]) > MAX_PRIORITY:
        raise SyslogError("should begin like <85>1 2025-03-01T01:30:00Z host application - kind - ")
    return Syslog(
        int(found["priority"]), found["time"], found["host"], found["application"], found["process"], found["kind"],
        (found["text"] or "").removeprefix(BOM),
    )  # fmt: skip


def framed(message: bytes) -> bytes:
    """A message as it travels: its length in bytes, a blank, itself."""
    return b"%d %b" % (len(message), message)


def frames(stream: bytes) -> Iterator[bytes]:
    """The messages in a stream of whole frames; SyslogError at the first that is none."""
    place = 0
    while place < len(stream):
        found = re.compile(rb"([1-9][0-9]{0,5}) ").match(stream, place)
        length = int(found[1]) if found else 0
        if not found or length > MAX_MESSAGE or found.end() + length > len(stream):
            raise SyslogError(f"byte {place}: should be a length of at most {MAX_MESSAGE} and as many bytes after it")
        yield stream[found.end() : found.end() + length]
        place = found.end() + length

"""Frames on a socket: a JSON head and numbered buffers, each of known length, in bounded size and time.

Layout: uint32 length of the head, uint32 number of buffers, one uint64 length per buffer, head, buffers (big endian).
"""

import json
import re
import socket
import struct
import time
from typing import Any

MAX_BUFFERS = 10_000
MAX_PARTS = 1_000_000
CHUNK = 1 << 20
_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)

Frame = tuple[dict[str, Any], list[bytes]]


class WireError(Exception):
    """The other side closed, was too slow, or sent something that is not a frame."""


class SlowError(WireError):
    """The other side did not answer in time."""


class BigError(WireError):
    """The other side announced more than was allowed."""


def send(sock: socket.socket, head: dict[str, Any], buffers: list[bytes], *, deadline: float | None = None) -> None:
    """Write one frame; deadline: of time.monotonic(). WireError if the other side is gone."""
    text = json.dumps(head, allow_nan=False, separators=(",", ":")).encode()
    sizes = struct.pack(f"!II{len(buffers)}Q", len(text), len(buffers), *map(len, buffers))
    try:
        for part in (sizes + text, *buffers):
            sock.settimeout(None if deadline is None else max(0.001, deadline - time.monotonic()))
            sock.sendall(part)
    except TimeoutError:
        raise SlowError from None
    except OSError as error:
        raise WireError(str(error)) from None


def receive(sock: socket.socket, most: int, *, deadline: float | None = None) -> Frame:
    """Read one frame of at most `most` bytes; SlowError, BigError, WireError."""
    length, count = struct.unpack("!II", _exactly(sock, 8, deadline))
    if length > most or count > MAX_BUFFERS:
        raise BigError
    sizes = struct.unpack(f"!{count}Q", _exactly(sock, 8 * count, deadline))
    if length + sum(sizes) > most:
        raise BigError
    text = _exactly(sock, length, deadline)
    buffers = [_exactly(sock, size, deadline) for size in sizes]
    return _head(text), buffers


def _head(text: bytes) -> dict[str, Any]:
    if len(text) > MAX_PARTS and _parts(text) > MAX_PARTS:
        raise BigError
    try:
        head = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise WireError("not JSON") from None
    if not isinstance(head, dict):
        raise WireError("not a JSON object")
    return head


def _parts(text: bytes) -> int:
    """Count what becomes objects: a megabyte of `[[],[],…` would otherwise take a hundred in memory."""
    bare = _STRING.sub(b"", text)
    return sum(map(bare.count, (b",", b"[", b"{")))


def _refuse(_constant: str) -> None:
    raise ValueError


def _exactly(sock: socket.socket, size: int, deadline: float | None) -> bytes:
    parts, missing = [], size
    while missing:
        left = None if deadline is None else deadline - time.monotonic()
        if left is not None and left <= 0:
            raise SlowError
        sock.settimeout(left)
        try:
            part = sock.recv(min(missing, CHUNK))
        except TimeoutError:
            raise SlowError from None
        except OSError as error:
            raise WireError(str(error)) from None
        if not part:
            raise WireError("closed")
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)

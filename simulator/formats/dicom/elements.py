"""Data elements as bytes: Explicit VR Little Endian, PS3.5 section 7.1.2."""

import struct
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from pydicom.datadict import dictionary_VR, tag_for_keyword

Attributes = Mapping[str, Any]
"""Keyword of the DICOM dictionary -> value: text, number, list of them, bytes, list of items (Attributes), or None."""
Encoded = dict[int, bytes]
"""Tag -> the whole element as it stands in a file."""

LONG = frozenset({"OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"})
"""Value representations whose length takes four bytes after two reserved ones."""
NUMBERS = {"US": "H", "SS": "h", "UL": "I", "SL": "i", "FL": "f", "FD": "d"}
ENCODINGS = {"ISO_IR 192": "utf-8", "GB18030": "gb18030"}
"""Specific character set -> codec."""
DS_LENGTH = 16
ITEM = struct.Struct("<HHI")


@cache
def tag_and_kind(keyword: str) -> tuple[int, str]:
    """The tag of a keyword and its value representation; where the dictionary leaves a choice, the unsigned word."""
    tag = tag_for_keyword(keyword)
    if tag is None:
        raise KeyError(f"the DICOM dictionary has no attribute {keyword}")
    kind = dictionary_VR(tag)
    return tag, {"US or SS": "US", "OB or OW": "OW"}.get(kind, kind)


def encode(attributes: Attributes, charset: str) -> Encoded:
    """Each attribute as an element, text in the character set named; None is an element without a value."""
    codec = ENCODINGS[charset]
    return {tag: _element(tag, kind, value, codec) for (tag, kind), value in _tagged(attributes)}


def joined(elements: Encoded) -> bytes:
    """The elements one after another in the order of their tags, as a data set must be."""
    return b"".join(elements[tag] for tag in sorted(elements))


def _tagged(attributes: Attributes) -> Iterable[tuple[tuple[int, str], Any]]:
    return ((tag_and_kind(keyword), value) for keyword, value in attributes.items())


def _element(tag: int, kind: str, value: object, codec: str) -> bytes:
    body = b"" if value is None else _value(kind, value, codec)
    head = struct.pack("<HH", tag >> 16, tag & 0xFFFF) + kind.encode()
    if kind in LONG:
        return head + struct.pack("<HI", 0, len(body)) + body
    return head + struct.pack("<H", len(body)) + body


def _value(kind: str, value: Any, codec: str) -> bytes:  # noqa: ANN401 - as many types as the standard has
    if kind == "SQ":
        return b"".join(_item(one, codec) for one in value)
    if isinstance(value, bytes):
        return value + b"\0" * (len(value) % 2)
    many = value if isinstance(value, list) else [value]
    if kind in NUMBERS:
        return struct.pack(f"<{len(many)}{NUMBERS[kind]}", *many)
    if kind == "AT":
        return b"".join(struct.pack("<HH", one >> 16, one & 0xFFFF) for one in many)
    text = "\\".join(_decimal(one) if kind == "DS" else str(one) for one in many).encode(codec)
    return text + (b"\0" if kind == "UI" else b" ") * (len(text) % 2)


def _decimal(number: float | str) -> str:
    """At most 16 characters, as a decimal string may have."""
    text = number if isinstance(number, str) else f"{number:.9g}"
    return text[:DS_LENGTH]


def _item(attributes: Attributes, codec: str) -> bytes:
    body = b"".join(
        _element(tag, kind, value, codec)
        for (tag, kind), value in sorted(_tagged(attributes), key=lambda pair: pair[0][0])
    )
    return ITEM.pack(0xFFFE, 0xE000, len(body)) + body

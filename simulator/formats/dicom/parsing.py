"""Headers of files from anywhere: every length is checked against what is there before anything is taken.

Limits: HEADER_LIMIT bytes before the pixel data, DEPTH sequences inside each other, ELEMENTS in a file.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pydicom.datadict import keyword_for_tag

from simulator.formats.dicom.elements import ENCODINGS, LONG, tag_and_kind

HEADER_LIMIT = 4 * 2**20
FIRST_READ = 64 * 2**10
DEPTH = 8
ELEMENTS = 20_000
START = 132
KINDS = frozenset(
    {
        "AE",
        "AS",
        "AT",
        "CS",
        "DA",
        "DS",
        "DT",
        "FD",
        "FL",
        "IS",
        "LO",
        "LT",
        "OB",
        "OD",
        "OF",
        "OL",
        "OV",
        "OW",
        "PN",
        "SH",
        "SL",
        "SQ",
        "SS",
        "ST",
        "SV",
        "TM",
        "UC",
        "UI",
        "UL",
        "UN",
        "UR",
        "US",
        "UT",
        "UV",
    }
)
PIXELS = 0x7FE00010
ITEM, ITEM_END, SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
UNDEFINED = 0xFFFFFFFF
IS_LENGTH = 12
EXPLICIT = "1.2.840.10008.1.2.1"
COMPRESSED = "1.2.840.10008.1.2.4."
RLE = "1.2.840.10008.1.2.5"


class Damage(Exception):  # noqa: N818 - it ends as a reject, not as an error
    """A file is not what it should be: where, and why."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(f"{where}: {reason}")
        self.where, self.reason = where, reason


def at(tag: int) -> str:
    """A tag as people write it: (0028,0010) Rows."""
    return f"({tag >> 16:04X},{tag & 0xFFFF:04X}) {keyword_for_tag(tag)}".rstrip()


@dataclass
class DataSet:
    """Elements by tag: their bytes, or the items of a sequence."""

    values: dict[int, bytes] = field(default_factory=dict)
    items: dict[int, list["DataSet"]] = field(default_factory=dict)
    codec: str = "ascii"

    def text(self, keyword: str) -> str:
        """A text without its padding, empty if the element is absent; Damage if it is not in its character set."""
        tag, _ = tag_and_kind(keyword)
        try:
            return self.values.get(tag, b"").decode(self.codec).strip(" \0")
        except UnicodeDecodeError:
            raise Damage(at(tag), f"is no text in {self.codec}") from None

    def needed(self, keyword: str) -> str:
        """A text that must be there."""
        found = self.text(keyword)
        if not found:
            raise Damage(at(tag_and_kind(keyword)[0]), "is missing")
        return found

    def number(self, keyword: str) -> int:
        """An unsigned 16-bit number that must be there."""
        tag, _ = tag_and_kind(keyword)
        value = self.values.get(tag, b"")
        if len(value) != 2:  # noqa: PLR2004 - the length of such a number
            raise Damage(at(tag), f"should be one number of two bytes, has {len(value)} bytes")
        return int.from_bytes(value, "little")

    def sequence(self, keyword: str) -> list["DataSet"]:
        """The items of a sequence, none if it is absent."""
        return self.items.get(tag_and_kind(keyword)[0], [])


@dataclass
class _Reader:
    """Walks through the bytes of a header; `size` is that of the file, of which `data` is the beginning."""

    data: bytes
    size: int
    count: int = 0

    def need(self, position: int, length: int, end: int, tag: int) -> None:
        if position + length > end:
            raise Damage(at(tag), f"ends at byte {position + length}, beyond its surroundings, which end at byte {end}")
        if position + length > len(self.data):
            raise _MoreNeeded

    def data_set(self, position: int, end: int, depth: int, codec: str, *, open_end: bool) -> tuple[DataSet, int]:
        """The elements until `end`, or until the item's end mark if its length is open; and where they stop."""
        found, last = DataSet(codec=codec), 0
        while position < end:
            self.need(position, 8, end, last)
            group, number = struct.unpack_from("<HH", self.data, position)
            tag = group << 16 | number
            if open_end and tag == ITEM_END:
                return found, position + 8
            if tag <= last:
                raise Damage(at(tag), f"stands after {at(last)}: tags should ascend")
            if tag == PIXELS and depth == 0:
                self.pixels(position, found)
                return found, self.size
            position, last = self.element(position, end, tag, depth, found), tag
        if open_end:
            raise Damage(at(last), "is followed by no end of the item")
        return found, position

    def element(self, position: int, end: int, tag: int, depth: int, found: DataSet) -> int:
        """Take one element; returns where the next begins."""
        self.count += 1
        if self.count > ELEMENTS:
            raise Damage(at(tag), f"comes after {ELEMENTS:,} others, more than are read")
        kind = self.data[position + 4 : position + 6].decode("latin-1")
        if kind not in KINDS:
            raise Damage(at(tag), f"has the value representation {kind!r}, which there is not")
        if kind in LONG:
            self.need(position, 12, end, tag)
            length, start = struct.unpack_from("<I", self.data, position + 8)[0], position + 12
        else:
            length, start = struct.unpack_from("<H", self.data, position + 6)[0], position + 8
        if kind == "SQ" or length == UNDEFINED:
            found.items[tag], after = self.items(start, end, length, tag, depth=depth + 1, codec=found.codec)
            return after
        self.need(start, length, end, tag)
        found.values[tag] = self.data[start : start + length]
        if tag == 0x00080005:  # noqa: PLR2004 - SpecificCharacterSet
            found.codec = _codec(found.values[tag])
        return int(start + length)

    def items(  # noqa: PLR0913 - a sequence has all of these
        self, position: int, end: int, length: int, tag: int, *, depth: int, codec: str
    ) -> tuple[list[DataSet], int]:
        """The items of a sequence of known or open length."""
        if depth > DEPTH:
            raise Damage(at(tag), f"is a sequence inside {DEPTH} others, deeper than is read")
        found: list[DataSet] = []
        if length != UNDEFINED:
            self.need(position, length, end, tag)
            end = position + length
        while position < end:
            self.need(position, 8, end, tag)
            group, number, size = struct.unpack_from("<HHI", self.data, position)
            mark, position = group << 16 | number, position + 8
            if mark == SEQUENCE_END and length == UNDEFINED:
                return found, position
            if mark != ITEM:
                raise Damage(at(tag), f"holds {at(mark)} where an item should begin")
            is_open = size == UNDEFINED
            if not is_open:
                self.need(position, size, end, tag)
            one, position = self.data_set(position, end if is_open else position + size, depth, codec, open_end=is_open)
            found.append(one)
        if length == UNDEFINED:
            raise Damage(at(tag), "is not ended")
        return found, position

    def pixels(self, position: int, found: DataSet) -> None:
        """Hold the declared size of native pixel data against what the header says and what the file has."""
        self.need(position, 12, self.size, PIXELS)
        length, start = struct.unpack_from("<I", self.data, position + 8)[0], position + 12
        if length == UNDEFINED:
            return
        frames = found.text("NumberOfFrames") or "1"
        if not (frames.isascii() and frames.isdigit() and len(frames) <= IS_LENGTH):
            raise Damage("(0028,0008) NumberOfFrames", f"{frames[:IS_LENGTH]!r} should be a whole number")
        parts = [found.number(key) for key in ("Rows", "Columns", "SamplesPerPixel", "BitsAllocated")]
        wanted: int = parts[0] * parts[1] * parts[2] * int(frames) * parts[3] // 8
        if length != wanted + wanted % 2:
            said = f"{parts[0]} x {parts[1]} pixels of {parts[3]} bits need {wanted:,}"
            raise Damage(at(PIXELS), f"declares {length:,} bytes, but {said}")
        if start + length > self.size:
            raise Damage(at(PIXELS), f"declares {length:,} bytes, but the file has only {self.size - start:,} left")


class _MoreNeeded(Exception):  # noqa: N818 - tells the caller to read on
    """The header is longer than the piece that was read."""


def parse(path: Path) -> tuple[DataSet, DataSet]:
    """File meta information and data set of a file, without its pixels; Damage says what is wrong with it."""
    size = path.stat().st_size
    for limit in (FIRST_READ, HEADER_LIMIT):
        with path.open("rb") as stream:
            data = stream.read(limit)
        try:
            return _parse(data, size)
        except _MoreNeeded:
            continue
    raise Damage("file", f"has a header longer than {HEADER_LIMIT // 2**20} MiB, the most that is read")


def _parse(data: bytes, size: int) -> tuple[DataSet, DataSet]:
    if data[128:START] != b"DICM":
        raise Damage("byte 128", "should be DICM: this is no file of Part 10")
    reader = _Reader(data, size)
    reader.need(START, 12, size, 0x00020000)
    tag, kind, length, group = struct.unpack_from("<I2sHI", data, START)
    if (tag, kind, length) != (0x00000002, b"UL", 4):
        raise Damage("(0002,0000) FileMetaInformationGroupLength", "is missing")
    begin = START + 12
    reader.need(begin, group, size, 0x00020000)
    meta, begin = reader.data_set(begin, begin + group, 1, "ascii", open_end=False)
    syntax = meta.needed("TransferSyntaxUID")
    if syntax != EXPLICIT and not syntax.startswith(COMPRESSED) and syntax != RLE:
        raise Damage(
            "(0002,0010) TransferSyntaxUID", f"{syntax} is not read; {EXPLICIT} (Explicit VR Little Endian) is"
        )
    return meta, reader.data_set(begin, size, 0, "ascii", open_end=False)[0]


def _codec(value: bytes) -> str:
    named = value.decode("latin-1").strip(" \0")
    if named in ("", "ISO_IR 6", "ISO_IR 100"):
        return "latin-1" if named == "ISO_IR 100" else "ascii"
    if named not in ENCODINGS:
        raise Damage("(0008,0005) SpecificCharacterSet", f"{named!r} should be one of {', '.join(ENCODINGS)}")
    return ENCODINGS[named]


def files(folder: Path) -> Iterator[Path]:
    """The files of a folder in order, without notes about the export."""
    return iter(sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".json"))

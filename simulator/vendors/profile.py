"""What is known of one hospital's system: its sheets, columns, codes and units, read from data and checked."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from simulator.errors import ExportError, KnowledgeError
from simulator.knowledge.reading import build, read_csv, read_yaml

FOLDER = Path(__file__).parent / "profiles"
SLOT = re.compile(r"\{([^{}]+)\}")
Codec = Literal["id", "text", "clip", "code", "local", "date", "number", "fen"]


class Column(BaseModel):
    """One column of a sheet: the field it carries, how (codec and its argument), its width and its precision."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sheet: str
    name: str
    field: str
    codec: Codec
    argument: str = ""
    width: int = Field(default=0, ge=0)
    precision: str = "exact"


class Code(BaseModel):
    """One line of a code table: our value, the system's own (alternatives parted by |), and what it means."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    list: str
    ours: str
    theirs: str
    zh: str
    en: str


class Heading(BaseModel):
    """One sheet as profile.yaml names it; `line` is the sentence of a text system, `per` a row for each of those."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    table: str
    file: str
    zh: str
    en: str
    per: Literal["", "encounter"] = ""
    line: str = ""


class Cover(BaseModel):
    """profile.yaml: the system as a whole. decimals: laboratory results are rounded to so many; None: not at all."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: str
    en: str
    layout: Literal["delimited", "fixed", "sentences", "nested", "monthly"]
    encoding: Literal["utf-8", "utf-8-sig", "gb18030"]
    clock_hours: int
    renamed: str
    conventional_units: bool = False
    decimals: int | None = None
    sheets: dict[str, Heading]


@dataclass(frozen=True)
class Sheet:
    """One kind of file or message of a system, with its columns in order."""

    name: str
    heading: Heading
    columns: tuple[Column, ...]

    @property
    def names(self) -> list[str]:
        """The system's own column names in order."""
        return [column.name for column in self.columns]

    def carried(self) -> Mapping[str, tuple[Column, ...]]:
        """Field -> the columns that carry it together (a date and a time may stand apart)."""
        fields = dict.fromkeys(column.field for column in self.columns)
        return {field: tuple(column for column in self.columns if column.field == field) for field in fields}


@dataclass(frozen=True)
class Profile:
    """One system. codes: list -> our value -> the alternatives it writes."""

    name: str
    cover: Cover
    sheets: tuple[Sheet, ...]
    codes: Mapping[str, Mapping[str, tuple[str, ...]]]
    meanings: tuple[Code, ...]


def vendor_names() -> list[str]:
    """The systems there are, in alphabetical order."""
    return sorted(path.parent.name for path in FOLDER.glob("*/profile.yaml"))


@cache
def load_profile(name: str) -> Profile:
    """The profile of this name; ExportError if there is none, KnowledgeError if its files are wrong."""
    if name not in vendor_names():
        raise ExportError(f"there is no vendor {name}; there are {', '.join(vendor_names())}")
    return read_profile(FOLDER / name)


def read_profile(folder: Path) -> Profile:
    """A profile from its folder: profile.yaml, columns.csv, codes.csv."""
    cover = build(Cover, read_yaml(folder / "profile.yaml"), lambda key: f"{folder.name}/profile.yaml: {key}")
    columns = list(read_csv(folder / "columns.csv", Column))
    meanings = tuple(read_csv(folder / "codes.csv", Code))
    codes: dict[str, dict[str, tuple[str, ...]]] = {}
    for line in meanings:
        codes.setdefault(line.list, {})[line.ours] = tuple(line.theirs.split("|"))
    sheets = tuple(
        Sheet(name, heading, tuple(column for column in columns if column.sheet == name))
        for name, heading in cover.sheets.items()
    )
    for complaint in _complaints(cover, columns, sheets, codes):
        raise KnowledgeError(f"{folder.name}: {complaint}")
    return Profile(folder.name, cover, sheets, codes, meanings)


def _complaints(
    cover: Cover,
    columns: list[Column],
    sheets: tuple[Sheet, ...],
    codes: Mapping[str, Mapping[str, tuple[str, ...]]],
) -> Iterator[str]:
    for column in columns:
        if column.sheet not in cover.sheets:
            yield f"columns.csv names the sheet {column.sheet}, which profile.yaml lacks"
        if column.codec == "code" and column.argument not in codes:
            yield f"columns.csv: {column.sheet}.{column.name} needs the code list {column.argument}, not in codes.csv"
        if cover.layout == "fixed" and not column.width:
            yield f"columns.csv: {column.sheet}.{column.name} needs a width: the files have fixed columns"
    for sheet in sheets:
        yield from _of_sheet(sheet, cover)
    for name, table in codes.items():
        theirs = [code for alternatives in table.values() for code in alternatives]
        for twice in sorted({code for code in theirs if theirs.count(code) > 1}):
            yield f"codes.csv: {twice} means two things in the list {name}"


def _of_sheet(sheet: Sheet, cover: Cover) -> Iterator[str]:
    if not sheet.columns:
        yield f"profile.yaml: the sheet {sheet.name} has no columns in columns.csv"
    if cover.layout == "sentences" and SLOT.findall(sheet.heading.line) != sheet.names:
        yield f"profile.yaml: the line of {sheet.name} must have the slots {', '.join(sheet.names)} in this order"
    if "}{" in sheet.heading.line:
        yield f"profile.yaml: the line of {sheet.name} must have words between its slots, or nobody can part them"

"""Tables from documents: what each element of a document says, by the paths of fields.csv."""

import datetime as dt
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import polars as pl

from simulator.formats.documents.words import by_key, element_code, row_oid, rows, words
from simulator.formats.format import Tables
from simulator.formats.rejects import Rejects
from simulator.formats.safe_xml import Node, XmlError, read_xml
from simulator.formats.text_templates import FIXED
from simulator.schema import TABLES
from simulator.schema.columns import DTYPES, Column

NAMESPACE = "urn:hl7-org:v3"
TYPE = "http://www.w3.org/2001/XMLSchema-instance type"
FILES = 1_000_000
"""Documents read from one folder at the most."""
TIME = re.compile(
    r"([0-9]{4})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})(?:\.([0-9]{1,6}))?([+-])([0-9]{2})([0-9]{2})"
)
DOCUMENT = (
    Column("document", "str", "文档编号", "Document id"),
    Column("kind", "str", "文档类别", "Kind of document"),
    Column("moment", "time", "文档时间", "When it was written"),
    *(Column(f"{name}_id", "id", name, name) for name in ("hospital", "patient", "encounter", "department", "author")),
    Column("admitted_at", "time", "入院时间", "Admitted"),
    Column("discharged_at", "time", "出院时间", "Discharged", nullable=True),
)
"""What is told of each document."""
HEADER = ("encounter_id", "patient_id")
"""Columns that every row of a document has from its head."""
ONE_AT_MOST = ("patient", "front_page", "note")
Row = dict[str, object]


@dataclass(frozen=True)
class Place:
    """Where a column stands: path from the row's element (`#key`: the value of a data element), attribute or text."""

    column: Column
    path: str
    attribute: str


@cache
def places() -> Mapping[str, tuple[Place, ...]]:
    """Table -> where its columns stand."""
    found: dict[str, tuple[Place, ...]] = {}
    declared = {"document": {column.name: column for column in DOCUMENT}}
    for row in rows("fields"):
        table = row["table"]
        columns = declared.setdefault(table, {c.name: c for c in TABLES[table].columns} if table in TABLES else {})
        path = FIXED.sub(lambda one: words()[one[1]][one[2]], row["path"])
        found[table] = (*found.get(table, ()), Place(columns[row["column"]], path, row["attribute"]))
    return found


def read_documents(folder: Path, rejects: Rejects) -> Tables:
    """The rows that all documents of a folder tell, each once, in the columns that documents carry."""
    found: dict[str, list[Row]] = {name: [] for name in places()}
    for nth, path in enumerate(sorted(folder.rglob("*.xml"))):
        name = str(path.relative_to(folder))
        if nth >= FILES:
            rejects.add(name, "file", f"is one more than the {FILES:,} that are read; read a part of the folder")
            break
        try:
            told = read_document(read_xml(path, "ClinicalDocument", NAMESPACE))
        except XmlError as error:
            rejects.add(name, error.where, error.reason)
            continue
        for table, lines in told.items():
            found[table] += [line | {"file": name} for line in lines]
    return {table: _table(table, lines, rejects) for table, lines in found.items()}


def read_document(root: Node) -> dict[str, list[Row]]:
    """The rows of one document by table; XmlError names the first element that is wrong."""
    document = Document(root)
    head = _row(root, document, "document")
    kinds = by_key("kinds", "code")
    if head["kind"] not in kinds:
        raise XmlError(root.where, f"code {head['kind']!r} should be one of {', '.join(kinds)}")
    head["kind"] = kinds[str(head["kind"])]["kind"]
    found: dict[str, list[Row]] = {"document": [head]}
    for node, table in document.rows():
        row = _row(node, document, table)
        found.setdefault(table, []).append(row if table == "patient" else {**_header(head), **row})
    for table in ONE_AT_MOST:
        if len(found.get(table, ())) > 1:
            raise XmlError(root.where, f"has {len(found[table])} elements of {table}; one document has one at most")
    for table, finish in FINISH.items():
        for row in found.get(table, ()):
            finish(row, head, root, found)
    return found


class Document:
    """A document and where its data elements stand; each element is looked through once, however much is asked."""

    def __init__(self, root: Node) -> None:
        self.root = root
        self._indexes: dict[int, dict[str, Node]] = {}

    def rows(self) -> Iterator[tuple[Node, str]]:
        """The elements that are rows of a table, known by the system of their id."""
        tables = {row_oid(name): name for name in places() if name in TABLES}
        for node in self.root.walk():
            for one in node.children:
                if one.tag == "id" and one.attributes.get("root", "") in tables:
                    yield node, tables[one.attributes["root"]]
                    break

    def element(self, node: Node, code: str) -> Node | None:
        """The value of the first data element of that code below an element."""
        if id(node) not in self._indexes:
            index = self._indexes[id(node)] = {}
            for one in node.walk():
                known = one.find("code") if one.tag == "observation" else None
                value = one.find("value") if known is not None else None
                if known is not None and value is not None:
                    index.setdefault(known.attributes.get("code", ""), value)
        return self._indexes[id(node)].get(code)

    def locate(self, node: Node, path: str) -> Node | None:
        """What stands at a path of fields.csv."""
        node, path = (self.root, path[1:]) if path.startswith("/") else (node, path)
        if path.startswith("#"):
            return self.element(node, element_code(path[1:]))
        if "[@type='" in path:
            name, kind = path.removesuffix("']").split("[@type='")
            return next((one for one in node.all(name) if one.attributes.get(TYPE) == kind), None)
        return node.find(path)


def _header(head: Row) -> Row:
    return {name: head[name] for name in HEADER}


def _row(node: Node, document: Document, table: str) -> Row:
    return {place.column.name: _value(node, document, place) for place in places()[table]}


def _value(node: Node, document: Document, place: Place) -> object:
    found = document.locate(node, place.path)
    text = None if found is None else found.attributes.get(place.attribute) if place.attribute else found.text
    if found is None or text is None:
        if place.column.nullable:
            return None
        raise XmlError(node.where, f"lacks {place.path}{'/@' * bool(place.attribute)}{place.attribute}")
    try:
        return _typed(place.column, text)
    except (ValueError, OverflowError):
        raise XmlError(found.where, f"{text[:80]!r} should be {_wanted(place.column)}") from None


def _typed(column: Column, text: str) -> object:
    text = _standard_codes().get((column.name, text), text)
    if column.name == "phone":
        text = text.removeprefix("tel:")
    if column.values is not None and text not in column.values:
        raise ValueError(text)
    return PARSERS.get(column.dtype, str)(text)


@cache
def _standard_codes() -> Mapping[tuple[str, str], str]:
    return {(row["of"], row["code"]): row["value"] for row in rows("codes")}


def _integer(text: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,18}", text):
        raise ValueError(text)
    return int(text)


def _number(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def _small(text: str) -> int:
    value = _integer(text)
    if abs(value) >= 2**15:
        raise ValueError(text)
    return value


def _time(text: str) -> dt.datetime:
    found = TIME.fullmatch(text)
    if not found:
        raise ValueError(text)
    year, month, day, hour, minute, second = (int(part) for part in found.groups()[:6])
    fraction = int((found[7] or "0").ljust(6, "0"))
    ahead = dt.timedelta(hours=int(found[9]), minutes=int(found[10]))
    local = dt.datetime(year, month, day, hour, minute, second, fraction, dt.UTC)
    return local - ahead if found[8] == "+" else local + ahead


def _date(text: str) -> dt.date:
    return dt.datetime.strptime(text, "%Y%m%d").replace(tzinfo=dt.UTC).date()


PARSERS: Mapping[str, Callable[[str], object]] = {
    "id": _integer, "i2": _small, "i4": _small, "f4": _number, "f8": _number, "time": _time, "date": _date,
}  # fmt: skip


def _wanted(column: Column) -> str:
    if column.values is not None:
        known = [row["code"] for row in rows("codes") if row["of"] == column.name]
        return f"one of {', '.join(known or column.values)}"
    return {"time": "a time like 20250301093000+0800", "date": "a date like 20250301"}.get(column.dtype, "a number")


def _page(row: Row, head: Row, root: Node, found: Mapping[str, list[Row]]) -> None:
    """What the front page's own row repeats of its head, its diagnoses and its operations."""
    first = min(found.get("front_page_diagnosis", []), key=_rank, default=None)
    if first is None:
        raise XmlError(root.where, "a front page lacks its main diagnosis")
    operation = min(found.get("front_page_operation", []), key=_rank, default={})
    row |= {name: head[name] for name in ("department_id", "admitted_at", "discharged_at")}
    row |= {"sex": found["patient"][0]["sex"]}
    row |= {f"main_{part}": first[name] for part, name in (("code", "code"), ("zh", "name_zh"), ("en", "name_en"))}
    row |= {"main_condition": first["condition"], "other_diagnoses": len(found["front_page_diagnosis"]) - 1}
    names = (("code", "code"), ("zh", "name_zh"), ("en", "name_en"))
    row |= {f"operation_{part}": operation.get(name) for part, name in names}
    row |= {"operated_at": operation.get("started_at"), "operations": len(found.get("front_page_operation", []))}


def _rank(row: Row) -> int:
    return int(str(row["rank"]))


def _of_page(row: Row, _head: Row, root: Node, found: Mapping[str, list[Row]]) -> None:
    pages = found.get("front_page", [])
    if not pages:
        raise XmlError(root.where, "a diagnosis or operation of a front page stands in a document without one")
    row["front_page_id"] = pages[0]["front_page_id"]


def _note(row: Row, head: Row, root: Node, _found: Mapping[str, list[Row]]) -> None:
    row["author_id"] = head["author_id"]
    texts = {one.attributes.get("ID"): one.text for one in root.walk() if one.tag == "paragraph"}
    for language in ("zh", "en"):
        if language not in texts:
            raise XmlError(root.where, f"the text of the note lacks its paragraph with the ID {language}")
        row[f"text_{language}"] = texts[language]


FINISH: Mapping[str, Callable[[Row, Row, Node, Mapping[str, list[Row]]], None]] = {
    "front_page_diagnosis": _of_page,
    "front_page_operation": _of_page,
    "front_page": _page,
    "note": _note,
}
"""What a row has from elsewhere in its document."""


def _table(table: str, lines: list[Row], rejects: Rejects) -> pl.DataFrame:
    """The rows in the order of their ids, each once; one that two documents tell differently is a reject."""
    schema: dict[str, pl.DataType] = (
        dict(TABLES[table].schema) if table in TABLES else {c.name: DTYPES[c.dtype] for c in DOCUMENT}
    )
    carried = [name for name in schema if not lines or name in lines[0]]
    frame = pl.DataFrame(lines, schema={name: schema[name] for name in carried} | {"file": pl.String()}, orient="row")
    key = carried[0]
    rows_once = frame.unique(carried, keep="first", maintain_order=True)
    again = rows_once.filter(~pl.col(key).is_first_distinct())
    for name, value in again.select("file", key).iter_rows():
        rejects.add(name, f"{table} {value}", "is told differently by another document")
    return rows_once.unique(key, keep="first", maintain_order=True).sort(key).drop("file")

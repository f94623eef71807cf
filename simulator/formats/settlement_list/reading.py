"""Tables from settlement lists: each line of each JSON file is one stay; its sums are checked."""

import datetime as dt
import json
import math
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache
from pathlib import Path

import polars as pl

from simulator.formats.format import Tables
from simulator.formats.rejects import Rejects
from simulator.formats.settlement_list.content import BLOCKS, codes, rows
from simulator.schema import TABLES
from simulator.schema.columns import Column

MAX_LINE = 2**20
"""Characters of one list."""
MAX_ROWS = 2_000
"""Rows of one block."""
FEN = 0.005
CLASSES = {row["code"]: (row["zh"], row["en"]) for row in rows("fee_classes")}
FEE = (
    Column("encounter_id", "id", "就诊编号", "Encounter"),
    Column("class", "str", "收费项目类别", "Class of fees", values=CLASSES),
    Column("amount", "f8", "金额", "Amount", unit="CNY"),
    Column("class_a", "f8", "甲类", "Class A", unit="CNY"),
    Column("class_b", "f8", "乙类", "Class B", unit="CNY"),
    Column("class_c", "f8", "丙类", "Class C", unit="CNY"),
)
"""The fees by class, which no table of the world holds in this form."""
KEPT = ("settlement", "front_page", "patient", "front_page_diagnosis", "front_page_operation", "bed_stay", "fee")
"""Tables that a list tells about; names of doctors and departments are not read back."""
Row = dict[str, object]


class ListError(ValueError):
    """What is wrong with one list, and where in it."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(f"{where}: {reason}")
        self.where = where
        self.reason = reason


@cache
def columns(table: str) -> Mapping[str, Column]:
    """The declared columns of a table."""
    return {column.name: column for column in (FEE if table == "fee" else TABLES[table].columns)}


@cache
def fields(block: str) -> tuple[tuple[str, str, Column], ...]:
    """Name in the list, table and column, for what is read back."""
    found = [(row["name"], *row["source"].split(".")) for row in rows("fields") if row["block"] == block]
    return tuple((name, table, columns(table)[column]) for name, table, column in found if table in KEPT)


def read_settlement_lists(folder: Path, rejects: Rejects) -> Tables:
    """The rows told by all lists of a folder; a list that is wrong in one place is left out whole."""
    found: dict[str, list[Row]] = {name: [] for name in KEPT}
    for path in sorted(folder.glob("*.jsonl")):
        for where, line in _lines(path, rejects):
            try:
                told = read_list(line)
            except ListError as error:
                rejects.add(path.name, f"{where}, {error.where}", error.reason)
                continue
            for table, lines in told.items():
                found[table] += [row | {"file": path.name} for row in lines]
    return {table: _table(table, lines, rejects) for table, lines in found.items()}


def _lines(path: Path, rejects: Rejects) -> Iterator[tuple[str, str]]:
    """The lines of a file, one at a time, with their numbers."""
    with path.open("rb") as stream:
        for number, raw in enumerate(iter(lambda: stream.readline(MAX_LINE + 1), b""), 1):
            if len(raw) > MAX_LINE:
                rejects.add(path.name, f"line {number}", f"is longer than {MAX_LINE:,} bytes; the rest is not read")
                return
            try:
                yield f"line {number}", raw.decode()
            except UnicodeDecodeError:
                rejects.add(path.name, f"line {number}", "is no UTF-8")


def read_list(line: str) -> dict[str, list[Row]]:
    """The rows of one list by table; ListError names the first element that is wrong."""
    try:
        told = json.loads(line, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise ListError("list", f"is no JSON ({str(error)[:80]})") from None
    if not isinstance(told, dict):
        raise ListError("list", f"should be an object with {', '.join(BLOCKS)}")
    found: dict[str, list[Row]] = {}
    for block in BLOCKS:
        for where, part in _parts(told, block):
            for name, table, column in fields(block):
                row = found.setdefault(table, [])
                if name == next(one for one, other, _ in fields(block) if other == table):
                    row.append({})
                row[-1][column.name] = _typed(part, name, column, where)
    return _completed(found)


def _parts(told: Mapping[str, object], block: str) -> list[tuple[str, dict[str, object]]]:
    """The objects of a block with their places."""
    value = told.get(block)
    single = block == BLOCKS[0]
    parts = [value] if single else value
    if not isinstance(parts, list) or not all(isinstance(one, dict) for one in parts):
        raise ListError(block, f"should be {'an object' if single else 'a list of objects'}")
    if len(parts) > MAX_ROWS:
        raise ListError(block, f"has {len(parts):,} rows; at most {MAX_ROWS:,} are read")
    return [(block if single else f"{block}[{n}]", one) for n, one in enumerate(parts)]


def _no_number(text: str) -> float:
    raise ValueError(f"{text} is no number")


def _typed(part: Mapping[str, object], name: str, column: Column, where: str) -> object:
    value = part.get(name)
    if value is None:
        if column.nullable:
            return None
        raise ListError(f"{where}.{name}", "is missing")
    try:
        known = {code: mine for mine, code in codes(column.name).items()}
        value = known.get(value, value) if isinstance(value, str) else value
        return PARSERS[column.dtype](value if column.values is None else _chosen(value, column.values))
    except (ValueError, TypeError, OverflowError):
        raise ListError(f"{where}.{name}", f"{str(value)[:80]!r} should be {_wanted(column)}") from None


def _chosen(value: object, values: Collection[str]) -> str:
    if not isinstance(value, str) or value not in values:
        raise ValueError(value)
    return value


def _wanted(column: Column) -> str:
    if column.values is not None:
        return f"one of {', '.join(codes(column.name).values() or column.values)}"
    names = {"id": "a number in quotes", "time": "a time like 2025-03-01 09:30:00", "date": "a date like 2025-03-01"}
    return names.get(column.dtype, "a text" if column.dtype in {"str", "cat"} else "a number")


def _identifier(value: object) -> int:
    if not isinstance(value, str) or not re.fullmatch("[0-9]{1,18}", value):
        raise ValueError(value)
    return int(value)


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= 2**15:
        raise ValueError(value)
    return value


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(float(value)):
        raise ValueError(value)
    return float(value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value.encode().decode()  # half of a pair of surrogates is no text


def _time(value: object) -> dt.datetime:
    """Local time; the zone is China's, as the list's own times are."""
    local = dt.datetime.strptime(_text(value), "%Y-%m-%d %H:%M:%S").replace(tzinfo=dt.timezone(dt.timedelta(hours=8)))
    return local.astimezone(dt.UTC)


def _date(value: object) -> dt.date:
    return dt.date.fromisoformat(_text(value))


PARSERS: Mapping[str, Callable[[object], object]] = {
    "id": _identifier, "i2": _whole, "f4": _number, "f8": _number, "str": _text, "cat": _text, "time": _time,
    "date": _date,
}  # fmt: skip


def _completed(found: dict[str, list[Row]]) -> dict[str, list[Row]]:
    """Each row with the ids of its stay, and the sums of the fees held against the bill."""
    bill = found["settlement"][0]
    stay = {name: bill[name] for name in ("encounter_id", "patient_id")}
    page = {"front_page_id": found["front_page"][0]["front_page_id"]}
    found["patient"][0] |= {"patient_id": bill["patient_id"]}
    found["front_page"][0] |= stay
    for table in ("front_page_diagnosis", "front_page_operation"):
        for row in found.get(table, ()):
            row.update(page | stay)
    for row in found.get("bed_stay", ()):
        row.update(stay)
    for row in found.get("fee", ()):
        row.update(encounter_id=bill["encounter_id"])
    _check_sums(found.get("fee", []), bill)
    return found


def _check_sums(fees: list[Row], bill: Row) -> None:
    sums = {
        name: round(sum(_number(row[name]) for row in fees), 2) for name in ("amount", "class_a", "class_b", "class_c")
    }
    classes = sums["class_a"] + sums["class_b"] + sums["class_c"]
    paid = sum(_number(bill[name]) for name in ("insurance_paid", "account_paid", "cash_paid"))
    for where, told, right in (
        ("setlinfo.medfee_sumamt", _number(bill["total"]), sums["amount"]),
        ("iteminfo", sums["amount"], classes),
        ("setlinfo.fulamt_ownpay_amt", _number(bill["class_c"]), sums["class_c"]),
        ("setlinfo.hifp_pay", paid, _number(bill["total"])),
        ("setlinfo.psn_part_amt", _number(bill["patient_paid"]), paid - _number(bill["insurance_paid"])),
    ):
        if abs(told - right) > FEN:
            raise ListError(where, f"{told:.2f} does not agree with the sum {right:.2f} of what it is made of")
    bill |= {name: sums[name] for name in ("class_a", "class_b")}


def _table(table: str, lines: list[Row], rejects: Rejects) -> pl.DataFrame:
    """The rows in the order of their key, each once; a patient of several stays must be told alike in all."""
    schema = {name: column.polars for name, column in columns(table).items() if not lines or name in lines[0]}
    frame = pl.DataFrame(lines, schema=schema | {"file": pl.String()}, orient="row")
    key = ["encounter_id", "class"] if table == "fee" else [next(iter(schema))]
    frame = frame.unique([*schema], keep="first", maintain_order=True)
    again = frame.filter(~pl.struct(key).is_first_distinct())
    for name, value in again.select("file", key[0]).iter_rows():
        rejects.add(name, f"{table} {value}", "is told differently by another list")
    return frame.unique(key, keep="first", maintain_order=True).sort(key).drop("file")

"""Our values and the codes that stand for them in messages, both ways; and the kinds of messages.

Tables 0001, 0004, 0112, 0162, 0322 and 0485 of HL7 are quoted from memory; where their codes do not reach, and in the
tables that each site fills, the codes are our own.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import polars as pl

from simulator.formats.hl7v2.escape import escape

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Kind:
    """One kind of message: MSH-9's parts, who sends it to whom, and its turn among messages of one moment."""

    type: str
    structure: str
    sender: str
    receiver: str
    order: int


@cache
def kinds() -> dict[str, Kind]:
    """Kinds of messages by type, such as ADT^A01."""
    rows = pl.read_csv(HERE / "kinds.csv").select("type", "structure", "sender", "receiver", "order")
    return {row["type"]: Kind(**row) for row in rows.iter_rows(named=True)}


@cache
def codes(column: str) -> dict[str, str]:
    """Our value -> code in messages."""
    rows = _codes().filter(column=column)
    return dict(zip(rows["value"], rows["code"], strict=True))


@cache
def values(column: str) -> dict[str, str]:
    """Code in messages -> our value."""
    return {code: value for value, code in codes(column).items()}


@cache
def elements(column: str, system: str = "99XL") -> dict[str, str]:
    """Our value -> coded element in Chinese, with its English name as the alternate one."""
    return {
        row["value"]: f"{row['code']}^{escape(row['zh'])}^{system}^{row['value']}^{escape(row['en'])}^99XL"
        for row in _codes().filter(column=column).iter_rows(named=True)
    }


@cache
def _codes() -> pl.DataFrame:
    return pl.read_csv(HERE / "codes.csv", infer_schema=False)

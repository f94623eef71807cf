"""Segments and data types as expressions over columns: literals and columns that one concatenation joins.

A missing value is an empty field. Data types follow HL7 v2.5.1 chapter 2.A.
"""

from collections.abc import Mapping, Sequence

import polars as pl

from simulator.formats.hl7v2.codes import codes, elements
from simulator.formats.hl7v2.escape import escaped
from simulator.world.words import SURNAMES_ZH

Part = pl.Expr | str
Fields = Mapping[int, Part]
LOCAL = "99XL"
"""Coding system of the hospital's own codes."""
COMPOUND = [name for name in SURNAMES_ZH.words if len(name) > 1]
_TEN = (10_000_000_000, 100_000_000, 1_000_000, 10_000, 100, 1)


def joined(parts: Sequence[Part]) -> pl.Expr:
    """One text of all parts in order; neighbouring literals become one."""
    merged: list[Part] = []
    for part in parts:
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] += part
        else:
            merged.append(part)
    return pl.concat_str([pl.lit(part) if isinstance(part, str) else part for part in merged], ignore_nulls=True)


def segment(name: str, fields: Fields, *, open_end: bool = False) -> list[Part]:
    """A segment's parts, its end included. open_end: the last field may be empty, and its bars go with it."""
    parts: list[Part] = [name]
    at = 0
    for number in sorted(fields):
        bars = "|" * (number - at)
        parts += [composed(bars, fields[number])] if open_end and number == max(fields) else [bars, fields[number]]
        at = number
    return [*parts, "\r"]


def text(column: str) -> pl.Expr:
    """A column as text, escaped."""
    return escaped(pl.col(column).cast(pl.String))


def plain(column: str) -> pl.Expr:
    """A column whose values hold no delimiter: ids, numbers, our own codes."""
    return pl.col(column).cast(pl.String)


def number(column: str) -> pl.Expr:
    """NM: the shortest decimal that gives the column's value back, without an exponent or idle zeros."""
    return pl.col(column).cast(pl.String).str.strip_suffix(".0")


def composed(*parts: Part) -> pl.Expr:
    """Components in one field, empty where the first column among them is."""
    first = next(part for part in parts if isinstance(part, pl.Expr))
    return pl.when(first.is_not_null()).then(joined(parts))


def identifier(column: str, kind: str = "", authority: str = "HIS") -> pl.Expr:
    """CX: an id, who gave it, and what kind of id it is."""
    return composed(plain(column), f"^^^{authority}^{kind}")


def entity(column: str, authority: str = "HIS") -> pl.Expr:
    """EI: an id and which system gave it."""
    return composed(plain(column), f"^{authority}")


def coded(code: str, zh: str, en: str, system: str = LOCAL) -> pl.Expr:
    """CE: code and Chinese name, with the English name as the alternate."""
    return joined([text(code), "^", text(zh), f"^{system}^", text(code), "^", text(en), f"^{LOCAL}"])


def unit(column: str) -> pl.Expr:
    """CE of a unit."""
    return composed(text(column), "^^UCUM")


def code(column: str, table: str) -> pl.Expr:
    """A value of ours as its code in codes.csv."""
    return pl.col(column).cast(pl.String).replace(codes(table))


def element(column: str, table: str, system: str = LOCAL) -> pl.Expr:
    """A value of ours as a coded element with both names."""
    return pl.col(column).cast(pl.String).replace(elements(table, system))


def chinese(column: str) -> pl.Expr:
    """Family and given name of a Chinese name, as two components."""
    name = pl.col(column)
    long = name.str.slice(0, 2).is_in(COMPOUND) & (name.str.len_chars() > 2)  # noqa: PLR2004  # more than a surname
    size = pl.when(long).then(2).otherwise(1)
    return joined([escaped(name.str.slice(0, size)), "^", escaped(name.str.slice(size))])


def english(column: str) -> pl.Expr:
    """Family and given name of an English name, surname last, as two components."""
    parts = pl.col(column).str.extract_groups(r"^(?:(.*) )?(\S+)$")
    family, given = parts.struct.field("2"), parts.struct.field("1")
    return joined([escaped(family), "^", escaped(given)])


def stamp(column: str, offset_h: int) -> pl.Expr:
    """DTM in local time with its offset, to the second, or to 0.1 ms where the column says more."""
    local = pl.col(column).dt.replace_time_zone(None) + pl.duration(hours=offset_h)
    kept = (local.dt.year(), local.dt.month(), local.dt.day(), local.dt.hour(), local.dt.minute(), local.dt.second())
    whole = pl.sum_horizontal([part.cast(pl.Int64) * ten for part, ten in zip(kept, _TEN, strict=True)])
    rest = local.dt.microsecond() // 100
    fine = pl.when(rest > 0).then(pl.concat_str(pl.lit("."), rest.cast(pl.String).str.zfill(4)))
    digits = pl.when(pl.col(column).is_not_null()).then(whole).cast(pl.String).str.zfill(14)
    return pl.when(pl.col(column).is_not_null()).then(joined([digits, fine, f"{offset_h:+03d}00"]))


def day(column: str) -> pl.Expr:
    """DT."""
    return pl.col(column).dt.to_string("%Y%m%d")

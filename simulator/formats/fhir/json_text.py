"""Rows as JSON text by whole columns: a template of dicts and lists becomes one concatenation of strings.

Constant parts are folded once, so that a row costs little more than copying its bytes; what has no value is left out
with its name, as FHIR demands.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from string import Formatter

import polars as pl

Piece = str | pl.Expr


@dataclass(frozen=True)
class T:
    """A string with columns in it: T("Patient/{patient_id}")."""

    template: str


@dataclass(frozen=True)
class Raw:
    """A column that is JSON already: a number, or a fragment made before."""

    column: str


@dataclass(frozen=True)
class Maybe:
    """A member, or an item after the first, that is left out where one of its columns has no value."""

    node: "Node"


Node = T | Raw | Maybe | str | int | bool | Mapping[str, "Node"] | Sequence["Node"]


def rendered(node: Node) -> pl.Expr:
    """The template as one expression of strings; null where a column that is not optional has no value."""
    return pl.concat_str(_literals(_pieces(node)))


def dumps(value: object) -> str:
    """A constant as JSON, without blanks."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _pieces(node: Node) -> Iterator[Piece]:
    if isinstance(node, T):
        yield '"'
        for fixed, column, _, _ in Formatter().parse(node.template):
            yield dumps(fixed)[1:-1]
            if column:
                yield pl.col(column)
        yield '"'
    elif isinstance(node, Raw):
        yield pl.col(node.column)
    elif isinstance(node, Mapping):
        yield "{"
        for n, (name, value) in enumerate(node.items()):
            yield from _item(f"{',' if n else ''}{dumps(name)}:", value, first=n == 0)
        yield "}"
    elif isinstance(node, Sequence) and not isinstance(node, str):
        yield "["
        for n, value in enumerate(node):
            yield from _item("," if n else "", value, first=n == 0)
        yield "]"
    else:
        yield dumps(node)


def _item(before: str, value: Node, *, first: bool) -> Iterator[Piece]:
    if not isinstance(value, Maybe):
        yield before
        yield from _pieces(value)
    elif first:
        raise ValueError("the first member may not be optional: the commas stand in front of the others")
    else:
        yield pl.concat_str(_literals([before, *_pieces(value.node)])).fill_null("")


def _literals(pieces: Iterator[Piece] | Sequence[Piece]) -> list[pl.Expr]:
    """The pieces with neighbouring constants joined."""
    folded: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, str) and folded and isinstance(folded[-1], str):
            folded[-1] += piece
        else:
            folded.append(piece)
    return [pl.lit(piece) if isinstance(piece, str) else piece for piece in folded]


def prepared(frame: pl.DataFrame, hours: int) -> pl.DataFrame:
    """Every column as the text that stands in JSON between quotes; times in the zone `hours` east of UTC."""
    return frame.select([_text(frame[name], hours) for name in frame.columns])


def _text(column: pl.Series, hours: int) -> pl.Series:
    kind = column.dtype
    if isinstance(kind, pl.Datetime):
        fraction = "%.6f" if (column.dt.microsecond() != 0).any() else ""
        local = column.dt.replace_time_zone(None).dt.offset_by(f"{hours}h")
        return local.dt.strftime(f"%Y-%m-%dT%H:%M:%S{fraction}{hours:+03d}:00")
    if isinstance(kind, pl.Categorical | pl.Enum):
        words = column.unique().drop_nulls().cast(pl.String).to_list()
        changed = {word: dumps(word)[1:-1] for word in words if dumps(word)[1:-1] != word}
        text = column.cast(pl.String)
        return text.replace(list(changed), list(changed.values())) if changed else text
    if kind == pl.String:
        return _escaped(column)
    return column.cast(pl.String)


def _escaped(column: pl.Series) -> pl.Series:
    if not column.str.contains(r'["\\\x00-\x1f]').any():
        return column
    for sign in ("\\", '"', *map(chr, range(32))):
        column = column.str.replace_all(sign, dumps(sign)[1:-1], literal=True)
    return column

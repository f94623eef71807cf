"""Text templates rendered by whole columns: one template and a frame of n rows give n texts.

{name}              the column, escaped for XML; nothing where it is empty
{group.key}         fixed text of the template's own words, put in once
<!--each rows-->    for each row of that table which belongs to the document, in its order
<!--if name-->      only where the column is not empty, or the table has a row
<!--end-->          the end of either
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

KEY = "document"
"""The column by which the rows of other tables belong to a document."""
TOKEN = re.compile(r"<!--(each|if) ([a-z_]+)-->\n?|<!--(end)-->\n?|\{([a-z_]+)\}")
FIXED = re.compile(r"\{([a-z]+)\.([a-z_0-9]+)\}")
FORBIDDEN = r"[\x00-\x08\x0B\x0C\x0E-\x1F\x{FFFE}\x{FFFF}]"
"""Characters that XML 1.0 cannot hold."""
SPECIAL = r"[&<>\"\r\n\t]"
ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;"}
IN_ATTRIBUTE = {"\n": "&#10;", "\t": "&#9;"}


@dataclass(frozen=True)
class Field:
    """The value of a column; in an attribute line ends must be written as references, or a parser makes them blanks."""

    name: str
    attribute: bool


@dataclass(frozen=True)
class Block:
    """A part that is repeated (`each`) or may be missing (`if`)."""

    kind: str
    name: str
    parts: tuple["Part", ...]


Part = str | Field | Block
Template = tuple[Part, ...]


def compile_template(text: str, words: Mapping[str, Mapping[str, str]]) -> Template:
    """A template ready to be rendered; its indentation is for its reader alone and left out.

    A word that is not there is a KeyError, a block without its end a ValueError: both are mistakes of the template.
    """
    text = "".join(f"{line.strip()}\n" for line in text.splitlines() if line.strip())
    return tuple(_parts(FIXED.sub(lambda found: words[found[1]][found[2]], text)))


def _parts(text: str) -> Iterator[Part]:
    stack: list[tuple[str, str, list[Part]]] = [("", "", [])]
    place = 0
    for found in TOKEN.finditer(text):
        stack[-1][2].append(text[place : found.start()])
        place = found.end()
        if found[1]:
            stack.append((found[1], found[2], []))
        elif found[3]:
            if len(stack) == 1:
                raise ValueError(f"<!--end--> without a beginning at character {found.start()}")
            kind, name, parts = stack.pop()
            stack[-1][2].append(Block(kind, name, tuple(part for part in parts if part)))
        else:
            stack[-1][2].append(Field(found[4], text[: found.start()].endswith('="')))
    if len(stack) > 1:
        raise ValueError(f"<!--{stack[-1][0]} {stack[-1][1]}--> has no end")
    yield from (part for part in (*stack[0][2], text[place:]) if part)


def render(template: Template, frame: pl.DataFrame, tables: Mapping[str, pl.DataFrame]) -> pl.Series:
    """One text for each row of the frame, (n,); the rows of `tables` belong to it by the column `document`."""
    if frame.is_empty():
        return pl.Series(dtype=pl.String)
    pieces: list[pl.Expr] = []
    columns: dict[str, pl.Series] = {}
    for part in template:
        if isinstance(part, str):
            pieces.append(pl.lit(part))
            continue
        name = f"{part.name} {part.attribute}" if isinstance(part, Field) else f"{len(columns)}"
        if name not in columns:  # a value may stand in many places
            columns[name] = _value(frame, part, tables)
        pieces.append(pl.col(name))
    rows = pl.DataFrame(columns) if columns else pl.select(pl.repeat("", len(frame)).alias("0"))
    return rows.select(pl.concat_str(pieces)).to_series()


def _value(frame: pl.DataFrame, part: Field | Block, tables: Mapping[str, pl.DataFrame]) -> pl.Series:
    if isinstance(part, Field):
        return escaped(frame[part.name], attribute=part.attribute)
    return _block(frame, part, tables)


def escaped(values: pl.Series, *, attribute: bool) -> pl.Series:
    """The values as text of an XML file, the empty ones as nothing."""
    text = values.cast(pl.String).fill_null("")
    if values.dtype.is_numeric() or not text.str.contains(rf"{SPECIAL}|{FORBIDDEN}").any():
        return text
    escapes = ESCAPES | IN_ATTRIBUTE if attribute else ESCAPES
    return text.str.replace_all(FORBIDDEN, "").str.replace_many(list(escapes), list(escapes.values()))


def _block(frame: pl.DataFrame, block: Block, tables: Mapping[str, pl.DataFrame]) -> pl.Series:
    nothing = pl.Series([""]).new_from_index(0, len(frame))
    if block.kind == "if":
        there = frame[block.name].is_not_null() if block.name in frame.columns else _has(frame, tables[block.name])
        chosen = frame.filter(there)
        text = pl.DataFrame({"row": there.arg_true(), "text": render(block.parts, chosen, tables)})
        index = pl.DataFrame({"row": pl.int_range(len(frame), dtype=pl.UInt32, eager=True)})
        return index.join(text, on="row", how="left", maintain_order="left")["text"].fill_null("")
    rows = tables[block.name]
    if rows.is_empty():
        return nothing
    text = rows.select(KEY).with_columns(render(block.parts, rows, tables).alias("text"))
    whole = text.group_by(KEY).agg(pl.col("text").str.join(""))
    return frame.select(KEY).join(whole, on=KEY, how="left", maintain_order="left")["text"].fill_null("")


def _has(frame: pl.DataFrame, rows: pl.DataFrame) -> pl.Series:
    return frame[KEY].is_in(rows[KEY].unique().implode())

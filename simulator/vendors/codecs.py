"""How one value is written and read back: each codec is a pair of Polars expressions, text on the system's side."""

from collections.abc import Mapping
from functools import reduce

import polars as pl

from simulator.vendors.profile import Column, Profile

ID_DIGITS = 10**12
"""A row id without its table's number: hospital and row."""


def encoded(column: Column, profile: Profile, kind: pl.DataType) -> pl.Expr:
    """The text of a field of type `kind` as this column writes it; empty where there is no value. Needs `_id`."""
    value = pl.col(column.field)
    match column.codec:
        case "id":
            digits = (value % ID_DIGITS).cast(pl.String).str.zfill(12)
            text = pl.concat_str(pl.lit(column.argument), digits)
        case "code":
            text = _coded(value.cast(pl.String), profile.codes[column.argument])
        case "local":
            text = _said(value.dt.replace_time_zone(None) + pl.duration(hours=profile.cover.clock_hours), column)
        case "date":
            text = _said(value, column)
        case "fen":
            text = (value * 100).round(0).cast(pl.Int64).cast(pl.String)
        case "number":
            text = spoken(value.round(int(column.argument)) if column.argument else value, kind)
        case "clip":
            text = value.cast(pl.String).str.head(int(column.argument))
        case _:
            text = value.cast(pl.String)
    return text.fill_null("").alias(column.name)


def decoded(  # noqa: PLR0911  # one return for each codec
    columns: tuple[Column, ...], profile: Profile, kind: pl.DataType, table_number: int
) -> pl.Expr:
    """The value of a field from the columns that carry it together; null where the text is empty or wrong."""
    first = columns[0]
    text = pl.col(first.name).replace("", None)
    match first.codec:
        case "id":
            digits = text.str.extract(f"^{first.argument}([0-9]{{12}})$").cast(pl.Int64, strict=False)
            return digits + table_number * ID_DIGITS
        case "code":
            back = {code: ours for ours, codes in profile.codes[first.argument].items() for code in codes}
            return text.replace_strict(back, default=None, return_dtype=pl.String)
        case "local":
            local = _moment([pl.col(column.name).replace("", None) for column in columns], columns)
            return local.dt.offset_by(f"{-profile.cover.clock_hours}h").dt.replace_time_zone("UTC")
        case "date":
            return _first([text.str.to_date(form, strict=False) for form in first.argument.split("|")])
        case "fen":
            return text.cast(pl.Int64, strict=False) / 100
        case "number":
            return text.cast(kind, strict=False)
        case _:
            return text


def spoken(value: pl.Expr, kind: pl.DataType) -> pl.Expr:
    """The shortest text that is this number; a whole number has no point."""
    return value.cast(pl.String) if kind.is_integer() else value.cast(pl.String).str.strip_suffix(".0")


def _coded(ours: pl.Expr, table: Mapping[str, tuple[str, ...]]) -> pl.Expr:
    most = max(len(codes) for codes in table.values())
    turns = [{value: codes[turn % len(codes)] for value, codes in table.items()} for turn in range(most)]
    return _turned([ours.replace_strict(turn, return_dtype=pl.String) for turn in turns])


def _said(moment: pl.Expr, column: Column) -> pl.Expr:
    return _turned([moment.dt.strftime(form) for form in column.argument.split("|")])


def _turned(alternatives: list[pl.Expr]) -> pl.Expr:
    """Row by row another of the alternatives, by the row's id, so that a row is always written the same way."""
    turn = pl.col("_id") % len(alternatives)
    last = alternatives[-1]
    return reduce(
        lambda text, pair: pl.when(turn == pair[0]).then(pair[1]).otherwise(text), enumerate(alternatives[:-1]), last
    )


def _moment(texts: list[pl.Expr], columns: tuple[Column, ...]) -> pl.Expr:
    joined = reduce(lambda left, right: left + "~" + right, texts)
    forms = [column.argument.split("|") for column in columns]
    together = ["~".join(parts) for parts in zip(*forms, strict=True)]
    return _first([joined.str.to_datetime(form, time_unit="us", strict=False) for form in together])


def _first(readings: list[pl.Expr]) -> pl.Expr:
    return readings[0] if len(readings) == 1 else pl.coalesce(readings)

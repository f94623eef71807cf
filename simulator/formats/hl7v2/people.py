"""PID back to patients: the same person stands in thousands of messages, so each different text is read once."""

import polars as pl

from simulator.formats.hl7v2.codes import values
from simulator.formats.hl7v2.escape import unescaped
from simulator.formats.hl7v2.lines import Lines

PHONE = 12
"""XTN-12, the number as people write it."""


def patients(made: Lines) -> pl.DataFrame:
    """One row for each different PID, in the columns of `patient`; a wrong date or sex is a reject."""
    found = made.segments("PID").join(made.heads.select("message", "hospital_id"), on="message", maintain_order="left")
    fields = [f"f{at}" for at in (3, 5, 7, 8, 11, 13)]
    found = found.with_columns(pl.lit(None, pl.String).alias(name) for name in fields if name not in found.columns)
    found = found.unique(["hospital_id", *fields], keep="first", maintain_order=True)
    texts = found.select(
        "message", "hospital_id", patient_id=_id("PI"), mrn=_id("MR"), name=_chinese(), name_en=_english(), sex="f8",
        birth_date="f7", id_number=_id("NNCHN"), phone=_component(pl.col("f13"), PHONE), address=_home("I", 1),
        address_en=_home("A", 1), district=_home("I", 3), district_en=_home("A", 3),
    )  # fmt: skip
    typed = texts.with_columns(
        pl.col("hospital_id", "patient_id").cast(pl.Int64, strict=False),
        pl.col("sex").replace_strict(values("sex"), default=None, return_dtype=pl.String),
        pl.col("birth_date").str.to_date("%Y%m%d", strict=False),
    )
    wrong = pl.repeat(value=False, n=len(texts), dtype=pl.Boolean, eager=True)
    places = {"hospital_id": "MSH-4", "patient_id": "PID-3", "sex": "PID-8", "birth_date": "PID-7"}
    for name, place in places.items():
        lost = typed[name].is_null()
        made.reject(texts.filter(lost), place, f"should be a {name} that can be read", name)
        wrong |= lost
    return typed.filter(~wrong).drop("message")


def _component(text: pl.Expr, number: int) -> pl.Expr:
    part = text.str.splitn("^", number + 1).struct.field(f"field_{number - 1}")
    return pl.when(part != "").then(unescaped(part))


def _id(kind: str) -> pl.Expr:
    return pl.col("f3").str.extract(rf"(?:^|~)([^\^~]*)\^[^~]*\^{kind}(?:\^|~|$)")


def _name(representation: str) -> pl.Expr:
    """The repetition of PID-5 in this representation."""
    return pl.col("f5").str.extract(rf"(?:^|~)((?:[^\^~]*\^){{7}}{representation})(?:\^|~|$)")


def _chinese() -> pl.Expr:
    name = _name("I")
    return pl.concat_str(_component(name, 1), _component(name, 2), ignore_nulls=True)


def _english() -> pl.Expr:
    name = _name("A")
    return pl.concat_str(_component(name, 2), _component(name, 1), separator=" ", ignore_nulls=True)


def _home(representation: str, component: int) -> pl.Expr:
    home = pl.col("f11").str.extract(rf"(?:^|~)((?:[^\^~]*\^){{10}}{representation})(?:\^|~|$)")
    return _component(home, component)

"""Laboratory results as a system says them: its own units, its rounding, and number and word in one column."""

from functools import cache
from pathlib import Path

import polars as pl

from simulator.errors import KnowledgeError
from simulator.vendors.codecs import spoken
from simulator.vendors.profile import Profile

UNITS = Path(__file__).parent / "units.csv"
SAID = {
    "reading": ("value", "value_text"),
    "reading_with_unit": ("value", "value_text", "unit"),
    "unit_said": ("unit",),
    "low": ("ref_low",),
    "high": ("ref_high",),
    "range": ("ref_low", "ref_high"),
}
"""A field as it is said -> the columns of lab_result that it carries."""


@cache
def conversions() -> pl.DataFrame:
    """units.csv: test_code, si, unit, factor (number in `unit` = number in `si` times factor), decimals."""
    try:
        table = pl.read_csv(UNITS, schema_overrides={"factor": pl.Float64, "decimals": pl.Int64})
    except (OSError, pl.exceptions.PolarsError) as error:
        raise KnowledgeError(f"{UNITS.name}: cannot be read ({error})") from None
    return table.select("test_code", "si", "unit", "factor", "decimals")


def say(frame: pl.DataFrame, profile: Profile) -> pl.DataFrame:
    """lab_result with the fields of SAID beside its own, as text in the system's units; missing is null."""
    names = {ours: theirs[0] for ours, theirs in profile.codes.get("unit", {}).items()}
    words = {ours: theirs[0] for ours, theirs in profile.codes["qualitative"].items()}
    text = pl.col("value_text").cast(pl.String).replace_strict(words, return_dtype=pl.String)
    numbers = [_number(field, profile).alias(f"_{field}") for field in ("value", "ref_low", "ref_high")]
    unit = pl.col("_unit").fill_null(pl.col("unit").cast(pl.String)).replace(names)
    said = _with_rules(frame, profile).with_columns(*numbers, unit.alias("unit_said"))
    return said.with_columns(
        pl.coalesce("_value", text).alias("reading"),
        pl.coalesce(pl.col("_value") + " " + pl.col("unit_said"), "_value", text).alias("reading_with_unit"),
        pl.col("_ref_low").alias("low"),
        pl.col("_ref_high").alias("high"),
        (pl.col("_ref_low").fill_null("") + "~" + pl.col("_ref_high").fill_null("")).replace("~", None).alias("range"),
    ).drop("_value", "_ref_low", "_ref_high", "_factor", "_unit", "_si", "_decimals")


def understand(frame: pl.DataFrame, profile: Profile) -> pl.DataFrame:
    """The columns of lab_result from a frame with test_code and fields of SAID; the said fields are dropped."""
    frame = _with_rules(frame, profile)
    words = {theirs: ours for ours, codes in profile.codes["qualitative"].items() for theirs in codes}
    made: list[pl.Expr] = []
    if "reading_with_unit" in frame.columns:
        parts = pl.col("reading_with_unit").str.splitn(" ", 2).struct
        frame = frame.with_columns(parts.field("field_0").alias("reading"), parts.field("field_1").alias("unit_said"))
    if "range" in frame.columns:
        ends = pl.col("range").str.splitn("~", 2).struct
        frame = frame.with_columns(ends.field("field_0").alias("low"), ends.field("field_1").alias("high"))
    fields = {"value": "reading", "ref_low": "low", "ref_high": "high"}
    made += [_meant(said).alias(field) for field, said in fields.items() if said in frame.columns]
    if "reading" in frame.columns:
        made.append(pl.col("reading").replace_strict(words, default=None, return_dtype=pl.String).alias("value_text"))
    if "unit_said" in frame.columns:
        made.append(_unit(profile).alias("unit"))
    return frame.with_columns(made).drop(*SAID, "_factor", "_unit", "_si", "_decimals", strict=False)


def _with_rules(frame: pl.DataFrame, profile: Profile) -> pl.DataFrame:
    rules = conversions().select("test_code", pl.exclude("test_code").name.prefix("_"))
    rules = rules if profile.cover.conventional_units else rules.clear()
    code = pl.col("test_code").cast(pl.String)
    return frame.with_columns(code).join(rules, on="test_code", how="left", maintain_order="left")


def _number(field: str, profile: Profile) -> pl.Expr:
    value, cap = pl.col(field), profile.cover.decimals
    plain = spoken(value if cap is None else value.round(cap), pl.Float32())
    if not profile.cover.conventional_units:
        return plain
    turned = value.cast(pl.Float64) * pl.col("_factor")
    for decimals in range(5):
        rounded = spoken(turned.round(decimals), pl.Float64())
        plain = pl.when(pl.col("_decimals") == decimals).then(rounded).otherwise(plain)
    return plain


def _meant(said: str) -> pl.Expr:
    number = pl.col(said).cast(pl.Float64, strict=False)
    return (number / pl.col("_factor").fill_null(1.0)).cast(pl.Float32)


def _unit(profile: Profile) -> pl.Expr:
    names = {theirs[0]: ours for ours, theirs in profile.codes.get("unit", {}).items()}
    si = pl.when(pl.col("unit_said") == pl.col("_unit").replace({o: t for t, o in names.items()})).then("_si")
    return si.otherwise(pl.col("unit_said").replace(names))

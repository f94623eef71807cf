"""ORU^R01: laboratory results and imaging reports, sent when they are released."""

from collections.abc import Iterator

import polars as pl

from simulator.formats.hl7v2.orders import common, ordered, request
from simulator.formats.hl7v2.segments import (
    Fields,
    code,
    composed,
    element,
    entity,
    joined,
    number,
    plain,
    segment,
    text,
    unit,
)
from simulator.formats.hl7v2.view import View

CONCLUSION = "conclusion^诊断意见^99XL^conclusion^Conclusion^99XL"
REPORT = "report^影像报告^99XL^report^Imaging report^99XL"


def results(view: View) -> Iterator[pl.DataFrame]:
    """One message for each order that is answered."""
    rows = ordered(view)
    yield _laboratory(view, rows)
    yield _imaging(view, rows)


def _laboratory(view: View, rows: pl.DataFrame) -> pl.DataFrame:
    keys = ("order_id", "resulted_at", "collected_at", "received_at", "specimen")
    found = view.tables["lab_result"].with_columns(number=pl.int_range(1, pl.len() + 1).over(*keys))
    answers = (
        found.select(*keys, "lab_result_id", obx=joined(segment("OBX", _result(view))))
        .group_by(keys, maintain_order=True)
        .agg(pl.col("lab_result_id").first(), pl.col("obx").str.join(""))
    )
    rows = view.placed(rows.join(answers, on="order_id").with_columns(at=pl.col("resulted_at")))
    obr = request(
        view, f3=entity("order_id", "LIS"), f7=view.time("collected_at"), f14=view.time("received_at"),
        f22=view.time("at"), f25="F",
    )  # fmt: skip
    spm: Fields = {
        1: "1", 4: element("specimen", "specimen"), 17: view.time("collected_at"), 18: view.time("received_at")
    }  # fmt: skip
    parts = [
        pl.col("head"), *segment("ORC", common(view, "RE", "CM")), *segment("OBR", obr), pl.col("obx"),
        *segment("SPM", spm),
    ]  # fmt: skip
    return view.messages(rows, "ORU^R01", joined(["R01", plain("lab_result_id")]), parts)


def _result(view: View) -> Fields:
    test = joined(
        [text("loinc"), "^", text("name_zh"), "^LN^", text("test_code"), "^", text("name_en"), "^99XL"]
    )  # fmt: skip
    limits = composed(number("ref_low"), "-", number("ref_high"))
    kind = pl.when(pl.col("value").is_null()).then(pl.lit("ST")).otherwise(pl.lit("NM"))
    return {
        1: plain("number"), 2: kind, 3: test, 4: plain("lab_result_id"),
        5: pl.coalesce(number("value"), text("value_text")), 6: unit("unit"), 7: limits, 8: plain("flag"), 11: "F",
        14: view.time("collected_at"),
    }  # fmt: skip


def _imaging(view: View, rows: pl.DataFrame) -> pl.DataFrame:
    studies = view.tables["imaging_study"].drop("encounter_id", "patient_id", "cause_id", "name_zh", "name_en")
    rows = _reports(view, rows.drop("cause_id").join(studies, on="order_id")).with_columns(at=pl.col("reported_at"))
    rows = view.placed(rows)
    obr = request(
        view, f3=entity("imaging_study_id", "RIS"), f7=view.time("started_at"),
        f15=joined(["^^^", text("body_part")]), f18=text("accession_number"), f22=view.time("at"),
        f24=plain("modality"), f25="F",
    )  # fmt: skip
    parts = [
        pl.col("head"), *segment("ORC", common(view, "RE", "CM")), *segment("OBR", obr),
        *_statement("1", "zh", "conclusion_zh"), *_statement("2", "en", "conclusion_en"), _report(),
    ]  # fmt: skip
    return view.messages(rows, "ORU^R01", joined(["R01", plain("imaging_study_id")]), parts)


def _statement(number: str, language: str, column: str) -> list[pl.Expr | str]:
    return segment(
        "OBX",
        {1: number, 2: "TX", 3: CONCLUSION, 4: language, 5: text(column), 8: code("result", "finding"), 11: "F"},
    )


def _reports(view: View, rows: pl.DataFrame) -> pl.DataFrame:
    """Studies with `report`: the note that was written with the result, where the world has notes."""
    notes = view.tables.get("note")
    if notes is None or notes.is_empty():
        return rows.with_columns(report=pl.lit(None, pl.String))
    written = notes.filter(kind="imaging").select(
        pl.col("cause_id").alias("imaging_study_id"), pl.col("written_at").alias("reported_at"), report=text("text_zh")
    )
    return rows.join(written, on=["imaging_study_id", "reported_at"], how="left", maintain_order="left")


def _report() -> pl.Expr:
    parts = segment("OBX", {1: "3", 2: "FT", 3: REPORT, 4: "report", 5: pl.col("report"), 11: "F"})
    return pl.when(pl.col("report").is_not_null()).then(joined(parts))

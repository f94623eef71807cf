"""OML^O21 and ORM^O01: orders for the laboratory, for images and for procedures, and what becomes of them."""

import datetime as dt
from collections.abc import Iterator

import polars as pl

from simulator.formats.hl7v2.segments import Fields, code, coded, entity, joined, plain, segment
from simulator.formats.hl7v2.view import View


def orders(view: View) -> Iterator[pl.DataFrame]:
    """New orders, cancelled orders, procedures that were done; results say themselves that an order is done."""
    rows = ordered(view)
    yield from _both(view, rows.with_columns(at=pl.col("ordered_at")), "NW", "")
    yield from _both(view, _cancelled(view, rows), "CA", "CA")
    yield _done(view, rows)


def ordered(view: View) -> pl.DataFrame:
    """Orders with their doctor as text."""
    return view.tables["order"].join(view.staff, left_on="doctor_id", right_on="staff_id", maintain_order="left")


def common(view: View, control: str, status: str = "") -> Fields:
    """ORC of an order that the hospital information system placed."""
    return {1: control, 2: entity("order_id"), 5: status, 9: view.time("at"), 12: pl.col("doctor")}


def request(view: View, **more: pl.Expr | str) -> Fields:
    """OBR of an order; more: `f7=` and so on are further fields."""
    fields: Fields = {
        1: "1", 2: entity("order_id"), 4: coded("code", "name_zh", "name_en"), 6: view.time("ordered_at"),
        16: pl.col("doctor"), 24: code("kind", "order"), 27: joined(["^^^^^", code("priority", "priority")]),
    }  # fmt: skip
    return {**fields, **{int(name[1:]): value for name, value in more.items()}}


def _both(view: View, rows: pl.DataFrame, control: str, status: str) -> Iterator[pl.DataFrame]:
    rows = view.placed(rows)
    parts = [pl.col("head"), *segment("ORC", common(view, control, status)), *segment("OBR", request(view))]
    number = joined([control, plain("order_id")])
    lab = pl.col("kind") == "laboratory"
    yield view.messages(rows.filter(lab), "OML^O21", number, parts)
    yield view.messages(rows.filter(~lab), "ORM^O01", number, parts)


def _cancelled(view: View, rows: pl.DataFrame) -> pl.DataFrame:
    """Cancelled orders; the record does not say when, so they are told at midnight or when the visit ends before."""
    ends = view.visits.select("encounter_id", "ended_at")
    local = pl.col("ordered_at") + pl.duration(hours=view.offset_h)
    night = local.dt.truncate("1d") + dt.timedelta(days=1) - pl.duration(hours=view.offset_h)
    return (
        rows.filter(status="cancelled")
        .join(ends, on="encounter_id", maintain_order="left")
        .with_columns(at=pl.min_horizontal(night, pl.max_horizontal("ended_at", "ordered_at")))
        .drop("ended_at")
    )


def _done(view: View, rows: pl.DataFrame) -> pl.DataFrame:
    """A procedure that has been done: a change of the order's status, with the code of ICD-9-CM-3."""
    done = view.tables["procedure"].select(
        "order_id", "procedure_id", "started_at", "ended_at", operator_id="doctor_id",
        operation=coded("code", "name_zh", "name_en", "I9C"),
    )  # fmt: skip
    names = view.staff.rename({"staff_id": "operator_id", "doctor": "operator"})
    rows = rows.join(done, on="order_id").join(names, on="operator_id").with_columns(at=pl.col("ended_at"))
    rows = view.placed(rows)
    obr = request(
        view, f7=view.time("started_at"), f8=view.time("ended_at"), f3=entity("procedure_id", "RIS"),
        f32=joined([plain("operator_id")]), f44=pl.col("operation"),
    )  # fmt: skip
    parts = [pl.col("head"), *segment("ORC", common(view, "SC", "CM")), *segment("OBR", obr)]
    return view.messages(rows, "ORM^O01", joined(["SC", plain("order_id")]), parts)

"""RDE^O11 and RAS^O17: drug orders, their end, and the doses that were given."""

from collections.abc import Iterator

import polars as pl

from simulator.formats.hl7v2.segments import (
    Fields,
    code,
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

ROUTES = "HL70162"


def drugs(view: View) -> Iterator[pl.DataFrame]:
    """New orders, ward orders that ended, and administrations."""
    rows = view.tables["medication_order"].join(
        view.staff, left_on="doctor_id", right_on="staff_id", maintain_order="left"
    )
    ward = pl.col("kind") == "inpatient"
    # A prescription says when it will end; a ward order goes on until it is stopped.
    planned = pl.when(~ward).then(pl.col("ends_at"))
    yield _encoded(view, rows.with_columns(at=pl.col("ordered_at"), until=planned), "NW")
    stopped = rows.filter(ward & pl.col("ends_at").is_not_null())
    yield _encoded(view, stopped.with_columns(at=pl.col("ends_at"), until=pl.col("ends_at")), "DC")
    yield _given(view)


def drug() -> pl.Expr:
    """CE: the hospital's own code with the Chinese name, and the ATC code with the English one."""
    return joined([text("drug_code"), "^", text("name_zh"), "^99XL^", text("atc"), "^", text("name_en"), "^ATC"])


def _encoded(view: View, rows: pl.DataFrame, control: str) -> pl.DataFrame:
    orc: Fields = {
        1: control, 2: entity("medication_order_id"), 9: view.time("at"), 12: pl.col("doctor"),
        29: element("kind", "prescription"),
    }  # fmt: skip
    rxe: Fields = {2: drug(), 3: number("dose"), 5: unit("dose_unit"), 10: plain("quantity")}
    tq1: Fields = {
        1: "1", 3: text("frequency"), 6: joined([plain("days"), "^d&&UCUM"]), 7: view.time("ordered_at"),
        8: view.time("until"),
    }  # fmt: skip
    parts = [
        pl.col("head"), *segment("ORC", orc), *segment("RXE", rxe),
        *segment("TQ1", tq1, open_end=True), *segment("RXR", _route()),
    ]  # fmt: skip
    return view.messages(view.placed(rows), "RDE^O11", joined([control, plain("medication_order_id")]), parts)


def _route() -> Fields:
    return {1: element("route", "route", ROUTES)}


def _given(view: View) -> pl.DataFrame:
    """A dose that was given, or that was due and not given."""
    kept = view.tables["medication_order"].select("medication_order_id", "route", drug=drug())
    nurses = view.staff.rename({"staff_id": "nurse_id", "doctor": "nurse"})
    rows = (
        view.tables["administration"]
        .join(kept, on="medication_order_id", maintain_order="left")
        .join(nurses, on="nurse_id", maintain_order="left")
        .with_columns(at=pl.coalesce("given_at", "due_at"))
    )
    orc: Fields = {1: "RE", 2: entity("medication_order_id"), 3: entity("administration_id", "NURSING")}
    tq1: Fields = {1: "1", 7: view.time("due_at")}
    rxa: Fields = {
        1: "0", 2: "1", 3: view.time("at"), 4: view.time("at"), 5: pl.col("drug"), 6: number("dose"),
        7: unit("dose_unit"), 10: pl.col("nurse"), 20: code("status", "given"), 21: "A",
    }  # fmt: skip
    parts = [
        pl.col("head"), *segment("ORC", orc), *segment("TQ1", tq1), *segment("RXA", rxa), *segment("RXR", _route())
    ]  # fmt: skip
    return view.messages(view.placed(rows), "RAS^O17", joined(["O17", plain("administration_id")]), parts)

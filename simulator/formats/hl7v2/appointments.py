"""SIU^S12: the appointments by which patients came.

The record does not say when an appointment was made nor for which minute. A follow-up was made when the last visit of
the same illness ended; any other one stands in the list of the day, sent at midnight. The time kept for it is the
half-hour in which the patient came.
"""

from collections.abc import Iterator

import polars as pl

from simulator.formats.hl7v2.segments import Fields, joined, plain, segment, text
from simulator.formats.hl7v2.view import View

SLOT = "30m"
ROUTINE = "ROUTINE^常规^HL70276"
FOLLOW_UP = "FOLLOWUP^复诊^HL70276"


def appointments(view: View) -> Iterator[pl.DataFrame]:
    """One message for each visit by appointment."""
    rows = _made(view)
    sch: Fields = {
        1: joined(["AP", plain("encounter_id"), "^HIS"]), 6: pl.col("why"), 9: "30", 10: "min^^UCUM",
        11: joined(["^^^", view.time("slot")]), 16: "HIS", 20: "HIS", 25: "Booked",
    }  # fmt: skip
    ais: Fields = {1: "1", 2: "A", 3: joined([plain("department_id"), "^", text("department_zh"), "^99XL"])}
    ail: Fields = {1: "1", 2: "A", 3: pl.col("clinic")}
    parts = [
        *segment("SCH", sch), pl.col("pid"), *segment("RGS", {1: "1", 2: "A"}),
        *segment("AIS", {**ais, 4: view.time("slot")}), *segment("AIL", ail),
    ]  # fmt: skip
    yield view.messages(rows, "SIU^S12", joined(["S12", plain("encounter_id")]), parts)


def _made(view: View) -> pl.DataFrame:
    names = view.tables["department"].select("department_id", department_zh=pl.col("name_zh"))
    came = view.visits.filter(arrival_mode="appointment").join(names, on="department_id").sort("registered_at")
    last = view.tables["earlier"].select("patient_id", "cause_id", "hospital_id", last="ended_at").drop_nulls()
    came = came.with_columns(
        day=_midnight("registered_at", view.offset_h), slot=pl.col("registered_at").dt.truncate(SLOT)
    )
    rows = came.join_asof(
        last.sort("last"), left_on="day", right_on="last", by=["patient_id", "cause_id", "hospital_id"],
        check_sortedness=False, coalesce=False,
    )  # fmt: skip
    why = pl.when(pl.col("last").is_not_null()).then(pl.lit(FOLLOW_UP)).otherwise(pl.lit(ROUTINE))
    return rows.with_columns(at=pl.coalesce("last", "day"), why=why)


def _midnight(column: str, offset_h: int) -> pl.Expr:
    local = pl.col(column) + pl.duration(hours=offset_h)
    return local.dt.truncate("1d") - pl.duration(hours=offset_h)

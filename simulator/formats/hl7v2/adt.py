"""ADT: visits and stays as they begin, move, become known and end; and appointments, which come before."""

from collections.abc import Iterator

import polars as pl

from simulator.formats.hl7v2.segments import (
    Fields,
    code,
    coded,
    composed,
    element,
    entity,
    identifier,
    joined,
    plain,
    segment,
    text,
)
from simulator.formats.hl7v2.view import View, insurance

TRIAGE = "triage_level^急诊分诊级别^99XL^triage_level^Triage level^99XL"


def adt(view: View) -> Iterator[pl.DataFrame]:
    """The messages of a portion, one frame for each event."""
    rows = view.visits
    yield _registered(view, rows.filter(pl.col("kind") != "inpatient"), "A04")
    yield _registered(view, rows.filter(pl.col("kind") == "inpatient"), "A05")
    stays = _stays(view)
    yield _moved(view, stays.filter(reason="admission"), "A01")
    later = stays.filter(pl.col("reason") != "admission")
    yield _asked(view, later)
    yield _moved(view, later, "A02")
    yield _triaged(view, rows.filter(pl.col("triaged_at").is_not_null() & pl.col("triage_level").is_not_null()))
    yield _seen(view, rows.filter(pl.col("seen_at").is_not_null()))
    yield _diagnosed(view)
    yield _ended(view, rows.filter(pl.col("ended_at").is_not_null()))


def event(view: View, reason: pl.Expr | str = "", happened: str = "at") -> Fields:
    """EVN: recorded and happened; the code of the event itself stands in MSH-9 since version 2.5."""
    return {2: view.time("at"), 4: reason, 6: view.time(happened)}


def visit(place: pl.Expr | None = None, *, doctor: bool = False, **more: pl.Expr) -> Fields:
    """PV1 of an ADT message; more: `f44=` and so on are further fields."""
    fields: dict[int, pl.Expr | str] = {
        1: "1", 2: code("kind", "visit"), 3: pl.col("clinic") if place is None else place,
        5: identifier("previous_encounter_id", "VN"), 14: code("arrival_mode", "arrival_mode"),
        19: identifier("encounter_id", "VN"), 20: plain("insurance"),
    }  # fmt: skip
    if doctor:
        fields[7] = pl.col("doctor")
    return fields | {int(name[1:]): value for name, value in more.items()}


def _send(view: View, rows: pl.DataFrame, event_code: str, control: str, *segments: tuple[str, Fields]) -> pl.DataFrame:
    """control: a prefix, if the event alone would not make it unique, and the column that numbers the message."""
    prefix, _, row_id = control.rpartition(" ")
    parts = [part for name, fields in segments for part in segment(name, fields)]
    first = next(at for at, part in enumerate(parts) if isinstance(part, str) and part == "PV1")
    parts = [*parts[:first], pl.col("pid"), *parts[first:]]
    return view.messages(rows, f"ADT^{event_code}", joined([prefix or event_code, plain(row_id)]), parts)


def _more() -> Fields:
    complaint = composed("^", text("complaint_zh"), "^99XL^^", text("complaint_en"), "^99XL")
    return {3: complaint, 23: pl.col("department")}


def _registered(view: View, rows: pl.DataFrame, event_code: str) -> pl.DataFrame:
    rows = rows.with_columns(
        at=pl.col("registered_at"), happened=pl.coalesce("arrived_at", "registered_at"), place=pl.col("clinic")
    )
    pv1 = visit(f44=view.time("registered_at")) if event_code == "A04" else visit()
    return _send(
        view, rows, event_code, "encounter_id", ("EVN", event(view, happened="happened")), ("PV1", pv1),
        ("PV2", _more()), ("IN1", insurance()),
    )  # fmt: skip


def _stays(view: View) -> pl.DataFrame:
    """Bed stays with the columns of their encounter, their bed as text and the one before."""
    stays = view.tables["bed_stay"].select(
        "bed_stay_id", "encounter_id", "ward_id", "reason", "requested_at", pl.col("started_at").alias("at")
    )
    beds = view.places.rename({"started_at": "at"})
    return (
        stays.join(beds, on=["encounter_id", "at"])
        .join(view.visits, on="encounter_id")
        .sort("encounter_id", "at")
        .with_columns(former=pl.col("bed").shift().over("encounter_id"))
    )


def _moved(view: View, rows: pl.DataFrame, event_code: str) -> pl.DataFrame:
    seen = pl.when(pl.col("seen_at") <= pl.col("at")).then(pl.col("doctor"))
    pv1 = visit(
        pl.col("bed"), f6=pl.col("former"), f7=seen, f44=view.time("admitted_at"), f50=identifier("bed_stay_id", "XX")
    )
    evn = event(view, code("reason", "stay"))
    more = [("PV2", _more()), ("IN1", insurance())] if event_code == "A01" else []
    return _send(view, rows, event_code, "bed_stay_id", ("EVN", evn), ("PV1", pv1), *more)


def _asked(view: View, rows: pl.DataFrame) -> pl.DataFrame:
    """The request for another bed; which bed it will be is not known yet."""
    rows = rows.with_columns(at=pl.col("requested_at"))
    wanted = joined([plain("ward_id"), "^^^", plain("hospital_id"), "^^N"])
    pv1 = visit(
        pl.col("former"), f42=wanted, f44=view.time("admitted_at"), f50=identifier("bed_stay_id", "XX")
    )  # fmt: skip
    return _send(view, rows, "A15", "bed_stay_id", ("EVN", event(view, code("reason", "stay"))), ("PV1", pv1))


def _updated(view: View, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with `place`: where the patient was when `at` came."""
    if view.places.is_empty():
        return rows.with_columns(place=pl.col("clinic"))
    rows = rows.sort("at").join_asof(
        view.places, left_on="at", right_on="started_at", by="encounter_id", check_sortedness=False
    )
    return rows.with_columns(place=pl.coalesce("bed", "clinic"))


def _triaged(view: View, rows: pl.DataFrame) -> pl.DataFrame:
    rows = rows.with_columns(at=pl.col("triaged_at"), place=pl.col("clinic"))
    level: Fields = {1: "1", 2: "CE", 3: TRIAGE, 5: element("triage_level", "triage"), 11: "F", 14: view.time("at")}
    return _send(view, rows, "A08", "A08T encounter_id", ("EVN", event(view, "TRI")), ("PV1", visit()), ("OBX", level))


def _seen(view: View, rows: pl.DataFrame) -> pl.DataFrame:
    rows = _updated(view, rows.with_columns(at=pl.col("seen_at")))
    return _send(
        view, rows, "A08", "A08S encounter_id", ("EVN", event(view, "SEE")),
        ("PV1", visit(pl.col("place"), doctor=True)), ("PV2", _more()),
    )  # fmt: skip


def _diagnosed(view: View) -> pl.DataFrame:
    """One update for all diagnoses that were made of a visit at one moment."""
    rows = view.tables["diagnosis"].join(view.staff, left_on="doctor_id", right_on="staff_id", how="left")
    rows = rows.with_columns(number=pl.int_range(1, pl.len() + 1).over("encounter_id", "diagnosed_at"))
    dg1: Fields = {
        1: plain("number"), 3: coded("code", "name_zh", "name_en", "I10"), 5: view.time("diagnosed_at"), 6: "W",
        15: plain("rank"), 16: pl.col("doctor"), 20: entity("diagnosis_id"), 21: "A",
    }  # fmt: skip
    made = (
        rows.select("encounter_id", "diagnosis_id", at="diagnosed_at", dg1=joined(segment("DG1", dg1)))
        .group_by("encounter_id", "at", maintain_order=True)
        .agg(pl.col("diagnosis_id").first(), pl.col("dg1").str.join(""))
        .join(view.visits, on="encounter_id")
    )
    evn = segment("EVN", event(view, "DIA"))
    parts = [*evn, pl.col("pid"), *segment("PV1", visit(pl.col("place"), doctor=True)), pl.col("dg1")]
    return view.messages(_updated(view, made), "ADT^A08", joined(["A08", plain("diagnosis_id")]), parts)


def _ended(view: View, rows: pl.DataFrame) -> pl.DataFrame:
    rows = _updated(view, rows.with_columns(at=pl.col("ended_at")))
    begun = pl.when(pl.col("kind") == "inpatient").then(pl.col("admitted_at")).otherwise(pl.col("registered_at"))
    rows = rows.with_columns(begun=begun)
    pv1 = visit(
        pl.col("place"), doctor=True, f36=code("outcome", "outcome"), f44=view.time("begun"), f45=view.time("at")
    )
    return _send(view, rows, "A03", "encounter_id", ("EVN", event(view)), ("PV1", pv1))

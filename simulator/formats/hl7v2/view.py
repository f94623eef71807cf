"""A portion of a world made ready for messages: header, patient and visit segments as text."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from simulator.formats.hl7v2.codes import kinds
from simulator.formats.hl7v2.segments import (
    Fields,
    Part,
    chinese,
    code,
    composed,
    day,
    element,
    english,
    identifier,
    joined,
    plain,
    segment,
    stamp,
    text,
)

VERSION = "2.5.1"


@dataclass(frozen=True)
class View:
    """One portion. tables: of the world; visits: encounters with the text of their segments; places: beds by stay."""

    tables: Mapping[str, pl.DataFrame]
    visits: pl.DataFrame
    places: pl.DataFrame
    staff: pl.DataFrame
    offset_h: int
    charset: str

    def time(self, column: str) -> pl.Expr:
        """A time of the world in a message."""
        return stamp(column, self.offset_h)

    def header(self, kind: str, control: pl.Expr) -> list[Part]:
        """MSH of a message of this kind, sent at the column `at`."""
        made = kinds()[kind]
        where = plain("hospital_id")
        fields: Fields = {
            1: "^~\\&", 2: made.sender, 3: where, 4: made.receiver, 5: where, 6: self.time("at"),
            8: f"{kind}^{made.structure}", 9: control, 10: "P", 11: VERSION, 16: "CHN", 17: self.charset,
            18: "zh^Chinese^ISO639",
        }  # fmt: skip  # MSH-1 is the bar itself, so the numbers are one less than the standard's
        return segment("MSH", fields)

    def messages(self, rows: pl.DataFrame, kind: str, control: pl.Expr, parts: list[Part]) -> pl.DataFrame:
        """hospital_id, at, order, text: one message for each row, which has hospital_id and at."""
        body = joined([*self.header(kind, control), *parts])
        order = pl.lit(kinds()[kind].order, pl.Int8).alias("order")
        return rows.select("hospital_id", "at", order, body.alias("text"))

    def placed(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Rows with encounter_id and at, together with `head`: the PID and PV1 as they were known at that moment."""
        rows = rows.join(self.visits.select(VISIT), on="encounter_id", maintain_order="left")
        if len(self.places):
            rows = rows.sort("at").join_asof(
                self.places, left_on="at", right_on="started_at", by="encounter_id", check_sortedness=False
            )
        else:
            rows = rows.with_columns(bed=pl.lit(None, pl.String))
        seen = pl.col("at") >= pl.col("seen_at")
        tail = pl.when(seen).then(pl.col("known")).otherwise(pl.col("unknown"))
        head = joined([pl.col("pid_pv1"), pl.coalesce("bed", "clinic"), tail])
        return rows.with_columns(head=head).drop("pid_pv1", "clinic", "known", "unknown", "bed", "seen_at")


VISIT = ("encounter_id", "hospital_id", "seen_at", "pid_pv1", "clinic", "known", "unknown")


def view(tables: Mapping[str, pl.DataFrame], zone: dt.timezone, charset: str) -> View:
    """The portion's tables, ready."""
    offset = zone.utcoffset(None)
    staff = tables["staff"].select(
        "staff_id", doctor=joined([plain("staff_id"), "^", chinese("name"), "^^^^^^HIS^L^^^EI"])
    )
    beds = places(tables)
    return View(tables, visits(tables, staff), beds, staff, int(offset.total_seconds() // 3600), charset)


def visits(tables: Mapping[str, pl.DataFrame], staff: pl.DataFrame) -> pl.DataFrame:
    """Encounters with pid, their department and doctor as text, and the pieces of a short PV1."""
    departments = tables["department"].select(
        "department_id",
        department=joined([text("name_zh"), "^^^^^^^^^", plain("department_id")]),
        clinic=joined([plain("department_id"), "^^^", plain("hospital_id"), "^^C^^^", text("name_zh")]),
    )
    rows = (
        tables["encounter"]
        .join(tables["patient"].select("patient_id", pid=joined(segment("PID", patient()))), on="patient_id")
        .join(departments, on="department_id")
        .join(staff, left_on="doctor_id", right_on="staff_id", how="left")
        .sort("encounter_id")
    )
    short = segment("", {19: identifier("encounter_id", "VN"), 20: plain("insurance")})
    return rows.with_columns(
        pid_pv1=joined([pl.col("pid"), "PV1|1|", code("kind", "visit"), "|"]),
        unknown=joined(["|" * 16, *short[2:]]),
        known=joined(["||||", pl.col("doctor"), "|" * 12, *short[2:]]),
    )


def patient() -> Fields:
    """PID, of the columns of `patient`."""
    ids = joined(
        [
            identifier("patient_id", "PI"), "~", identifier("mrn", "MR"), "~",
            identifier("id_number", "NNCHN", "MPS"),
        ]
    )  # fmt: skip
    names = joined([chinese("name"), "^^^^^L^I~", english("name_en"), "^^^^^L^A"])
    home = joined(
        [
            text("address"), "^^", text("district"), "^^^CHN^H^^^^I~",
            text("address_en"), "^^", text("district_en"), "^^^CHN^H^^^^A",
        ]
    )  # fmt: skip
    return {
        1: "1", 3: ids, 5: names, 7: day("birth_date"), 8: code("sex", "sex"), 11: home,
        13: composed("^PRN^CP^^^^^^^^^", text("phone")),
    }  # fmt: skip


def places(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """encounter_id, started_at, bed: where inpatients lay from when on, in order of time."""
    wards = tables["ward"].select("ward_id", "hospital_id", ward=text("name_zh"))
    beds = tables["bed"].select("bed_id", label=text("label"))
    where: list[Part] = [plain("ward_id"), "^^", plain("bed_id"), "^", plain("hospital_id"), "^^N^^^"]
    return (
        tables["bed_stay"]
        .join(wards, on="ward_id")
        .join(beds, on="bed_id")
        .select("encounter_id", "started_at", bed=joined([*where, pl.col("ward"), " ", pl.col("label")]))
        .sort("started_at")
    )


def insurance() -> Fields:
    """IN1, of an encounter's columns."""
    return {1: "1", 2: element("insurance", "insurance"), 3: joined(["HSA^^^HIS"])}

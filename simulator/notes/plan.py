"""Which notes are written, when and by whom; whole columns, and no date depends on what is later than it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from simulator.arrays import DAY, HOUR, MINUTE
from simulator.knowledge import Knowledge
from simulator.mixing import row_hash
from simulator.notes.settings import Settings
from simulator.schema.notes import NOTE_KIND

US = 1_000_000
KINDS = list(NOTE_KIND)
COLUMNS = ("encounter_id", "patient_id", "kind", "written", "author_id", "cause_id")
Tables = Mapping[str, pl.DataFrame]


@dataclass(frozen=True)
class Desk:
    """What the plan reads: the tables, the settings, the offset of local time in seconds, the salt of its draws."""

    tables: Tables
    knowledge: Knowledge
    settings: Settings
    zone_s: int
    salt: int
    until: int
    """End of the record, microseconds since 1970."""

    def share(self, step: int, *keys: pl.Series) -> pl.Series:
        """One uniform draw on 0..1 for each row of keys."""
        numbers = [np.asarray(key.to_numpy(), np.int64) for key in keys]
        begin = int(row_hash(np.array([self.salt, step]))[1])
        return pl.Series((row_hash(*numbers, begin=begin) >> np.uint64(11)) / float(1 << 53))


def plan(desk: Desk) -> pl.DataFrame:
    """One row for each note in order of time: encounter_id, patient_id, kind, written (microseconds), author, cause."""
    encounters = desk.tables["encounter"].with_columns(
        pl.col("registered_at", "seen_at", "admitted_at", "ended_at").cast(pl.Int64)
    )
    stays = encounters.filter(pl.col("admitted_at").is_not_null(), pl.col("seen_at").is_not_null())
    parts = [_visits(encounters), _admissions(desk, stays), _discharges(stays), _progress(desk, stays)]
    parts += [_nursing(desk, stays), _operations(desk, encounters), _imaging(desk)]
    planned = pl.concat([part.select(COLUMNS) for part in parts])
    return planned.filter(pl.col("written") < desk.until).sort("written", "encounter_id", "kind", "cause_id")


def _kind(name: str) -> pl.Expr:
    return pl.lit(name, pl.Enum(KINDS)).alias("kind")


def _visits(encounters: pl.DataFrame) -> pl.DataFrame:
    """The note of a visit is finished when the patient leaves."""
    seen = encounters.filter(
        pl.col("kind") != "inpatient", pl.col("seen_at").is_not_null(), pl.col("ended_at").is_not_null()
    )
    kind = pl.when(pl.col("kind") == "emergency").then(_kind("emergency")).otherwise(_kind("outpatient")).alias("kind")
    return seen.with_columns(kind, written="ended_at", author_id="doctor_id", cause_id="encounter_id")


def _admissions(desk: Desk, stays: pl.DataFrame) -> pl.DataFrame:
    """Within 24 hours of admission, and at the latest when the patient leaves."""
    low, high = desk.settings.admission_h
    delay = (low + (high - low) * desk.share(1, stays["encounter_id"])) * HOUR * US
    due = (stays["admitted_at"] + delay.cast(pl.Int64)).alias("due")
    frame = stays.with_columns(due).with_columns(written=pl.min_horizontal("due", "ended_at"))
    late = pl.max_horizontal("written", "seen_at").alias("written")
    return frame.with_columns(_kind("admission"), late, author_id="doctor_id", cause_id="encounter_id")


def _discharges(stays: pl.DataFrame) -> pl.DataFrame:
    ended = stays.filter(pl.col("ended_at").is_not_null())
    kind = pl.when(pl.col("outcome") == "died").then(_kind("death")).otherwise(_kind("discharge")).alias("kind")
    return ended.with_columns(kind, written="ended_at", author_id="doctor_id", cause_id="encounter_id")


def _days(desk: Desk, stays: pl.DataFrame, after_h: float, hours: tuple[float, float], step: int) -> pl.DataFrame:
    """One row for each local day of a stay, at a time between these hours, from `after_h` after admission on."""
    zone, day = desk.zone_s * US, DAY * US
    first = (pl.col("admitted_at") + zone) // day
    last = (pl.min_horizontal(pl.col("ended_at").fill_null(desk.until), desk.until) + zone) // day
    rows = stays.with_columns(day=pl.int_ranges(first, last + 1)).explode("day").filter(pl.col("day").is_not_null())
    at = (hours[0] + (hours[1] - hours[0]) * desk.share(step, rows["encounter_id"], rows["day"])) * HOUR * US
    written = pl.col("day") * day - zone + at.cast(pl.Int64)
    begin = pl.col("admitted_at") + round(after_h * HOUR) * US
    return (
        rows.with_columns(written=written)
        .filter(pl.col("written") > pl.max_horizontal(begin, "seen_at"))
        .filter(pl.col("ended_at").is_null() | (pl.col("written") < pl.col("ended_at")))
    )


def _progress(desk: Desk, stays: pl.DataFrame) -> pl.DataFrame:
    days = _days(desk, stays, desk.settings.progress_after_h, desk.settings.progress_hours, 2)
    return days.with_columns(_kind("progress"), author_id="doctor_id", cause_id="encounter_id")


def _nursing(desk: Desk, stays: pl.DataFrame) -> pl.DataFrame:
    """Written by a nurse of the department; where it has none, by any nurse of the hospital."""
    days = _days(desk, stays, desk.settings.nursing_after_h, desk.settings.nursing_hours, 3)
    nurses = desk.tables["staff"].filter(pl.col("role") == "nurse").sort("staff_id")
    if nurses.is_empty():
        return days.clear().with_columns(_kind("nursing"), author_id="doctor_id", cause_id="encounter_id")
    teams = nurses.group_by("department_id").agg(team="staff_id")
    everyone = nurses["staff_id"].to_list()
    u = desk.share(4, days["encounter_id"], days["day"])
    chosen = days.join(teams, on="department_id", how="left", maintain_order="left").with_columns(
        pl.col("team").fill_null(everyone)
    )
    nth = (u * chosen["team"].list.len()).cast(pl.Int64)
    named = chosen.with_columns(_kind("nursing"), nth=nth, cause_id="encounter_id")
    return named.with_columns(author_id=pl.col("team").list.get(pl.col("nth")))


def _operations(desk: Desk, encounters: pl.DataFrame) -> pl.DataFrame:
    """One for each operation done in a theatre or by a catheter, within a few hours of its end."""
    big = [one.zh for one in desk.knowledge.procedures.values() if one.kind in {"surgery", "intervention"}]
    done = desk.tables["procedure"].filter(pl.col("name_zh").cast(pl.String).is_in(big))
    done = done.join(encounters.select("encounter_id", visit="kind"), on="encounter_id")
    low, high = desk.settings.operation_min
    delay = ((low + (high - low) * desk.share(5, done["procedure_id"])) * MINUTE * US).cast(pl.Int64)
    written = pl.col("ended_at").cast(pl.Int64) + delay
    return done.with_columns(_kind("operation"), written=written, author_id="doctor_id", cause_id="procedure_id")


def _imaging(desk: Desk) -> pl.DataFrame:
    """Signed by a technician of the diagnostic departments, or by the doctor who ordered it where there is none."""
    images = desk.tables["imaging_study"].join(
        desk.tables["order"].select("order_id", "doctor_id"), on="order_id", maintain_order="left"
    )
    people = desk.tables["staff"].join(
        desk.tables["department"].filter(pl.col("code") == "radiology").select("department_id"),
        on="department_id",
        how="semi",
    )
    team = people.sort("staff_id")["staff_id"]
    images = images.with_columns(_kind("imaging"), written=pl.col("reported_at").cast(pl.Int64))
    if team.is_empty():
        return images.with_columns(author_id="doctor_id", cause_id="imaging_study_id")
    nth = (desk.share(6, images["imaging_study_id"]) * len(team)).cast(pl.Int64)
    return images.with_columns(author_id=team.gather(nth), cause_id="imaging_study_id")

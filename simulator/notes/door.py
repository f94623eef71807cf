"""The one door to a patient's record: who writes a note at some time sees the events up to then and nothing else.

A row of the record is not one event. Its columns become known at different times: where a patient lies is known when
they reach the bed, and when they will leave it is not. `EVENTS` says which columns become known when; no other column
gets through, and `Ledger.until` is the only way to rows.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import polars as pl

US = 1_000_000
Row = tuple[Any, ...]
"""Time (microseconds since 1970, UTC), then the columns of the event in the order of `EVENTS`."""


class Source(NamedTuple):
    """Where an event comes from: table, column of its time, and the columns that are known from then on."""

    table: str
    at: str
    columns: tuple[str, ...]


EVENTS: Mapping[str, Source] = {
    "registered": Source(
        "encounter",
        "registered_at",
        ("encounter_id", "patient_id", "kind", "age_years", "complaint_zh", "complaint_en", "cause_id"),
    ),
    "seen": Source("encounter", "seen_at", ("encounter_id", "doctor_id")),
    "admitted": Source("encounter", "admitted_at", ("encounter_id",)),
    "ended": Source("encounter", "ended_at", ("encounter_id", "outcome")),
    "bed": Source("bed_stay", "started_at", ("bed_stay_id", "ward_id", "bed_id", "reason")),
    "diagnosis": Source(
        "diagnosis", "diagnosed_at", ("diagnosis_id", "role", "code", "name_zh", "name_en", "cause_id")
    ),
    "order": Source("order", "ordered_at", ("order_id", "kind", "code", "name_zh", "name_en")),
    "result": Source(
        "lab_result",
        "resulted_at",
        ("lab_result_id", "test_code", "name_zh", "name_en", "value", "value_text", "unit", "flag", "collected_at"),
    ),
    "vital": Source(
        "vital_sign",
        "measured_at",
        (
            "vital_sign_id",
            "temperature",
            "heart_rate",
            "respiratory_rate",
            "systolic",
            "diastolic",
            "spo2",
            "consciousness",
            "oxygen_flow",
            "pain_score",
            "news2",
            "weight_kg",
        ),
    ),
    "drug": Source(
        "medication_order",
        "ordered_at",
        (
            "medication_order_id",
            "kind",
            "drug_code",
            "name_zh",
            "name_en",
            "dose",
            "dose_unit",
            "route",
            "frequency",
            "days",
        ),
    ),
    "dose": Source("administration", "given_at", ("administration_id", "medication_order_id", "dose", "dose_unit")),
    "image": Source(
        "imaging_study",
        "reported_at",
        ("imaging_study_id", "modality", "body_part", "name_zh", "name_en", "result", "conclusion_zh", "conclusion_en"),
    ),
    "procedure": Source(
        "procedure", "ended_at", ("procedure_id", "doctor_id", "code", "name_zh", "name_en", "started_at")
    ),
    "state": Source("latent_state", "at", ("latent_state_id", "illness", "lung", "heart", "liver", "volume", "pain")),
    "turn": Source("deterioration", "recognised_at", ("deterioration_id", "event")),
}
"""Event -> where it comes from."""


class Known:
    """What is known of one encounter at one time."""

    __slots__ = ("_book", "at", "encounter")

    def __init__(self, book: "Book", encounter: int, at: int) -> None:
        self._book, self.encounter, self.at = book, encounter, at

    def __call__(self, event: str) -> list[Row]:
        """All such events up to now, in order of time."""
        return self._book.ledgers[event].until(self.encounter, self.at)

    def last(self, event: str) -> Row | None:
        """The latest such event."""
        return self._book.ledgers[event].last(self.encounter, self.at)

    def since(self, event: str, begin: int) -> list[Row]:
        """Such events after `begin`, in order of time."""
        return self._book.ledgers[event].until(self.encounter, self.at, begin)


@dataclass(frozen=True, slots=True)
class Ledger:
    """All events of one kind, by encounter and time."""

    _rows: list[Row]
    _times: list[int]
    _where: dict[int, tuple[int, int]]

    @classmethod
    def of(cls, tables: Mapping[str, pl.DataFrame], source: Source) -> "Ledger":
        """From the table that holds them."""
        table = tables[source.table]
        columns = [
            pl.col(name).cast(pl.Int64) if table.schema[name] == pl.Datetime("us", "UTC") else pl.col(name)
            for name in dict.fromkeys(("encounter_id", *source.columns))
        ]
        sorted_ = (
            table.filter(pl.col(source.at).is_not_null())
            .select(pl.col(source.at).cast(pl.Int64).alias("__at"), *columns)
            .sort("encounter_id", "__at", source.columns[0])
        )
        runs = sorted_.select(rle=pl.col("encounter_id").rle()).unnest("rle")
        stop = runs["len"].cum_sum()
        where = dict(
            zip(runs["value"].to_list(), zip((stop - runs["len"]).to_list(), stop.to_list(), strict=True), strict=True)
        )
        return cls(sorted_.select("__at", *source.columns).rows(), sorted_["__at"].to_list(), where)

    def until(self, encounter: int, at: int, after: int | None = None) -> list[Row]:
        """The events of an encounter up to this time, those after another time alone if one is given."""
        found = self._where.get(encounter)
        if found is None:
            return []
        start, stop = found
        stop = bisect_right(self._times, at, start, stop)
        return self._rows[start if after is None else bisect_right(self._times, after, start, stop) : stop]

    def last(self, encounter: int, at: int) -> Row | None:
        """The last event of an encounter up to this time."""
        found = self._where.get(encounter)
        if found is None:
            return None
        stop = bisect_right(self._times, at, *found)
        return self._rows[stop - 1] if stop > found[0] else None


class Book:
    """The record of many encounters; `until` opens it at a time."""

    def __init__(self, tables: Mapping[str, pl.DataFrame]) -> None:
        self.ledgers = {name: Ledger.of(tables, source) for name, source in EVENTS.items()}

    def until(self, encounter: int, at: int) -> Known:
        """What may be read at `at`, microseconds since 1970."""
        return Known(self, encounter, at)

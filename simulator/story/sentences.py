"""Rows of the record as sentences in both languages."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from simulator.schema import values
from simulator.schema.notes import NOTE_KIND

Row = dict[str, Any]
Names = Mapping[str, Mapping[int, tuple[str, str]]]
PLAIN, NOTABLE, LOUD = 0, 1, 2
"""How much an event calls for attention: nothing, outside the reference limits, critical or deadly."""
ARROWS = {"L": "↓", "H": "↑", "LL": "↓↓", "HH": "↑↑", "A": "!"}
UNKNOWN = ("?", "?")


@dataclass(frozen=True)
class Event:
    """Something that happened: UTC time, subject of the table it comes from, sentence in both languages, weight."""

    at: dt.datetime
    subject: str
    zh: str
    en: str
    weight: int = PLAIN


def sentences(tables: Mapping[str, pl.DataFrame], names: Names) -> Iterator[Event]:
    """All events of a story, in no order."""
    for row in tables["encounter"].iter_rows(named=True):
        yield from _encounter(row, names)
    for name, tell in TELLERS.items():
        if name in tables:
            yield from tell(tables[name], names)


def _encounter(row: Row, names: Names) -> Iterator[Event]:
    kind, department = values.ENCOUNTER_KIND[row["kind"]], names["department"].get(row["department_id"], UNKNOWN)
    mode = values.ARRIVAL_MODE[row["arrival_mode"]]
    zh, en = f"{kind[0]}挂号，{department[0]}，{mode[0]}", f"Registered: {kind[1]}, {department[1]}, {mode[1]}"
    if row["complaint_zh"]:
        zh, en = f"{zh}。主诉：{row['complaint_zh']}", f"{en}. Complaint: {row['complaint_en']}"
    yield Event(row["registered_at"], "encounter", zh, en)
    if row["triaged_at"]:
        level = values.TRIAGE_LEVEL[row["triage_level"]]
        urgent = LOUD if row["triage_level"] == "1" else NOTABLE if row["triage_level"] == "2" else PLAIN
        yield Event(row["triaged_at"], "encounter", f"分诊：{level[0]}", f"Triage: {level[1]}", urgent)
    if row["seen_at"]:
        doctor = names["staff"].get(row["doctor_id"], UNKNOWN)
        waited = round((row["seen_at"] - (row["admitted_at"] or row["registered_at"])).total_seconds() / 60)
        yield Event(
            row["seen_at"],
            "encounter",
            f"{doctor[0]}医师接诊（等候 {waited} 分钟）",
            f"Seen by Dr {doctor[1]} after {waited} min",
        )
    if row["ended_at"]:
        outcome = values.OUTCOME[row["outcome"]]
        weight = LOUD if row["outcome"] == "died" else PLAIN
        yield Event(
            row["ended_at"], "encounter", f"{kind[0]}结束：{outcome[0]}", f"End of the {kind[1]}: {outcome[1]}", weight
        )


def _beds(table: pl.DataFrame, names: Names) -> Iterator[Event]:
    for row in table.iter_rows(named=True):
        ward, bed = names["ward"].get(row["ward_id"], UNKNOWN), names["bed"].get(row["bed_id"], UNKNOWN)
        reason = values.STAY_REASON[row["reason"]]
        waited = (row["started_at"] - row["requested_at"]).total_seconds() / 3600
        weight = NOTABLE if row["reason"] == "step_up" else PLAIN
        yield Event(
            row["started_at"],
            "bed_stay",
            f"{reason[0]}：{ward[0]} {bed[0]}（申请后 {waited:.1f} 小时）",
            f"{reason[1].capitalize()}: {ward[1]}, bed {bed[1].removesuffix('床')} "
            f"({waited:.1f} h after it was asked for)",
            weight,
        )


def _diagnoses(table: pl.DataFrame, _: Names) -> Iterator[Event]:
    for row in table.iter_rows(named=True):
        role = values.DIAGNOSIS_ROLE[row["role"]]
        yield Event(
            row["diagnosed_at"],
            "diagnosis",
            f"{role[0]}:{row['name_zh']}({row['code']})",
            f"{role[1].capitalize()}: {row['name_en']} ({row['code']})",
        )


def _orders(table: pl.DataFrame, _names: Names) -> Iterator[Event]:
    """All that was ordered within a quarter of an hour in one sentence."""
    kept = table.filter(pl.col("status") != "cancelled").sort("ordered_at")
    for _, rows in kept.group_by(pl.col("ordered_at").dt.truncate("15m"), "encounter_id", maintain_order=True):
        zh = "、".join(rows["name_zh"].cast(pl.String))
        en = ", ".join(rows["name_en"].cast(pl.String))
        yield Event(rows["ordered_at"][0], "order", f"开单：{zh}", f"Ordered: {en}")


def _results(table: pl.DataFrame, _: Names) -> Iterator[Event]:
    """One sentence a report: what is outside the limits, or that nothing is."""
    for _group, rows in table.group_by("resulted_at", "order_id", maintain_order=True):
        outside = [row for row in rows.iter_rows(named=True) if row["flag"] != "N"]
        weight = LOUD if any(row["flag"] in {"LL", "HH"} for row in outside) else NOTABLE if outside else PLAIN
        zh = ";".join(_result(row, "name_zh") for row in outside) or "正常"
        en = "; ".join(_result(row, "name_en") for row in outside) or "normal"
        panel_zh, panel_en, at = rows["panel_zh"][0], rows["panel_en"][0], rows["resulted_at"][0]
        yield Event(at, "lab_result", f"检验报告，{panel_zh}：{zh}", f"Laboratory, {panel_en}: {en}", weight)


def _result(row: Row, name: str) -> str:
    value = row["value_text"] if row["value"] is None else f"{row['value']:g} {row['unit'] or ''}".strip()
    return f"{row[name]} {value} {ARROWS[row['flag']]}"


def _images(table: pl.DataFrame, _: Names) -> Iterator[Event]:
    for row in table.iter_rows(named=True):
        weight = NOTABLE if row["result"] == "abnormal" else PLAIN
        yield Event(
            row["reported_at"],
            "imaging_study",
            f"{row['name_zh']}:{row['conclusion_zh']}",
            f"{row['name_en']}: {row['conclusion_en']}",
            weight,
        )


def _procedures(table: pl.DataFrame, _: Names) -> Iterator[Event]:
    for row in table.iter_rows(named=True):
        minutes = round((row["ended_at"] - row["started_at"]).total_seconds() / 60)
        yield Event(
            row["started_at"], "procedure", f"{row['name_zh']}（{minutes} 分钟）", f"{row['name_en']} ({minutes} min)"
        )


def _drugs(table: pl.DataFrame, _: Names) -> Iterator[Event]:
    for row in table.iter_rows(named=True):
        kind = values.PRESCRIPTION_KIND[row["kind"]]
        how = f"{row['dose']:g} {row['dose_unit']} {row['route']} {row['frequency']}"
        yield Event(
            row["ordered_at"],
            "medication_order",
            f"{kind[0]}：{row['name_zh']} {how}，{row['days']} 天",
            f"{kind[1].capitalize()}: {row['name_en']} {how}, {row['days']} d",
        )


def _doses(table: pl.DataFrame, _: Names) -> Iterator[Event]:
    """Only what was not given: the rest is in the orders."""
    for row in table.filter(pl.col("status") != "given").iter_rows(named=True):
        zh, en = values.ADMINISTRATION_STATUS[row["status"]]
        yield Event(row["due_at"], "administration", f"给药{zh}", f"A dose was {en}", NOTABLE)


def _bill(table: pl.DataFrame, _: Names) -> Iterator[Event]:
    for row in table.iter_rows(named=True):
        yield Event(
            row["settled_at"],
            "settlement",
            f"结算 {row['total']:,.2f} 元：医保 {row['insurance_paid']:,.2f}，个人 {row['patient_paid']:,.2f}",
            f"Settled {row['total']:,.2f} CNY: insurance {row['insurance_paid']:,.2f}, "
            f"patient {row['patient_paid']:,.2f}",
        )


def _home(table: pl.DataFrame, _: Names) -> Iterator[Event]:
    """One sentence a week: mean and range of each measure, and how many readings were flagged."""
    weeks = table.sort("measured_at").group_by(pl.col("measured_at").dt.truncate("1w"), maintain_order=True)
    for _week, rows in weeks:
        told = rows.group_by("measure", "unit", maintain_order=True).agg(
            n=pl.len(), mean=pl.col("value").mean(), least=pl.col("value").min(), most=pl.col("value").max()
        )
        flagged = int((rows["flag"] != "N").sum())
        urgent = rows["flag"].is_in(["LL", "HH"]).any()
        zh = "；".join(_measured(row, 0) for row in told.iter_rows(named=True))
        en = "; ".join(_measured(row, 1) for row in told.iter_rows(named=True))
        yield Event(
            rows["measured_at"][-1],
            "home_reading",
            f"居家监测一周小结：{zh}；超限 {flagged} 次",
            f"A week at home: {en}; {flagged} beyond the limits",
            LOUD if urgent else NOTABLE if flagged else PLAIN,
        )


def _measured(row: Row, language: int) -> str:
    name = values.HOME_MEASURE[row["measure"]][language]
    times = f"，{row['n']} 次" if language == 0 else f", {row['n']} times"
    return f"{name} {row['mean']:.1f} {row['unit']} ({row['least']:g}–{row['most']:g}{times})"


def _calls(table: pl.DataFrame, _: Names) -> Iterator[Event]:
    for row in table.iter_rows(named=True):
        zh, en = values.HOME_CALL[row["outcome"]]
        yield Event(
            row["called_at"], "home_call", f"护士电话随访：{zh}", f"A nurse called about the readings: {en}", NOTABLE
        )


def _notes(table: pl.DataFrame, names: Names) -> Iterator[Event]:
    for row in table.iter_rows(named=True):
        author = names["staff"].get(row["author_id"], UNKNOWN)
        zh, en = NOTE_KIND[row["kind"]]
        yield Event(
            row["written_at"],
            "note",
            f"{zh}（{author[0]}）\n{row['text_zh'].rstrip()}",
            f"{en.capitalize()} ({author[1]})\n{row['text_en'].rstrip()}",
        )


TELLERS = {
    "bed_stay": _beds,
    "diagnosis": _diagnoses,
    "order": _orders,
    "lab_result": _results,
    "imaging_study": _images,
    "procedure": _procedures,
    "medication_order": _drugs,
    "administration": _doses,
    "settlement": _bill,
    "note": _notes,
    "home_reading": _home,
    "home_call": _calls,
}

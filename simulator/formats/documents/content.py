"""What stands in each document: one row for each document, and the rows of other tables that belong to it.

A document holds what was known at its time (`moment`): nothing that was found, released or ordered later.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from simulator.formats.documents.words import by_key, element_code, oid, rows
from simulator.formats.text_templates import KEY
from simulator.knowledge import load_knowledge
from simulator.schema import TABLES
from simulator.world.world import World

Frames = Mapping[str, pl.DataFrame]
READ = (
    "encounter", "diagnosis", "lab_result", "vital_sign", "medication_order", "procedure", "settlement",
    "front_page", "front_page_diagnosis", "front_page_operation", "note", "patient", "hospital", "department", "staff",
)  # fmt: skip
"""Tables that documents are made from."""
TIME_LIMIT = pl.duration(hours=24)
"""By when an admission or an operation is to be recorded (病历书写基本规范, 2010: from memory)."""
VITALS = ("temperature", "heart_rate", "respiratory_rate", "systolic", "diastolic", "spo2", "weight_kg")
FEES = ("total", "general", "diagnosis", "treatment", "rehabilitation", "traditional", "western_drug",
        "traditional_drug", "blood", "consumable")  # fmt: skip


@dataclass(frozen=True)
class Source:
    """One portion of a world: its tables, until when it was simulated, its time zone, and whether it has notes."""

    tables: Frames
    until: dt.datetime
    zone: str
    noted: bool

    def stays(self) -> pl.DataFrame:
        """Inpatient stays that reached a bed."""
        return self.tables["encounter"].filter(pl.col("kind") == "inpatient", pl.col("admitted_at").is_not_null())


def source(world: World, tables: Frames) -> Source:
    """A portion of a world ready for its documents."""
    scenario = world.scenario
    end = dt.datetime.combine(scenario.start, dt.time(), scenario.calendar.zone) + dt.timedelta(days=scenario.days)
    hours = scenario.calendar.utc_offset_hours
    return Source(tables, end, f"Etc/GMT{-hours:+d}", "note" in world)


def admissions(source: Source) -> tuple[pl.DataFrame, dict[str, pl.DataFrame]]:
    """Admission records, at the time of their note; without notes a day after admission or at its end."""
    limit = pl.min_horizontal(pl.col("admitted_at") + TIME_LIMIT, pl.col("ended_at"))
    frame = _heads(source, "admission", source.stays(), "encounter_id", limit)
    vitals = _known(source, frame, "vital_sign", "measured_at").sort(KEY, "measured_at", maintain_order=True)
    tables = {
        "vitals": _measures(vitals.unique(KEY, keep="first", maintain_order=True)),
        "results": _results(source, frame),
        "diagnoses": _known(source, frame, "diagnosis", "diagnosed_at"),
        "drugs": _known(source, frame, "medication_order", "ordered_at"),
    }
    return frame.with_columns(pl.lit(None, pl.Datetime("us", "UTC")).alias("discharged_at")), tables


def operations(source: Source) -> tuple[pl.DataFrame, dict[str, pl.DataFrame]]:
    """Records of operations and of what was done by a catheter, with the diagnoses made before it began."""
    recorded = [one.zh for one in load_knowledge().procedures.values() if one.kind in {"surgery", "intervention"}]
    done = source.tables["procedure"].filter(pl.col("name_zh").cast(pl.String).is_in(recorded))
    acts = done.select(
        "procedure_id", "encounter_id", "doctor_id", "started_at", pl.col("ended_at").alias("finished_at")
    )
    stays = source.stays().drop("doctor_id")
    limit = pl.min_horizontal(pl.col("finished_at") + TIME_LIMIT, pl.col("ended_at"))
    frame = _heads(
        source, "operation", acts.join(stays, on="encounter_id", maintain_order="left"), "procedure_id", limit
    )
    diagnoses = _known(source, frame, "diagnosis", "diagnosed_at")
    return frame.with_columns(pl.lit(None, pl.Datetime("us", "UTC")).alias("discharged_at")), {
        "diagnoses": diagnoses.filter(pl.col("diagnosed_at") <= pl.col("started_at")),
        "procedures": frame.select(KEY, "procedure_id").join(done, on="procedure_id", maintain_order="left"),
    }


def discharges(source: Source) -> tuple[pl.DataFrame, dict[str, pl.DataFrame]]:
    """Discharge summaries of those who left alive: last results, all diagnoses, what was done, drugs to take home."""
    left = source.stays().filter(pl.col("ended_at").is_not_null() & (pl.col("outcome") != "died"))
    frame = _heads(source, "discharge", left, "encounter_id", pl.col("ended_at"))
    days = (_local(source, "ended_at").dt.date() - _local(source, "admitted_at").dt.date()).dt.total_days()
    home = _known(source, frame, "medication_order", "ordered_at").filter(pl.col("kind") == "discharge")
    tables = {
        "diagnoses": _known(source, frame, "diagnosis", "diagnosed_at"),
        "procedures": _known(source, frame, "procedure", "ended_at"),
        "results": _results(source, frame),
        "drugs": home,
    }
    return frame.with_columns(
        pl.max_horizontal(days, 1).alias("days"), pl.col("ended_at").alias("discharged_at")
    ), tables


def front_pages(source: Source) -> tuple[pl.DataFrame, dict[str, pl.DataFrame]]:
    """Front pages, at the time of the settlement."""
    page = source.tables["front_page"]
    stays = source.stays().select("encounter_id", "doctor_id", "hospital_id")
    settled = source.tables["settlement"].select("encounter_id", "settled_at")
    acts = page.join(stays, on="encounter_id", maintain_order="left").join(
        settled, on="encounter_id", how="left", maintain_order="left"
    )
    frame = _heads(source, "front_page", acts, "encounter_id", pl.max_horizontal("settled_at", "discharged_at"))
    frame = frame.with_columns(
        *_coded("insurance"), *_named("front_page", "admission_way"), *_named("front_page", "discharge_way")
    )
    key = frame.select(KEY, "front_page_id")
    diagnoses = source.tables["front_page_diagnosis"].join(key, on="front_page_id", maintain_order="left")
    operated = source.tables["front_page_operation"].join(key, on="front_page_id", maintain_order="left")
    fees = frame.select(KEY, *FEES).unpivot(index=KEY, variable_name="key", value_name="amount")
    names = pl.DataFrame([{"key": key, **_names(key), "code": element_code(key)} for key in FEES])
    return frame, {
        "page_diagnoses": diagnoses.with_columns(_named("front_page_diagnosis", "condition")),
        "page_operations": operated.with_columns(_named("front_page_operation", "kind")),
        "fees": fees.join(names, on="key", how="left", maintain_order="left"),
    }


KINDS: Mapping[str, Callable[[Source], tuple[pl.DataFrame, dict[str, pl.DataFrame]]]] = {
    "admission": admissions,
    "operation": operations,
    "discharge": discharges,
    "front_page": front_pages,
}
"""Kind of document -> what makes its content."""


def _heads(source: Source, kind: str, acts: pl.DataFrame, key: str, unnoted: pl.Expr) -> pl.DataFrame:
    """Who, where, by whom and when; acts: what the documents are about, `key` the id of each.

    A kind with notes is written when its note was, by its author; without notes at `unnoted`, by the doctor.
    """
    about = by_key("kinds", "kind")[kind]
    if source.noted and kind != "front_page":
        notes = source.tables["note"].filter(pl.col("kind") == kind)
        frame = acts.join(
            notes.select(
                pl.col("cause_id").alias(key), "note_id", "author_id", pl.col("written_at").alias("moment"),
                "text_zh", "text_en", pl.col("cause_id").alias("note_cause_id"),
            ),
            on=key, how="inner", maintain_order="left",
        )  # fmt: skip
    else:
        frame = acts.with_columns(
            unnoted.alias("moment"), pl.col("doctor_id").alias("author_id"),
            *(pl.lit(None, pl.Int64).alias(name) for name in ("note_id", "note_cause_id")),
            *(pl.lit(None, pl.String).alias(name) for name in ("text_zh", "text_en")),
        )  # fmt: skip
        frame = frame.filter(pl.col("moment") < source.until)
    frame = frame.filter(pl.col("author_id").is_not_null()).with_columns(
        pl.concat_str(pl.lit(f"{about['code']}-"), pl.col(key)).alias(KEY),
        pl.lit(kind).alias("kind"),
        *(pl.lit(about[name]).alias(f"kind_{name}") for name in ("code", "template", "zh", "en")),
        pl.col("moment").alias("at"),
    )
    return _people(source, frame.with_columns(_texts(kind)))


def _texts(kind: str) -> list[pl.Expr]:
    """The parts of a note that begin with a label of theirs, each in both languages."""
    return [
        pl.col(f"text_{language}").str.extract(rf"(?m)^{row[language]}{colon}(.*)$").alias(f"{row['key']}_{language}")
        for row in rows("note_labels")
        if row["kind"] == kind
        for language, colon in (("zh", "："), ("en", ": "))
    ]


def _people(source: Source, frame: pl.DataFrame) -> pl.DataFrame:
    """The columns of patient, author, department and hospital."""
    tables = source.tables
    patient = tables["patient"].drop("hospital_id", "insurance", "sex").with_columns(tables["patient"]["sex"])
    staff = tables["staff"].select(
        pl.col("staff_id").alias("author_id"), pl.col("name").alias("author_zh"), pl.col("name_en").alias("author_en")
    )
    hospital = tables["hospital"].select(
        "hospital_id", pl.col("name_zh").alias("hospital_zh"), pl.col("name_en").alias("hospital_en")
    )
    department = tables["department"].select(
        "department_id",
        pl.col("code").alias("department_code"),
        pl.col("name_zh").alias("department_zh"),
        pl.col("name_en").alias("department_en"),
    )
    frame = frame.drop("sex", strict=False)
    for other, on in (
        (patient, "patient_id"),
        (staff, "author_id"),
        (hospital, "hospital_id"),
        (department, "department_id"),
    ):
        frame = frame.join(other, on=on, how="left", maintain_order="left")
    return frame.with_columns(*_coded("sex"), pl.col("birth_date").dt.strftime("%Y%m%d"))


def _known(source: Source, frame: pl.DataFrame, table: str, time: str) -> pl.DataFrame:
    """The rows of a table about the documents' encounters that were there at the documents' time."""
    key = frame.select(KEY, "encounter_id", "moment", *(["started_at"] if "procedure_id" in frame.columns else []))
    found = key.join(source.tables[table], on="encounter_id", maintain_order="left", suffix="_row")
    return found.filter(pl.col(time) <= pl.col("moment"))


def _results(source: Source, frame: pl.DataFrame) -> pl.DataFrame:
    """The last result of each test."""
    found = _known(source, frame, "lab_result", "resulted_at").sort(KEY, "resulted_at", "lab_result_id")
    last = found.unique([KEY, "test_code"], keep="last", maintain_order=True)
    hospital = frame.select(KEY, "hospital_id")
    return last.join(hospital, on=KEY, maintain_order="left").with_columns(_named("lab_result", "flag"))


def _measures(signs: pl.DataFrame) -> pl.DataFrame:
    """One row for each measure that was taken: code, names, value as text and unit."""
    about = [
        {
            "measure": name,
            "code": element_code(name),
            "system": oid("elements" if by_key("data_elements")[name]["code"] else "own"),
            "loinc": column.loinc,
            "unit": column.unit,
            **_names(name),
        }
        for name in VITALS
        for column in [TABLES["vital_sign"][name]]
    ]
    values = signs.select(KEY, "vital_sign_id", "measured_at", *(pl.col(name).cast(pl.String) for name in VITALS))
    long = values.unpivot(index=[KEY, "vital_sign_id", "measured_at"], variable_name="measure")
    return long.drop_nulls("value").join(pl.DataFrame(about), on="measure", how="left", maintain_order="left")


def _names(key: str) -> dict[str, str]:
    return {language: by_key("data_elements")[key][language] for language in ("zh", "en")}


def _coded(name: str) -> list[pl.Expr]:
    """A value by the code of the standard, with its names."""
    found = [row for row in rows("codes") if row["of"] == name]
    return [
        pl.col(name).cast(pl.String).replace_strict({row["value"]: row[part] for row in found}).alias(f"{name}_{part}")
        for part in ("code", "zh", "en")
    ]


def _named(table: str, name: str) -> list[pl.Expr]:
    """A value that is the standard's code itself, with its names from the data dictionary."""
    values = TABLES[table][name].values or {}
    text = pl.col(name).cast(pl.String)
    names = {"zh": {key: zh for key, (zh, _) in values.items()}, "en": {key: en for key, (_, en) in values.items()}}
    return [
        text.alias(f"{name}_code"),
        *(text.replace_strict(map_, return_dtype=pl.String).alias(f"{name}_{part}") for part, map_ in names.items()),
    ]


def _local(source: Source, name: str) -> pl.Expr:
    return pl.col(name).dt.convert_time_zone(source.zone)

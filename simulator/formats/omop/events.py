"""The clinical tables of the CDM, each made from whole columns of the world's tables.

Ids stay what they are in the world; where one row becomes several (a set of vital signs, a note in two languages)
its id is followed by two digits.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from simulator.formats.format import Tables
from simulator.formats.omop.concepts import VITAL, Concepts
from simulator.schema import TABLES

EHR, GIVEN, PRESCRIBED, SELF = 32817, 32818, 32838, 32865
VISITS = {"inpatient": 9201, "outpatient": 9202, "emergency": 9203}
STATUS = {"main": 32902, "secondary": 32908}
NOTES = {"zh": 2_000_000_002, "en": 2_000_000_003}


@dataclass(frozen=True)
class Means:
    """What the makers need beside the tables: concepts, hours ahead of UTC, last moment of the world (local)."""

    concepts: Concepts
    offset: dt.timedelta
    last: pl.Expr

    def local(self, column: str) -> pl.Expr:
        """A moment on the hospital's own clock."""
        return pl.col(column).dt.replace_time_zone(None) + pl.lit(self.offset)

    def when(self, prefix: str, column: str, *, until: str | None = None) -> dict[str, pl.Expr]:
        """The CDM's pair of date and datetime; `until` names the prefix of an end that may be open."""
        moment = self.local(column)
        day = pl.coalesce(moment, self.last) if until else moment
        return {f"{prefix}_date": day.dt.date(), f"{prefix}_datetime": moment}


def _ids(key: str, cdm: str) -> dict[str, pl.Expr]:
    return {cdm: pl.col(key), "person_id": pl.col("patient_id"), "visit_occurrence_id": pl.col("encounter_id")}


def visits(tables: Tables, means: Means) -> pl.DataFrame:
    """Each encounter once."""
    of = means.concepts.of
    return tables["encounter"].select(
        visit_occurrence_id="encounter_id",
        person_id="patient_id",
        visit_concept_id=pl.col("kind").cast(pl.String).replace_strict(VISITS, return_dtype=pl.Int32),
        **means.when("visit_start", "registered_at"),
        **means.when("visit_end", "ended_at", until="visit_end"),
        visit_type_concept_id=EHR,
        provider_id="doctor_id",
        care_site_id="department_id",
        visit_source_value=pl.col("kind").cast(pl.String),
        visit_source_concept_id=0,
        admitted_from_concept_id=of("XL_ARRIVAL", "arrival_mode"),
        admitted_from_source_value="arrival_mode",
        discharged_to_concept_id=of("XL_OUTCOME", "outcome"),
        discharged_to_source_value="outcome",
        preceding_visit_occurrence_id="previous_encounter_id",
    )


def stays(tables: Tables, means: Means) -> pl.DataFrame:
    """Each bed stay once, as a part of its visit; the care site is the ward."""
    kinds = tables["ward"].select("ward_id", ward_kind="kind")
    before = pl.col("bed_stay_id").shift(1).over("encounter_id", order_by="started_at")
    return (
        tables["bed_stay"]
        .join(kinds, on="ward_id", how="left", maintain_order="left")
        .select(
            **_ids("bed_stay_id", "visit_detail_id"),
            visit_detail_concept_id=means.concepts.of("XL_WARD", "ward_kind"),
            **means.when("visit_detail_start", "started_at"),
            **means.when("visit_detail_end", "ended_at", until="visit_detail_end"),
            visit_detail_type_concept_id=EHR,
            care_site_id="ward_id",
            visit_detail_source_value=pl.col("bed_id").cast(pl.String),
            visit_detail_source_concept_id=0,
            admitted_from_source_value="reason",
            preceding_visit_detail_id=before,
        )
    )


def conditions(tables: Tables, means: Means) -> pl.DataFrame:
    """Each diagnosis once."""
    code = means.concepts.of("ICD10", "code")
    return tables["diagnosis"].select(
        **_ids("diagnosis_id", "condition_occurrence_id"),
        condition_concept_id=code,
        **means.when("condition_start", "diagnosed_at"),
        condition_type_concept_id=EHR,
        condition_status_concept_id=pl.col("role").cast(pl.String).replace_strict(STATUS, return_dtype=pl.Int32),
        provider_id="doctor_id",
        condition_source_value="code",
        condition_source_concept_id=code,
        condition_status_source_value=pl.col("rank").cast(pl.String),
    )


def drugs(tables: Tables, means: Means) -> pl.DataFrame:
    """Each drug order once, and each dose that was given once; the type concept tells them apart."""
    of = means.concepts.of
    orders = tables["medication_order"]
    drug = {
        "drug_concept_id": of("ATC", "atc"),
        "drug_source_value": pl.col("drug_code").cast(pl.String),
        "drug_source_concept_id": of("XL_DRUG", "drug_code"),
        "route_concept_id": of("XL_ROUTE", "route"),
        "route_source_value": pl.col("route").cast(pl.String),
        "dose_unit_source_value": pl.col("dose_unit").cast(pl.String),
    }
    ends = pl.coalesce(means.local("ends_at"), means.local("ordered_at") + pl.duration(days=pl.col("days")))
    prescribed = orders.select(
        **_ids("medication_order_id", "drug_exposure_id"),
        **means.when("drug_exposure_start", "ordered_at"),
        drug_exposure_end_date=ends.dt.date(),
        drug_exposure_end_datetime=means.local("ends_at"),
        verbatim_end_date=means.local("ends_at").dt.date(),
        drug_type_concept_id=pl.lit(PRESCRIBED),
        quantity=pl.col("quantity").cast(pl.Float64),
        days_supply="days",
        sig=pl.format("{} {} {}", pl.col("dose").cast(pl.Float64), "dose_unit", "frequency"),
        provider_id="doctor_id",
        **drug,
    )
    facts = orders.select("medication_order_id", "atc", "drug_code", "route")
    given = (
        tables["administration"]
        .filter(pl.col("status") == "given", pl.col("given_at").is_not_null())
        .join(facts, on="medication_order_id", how="left", maintain_order="left")
        .select(
            **_ids("administration_id", "drug_exposure_id"),
            **means.when("drug_exposure_start", "given_at"),
            **means.when("drug_exposure_end", "given_at"),
            drug_type_concept_id=pl.lit(GIVEN),
            quantity=pl.col("dose").cast(pl.Float64),
            provider_id="nurse_id",
            **drug,
        )
    )
    return pl.concat([prescribed, given], how="diagonal_relaxed")


def procedures(tables: Tables, means: Means) -> pl.DataFrame:
    """Each procedure and each imaging study once."""
    of = means.concepts.of
    done = tables["procedure"].select(
        **_ids("procedure_id", "procedure_occurrence_id"),
        procedure_concept_id=of("ICD9Proc", "code"),
        **means.when("procedure", "started_at"),
        **means.when("procedure_end", "ended_at"),
        procedure_type_concept_id=pl.lit(EHR),
        quantity=pl.lit(1),
        provider_id="doctor_id",
        procedure_source_value=pl.col("code").cast(pl.String),
        procedure_source_concept_id=of("ICD9Proc", "code"),
    )
    codes = tables["order"].select("order_id", "doctor_id", "code")
    images = (
        tables["imaging_study"]
        .join(codes, on="order_id", how="left", maintain_order="left")
        .select(
            **_ids("imaging_study_id", "procedure_occurrence_id"),
            procedure_concept_id=of("XL_ORDER", "code"),
            **means.when("procedure", "started_at"),
            procedure_type_concept_id=pl.lit(EHR),
            quantity=pl.lit(1),
            provider_id="doctor_id",
            procedure_source_value=pl.col("code").cast(pl.String),
            procedure_source_concept_id=of("XL_ORDER", "code"),
            modifier_source_value=pl.col("modality").cast(pl.String),
        )
    )
    return pl.concat([done, images], how="diagonal_relaxed")


def measurements(tables: Tables, means: Means) -> pl.DataFrame:
    """Laboratory results, readings at home, and each value of each set of vital signs."""
    return pl.concat(
        [_laboratory(tables, means), _home(tables, means), *_bedside(tables, means)], how="diagonal_relaxed"
    )


def _quantity(means: Means) -> dict[str, pl.Expr]:
    unit = means.concepts.of("UCUM", "unit")
    return {
        "value_as_number": pl.col("value").cast(pl.Float64),
        "unit_concept_id": unit,
        "unit_source_concept_id": unit,
        "unit_source_value": pl.col("unit").cast(pl.String),
        "range_low": pl.col("ref_low").cast(pl.Float64),
        "range_high": pl.col("ref_high").cast(pl.Float64),
    }


def _laboratory(tables: Tables, means: Means) -> pl.DataFrame:
    of = means.concepts.of
    return tables["lab_result"].select(
        **_ids("lab_result_id", "measurement_id"),
        measurement_concept_id=of("LOINC", "loinc"),
        **means.when("measurement", "collected_at"),
        measurement_type_concept_id=pl.lit(EHR),
        **_quantity(means),
        value_as_concept_id=of("XL_VALUE", "value_text"),
        value_source_value=pl.col("value_text").cast(pl.String),
        measurement_source_value=pl.col("test_code").cast(pl.String),
        measurement_source_concept_id=of("XL_LAB", "test_code"),
    )


def _home(tables: Tables, means: Means) -> pl.DataFrame:
    of = means.concepts.of
    measure = of("XL_HOME", "measure")
    loinc = of("LOINC", "loinc")
    return tables["home_reading"].select(
        **_ids("home_reading_id", "measurement_id"),
        measurement_concept_id=pl.when(loinc > 0).then(loinc).otherwise(measure),
        **means.when("measurement", "measured_at"),
        measurement_type_concept_id=pl.lit(SELF),
        **_quantity(means),
        measurement_source_value=pl.col("measure").cast(pl.String),
        measurement_source_concept_id=measure,
    )


def _bedside(tables: Tables, means: Means) -> list[pl.DataFrame]:
    of, frame = means.concepts.of, tables["vital_sign"]
    found = []
    columns = [column for column in TABLES["vital_sign"].columns if column.loinc or column.name == "news2"]
    for number, column in enumerate(columns, 1):
        ids = {**_ids("vital_sign_id", "measurement_id"), "measurement_id": pl.col("vital_sign_id") * 100 + number}
        code = of("LOINC", pl.lit(column.loinc)) if column.loinc else of(VITAL, pl.lit(column.name))
        text = column.values is not None
        value = pl.col(column.name)
        found.append(
            frame.filter(value.is_not_null()).select(
                **ids,
                measurement_concept_id=code,
                **means.when("measurement", "measured_at"),
                measurement_type_concept_id=pl.lit(EHR),
                value_as_number=pl.lit(None, pl.Float64) if text else value.cast(pl.Float64),
                value_as_concept_id=of("XL_AVPU", value) if text else pl.lit(None, pl.Int32),
                value_source_value=value.cast(pl.String) if text else pl.lit(None, pl.String),
                unit_concept_id=of("UCUM", pl.lit(column.unit, pl.String)),
                unit_source_value=pl.lit(column.unit, pl.String),
                measurement_source_value=pl.lit(column.name),
                measurement_source_concept_id=code,
            )
        )
    return found


def observations(tables: Tables, means: Means) -> pl.DataFrame:
    """Each chief complaint once."""
    return (
        tables["encounter"]
        .filter(pl.col("complaint_en").is_not_null())
        .select(
            **_ids("encounter_id", "observation_id"),
            observation_concept_id=2_000_000_005,
            **means.when("observation", "registered_at"),
            observation_type_concept_id=EHR,
            value_as_string="complaint_en",
            observation_source_value="complaint_zh",
        )
    )


def specimens(tables: Tables, means: Means) -> pl.DataFrame:
    """One specimen for each order and kind of specimen; its id is that of the first result from it."""
    return (
        tables["lab_result"]
        .group_by("order_id", "specimen", maintain_order=True)
        .agg(pl.col("lab_result_id", "patient_id", "collected_at").first())
        .select(
            specimen_id="lab_result_id",
            person_id="patient_id",
            specimen_concept_id=means.concepts.of("XL_SPECIMEN", "specimen"),
            specimen_type_concept_id=EHR,
            **means.when("specimen", "collected_at"),
            specimen_source_id=pl.col("order_id").cast(pl.String),
            specimen_source_value="specimen",
        )
    )


def devices(tables: Tables, means: Means) -> pl.DataFrame:
    """Each device at home once, from its first reading to its last."""
    programmes = tables["home_enrolment"].select("home_enrolment_id", "programme")
    return (
        tables["home_reading"]
        .group_by("home_enrolment_id", "encounter_id", "patient_id", "device", maintain_order=True)
        .agg(pl.col("home_reading_id").first(), first=pl.col("measured_at").min(), last=pl.col("measured_at").max())
        .join(programmes, on="home_enrolment_id", how="left", maintain_order="left")
        .select(
            **_ids("home_reading_id", "device_exposure_id"),
            device_concept_id=means.concepts.of("XL_HOME_DEVICE", "programme"),
            **means.when("device_exposure_start", "first"),
            **means.when("device_exposure_end", "last"),
            device_type_concept_id=EHR,
            unique_device_id="device",
            quantity=1,
            device_source_value="programme",
        )
    )


def deaths(tables: Tables, means: Means) -> pl.DataFrame:
    """Each death in hospital once, with the main diagnosis of its encounter as the cause."""
    main = tables["diagnosis"].filter(pl.col("rank") == 1).select("encounter_id", "code")
    return (
        tables["encounter"]
        .filter(pl.col("outcome") == "died")
        .join(main, on="encounter_id", how="left", maintain_order="left")
        .select(
            person_id="patient_id",
            **means.when("death", "ended_at"),
            death_type_concept_id=EHR,
            cause_concept_id=means.concepts.of("ICD10", "code"),
            cause_source_value="code",
            cause_source_concept_id=means.concepts.of("ICD10", "code"),
        )
    )


def notes(tables: Tables, means: Means) -> pl.DataFrame:
    """Each note twice: in Chinese (its id and 01) and in English (02)."""
    if "note" not in tables:
        return pl.DataFrame()
    pieces = [
        tables["note"].select(
            **{**_ids("note_id", "note_id"), "note_id": pl.col("note_id") * 100 + number},
            **means.when("note", "written_at"),
            note_type_concept_id=pl.lit(EHR),
            note_class_concept_id=means.concepts.of("XL_NOTE", "kind"),
            note_title=pl.col("kind").cast(pl.String),
            note_text=f"text_{language}",
            encoding_concept_id=pl.lit(2_000_000_004),
            language_concept_id=pl.lit(concept),
            provider_id="author_id",
            note_source_value=pl.lit(language),
        )
        for number, (language, concept) in enumerate(NOTES.items(), 1)
    ]
    return pl.concat(pieces)


def costs(tables: Tables, means: Means) -> pl.DataFrame:
    """Each charge once (total_charge) and each settlement once (what was paid, and by whom)."""
    shared = {
        "cost_event_id": pl.col("encounter_id"),
        "cost_domain_id": pl.lit("Visit"),
        "currency_concept_id": pl.lit(2_000_000_001),
        "payer_plan_period_id": pl.col("patient_id"),
    }
    charges = tables["charge"].select(
        cost_id="charge_id",
        cost_type_concept_id=pl.lit(EHR),
        total_charge="amount",
        revenue_code_concept_id=means.concepts.of("XL_CHARGE", "category"),
        revenue_code_source_value=pl.col("code").cast(pl.String),
        **shared,
    )
    paid = tables["settlement"].select(
        cost_id="settlement_id",
        cost_type_concept_id=pl.lit(2_000_000_009),
        total_paid="total",
        paid_by_payer="insurance_paid",
        paid_by_patient="patient_paid",
        paid_patient_deductible="deductible",
        **shared,
    )
    return pl.concat([charges, paid], how="diagonal_relaxed")


MAKERS: Mapping[str, Callable[[Tables, Means], pl.DataFrame]] = {
    "visit_occurrence": visits,
    "visit_detail": stays,
    "condition_occurrence": conditions,
    "drug_exposure": drugs,
    "procedure_occurrence": procedures,
    "measurement": measurements,
    "observation": observations,
    "device_exposure": devices,
    "specimen": specimens,
    "death": deaths,
    "note": notes,
    "cost": costs,
}
"""CDM table -> its maker."""

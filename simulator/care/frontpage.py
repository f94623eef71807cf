"""Front pages of the record (病案首页): what a finished stay comes to, from the tables of that stay alone."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from simulator.arrays import DAY, HOUR, Ints, Rng, enum
from simulator.care.cases import Cases
from simulator.care.encounters import moments
from simulator.care.lines import Lines
from simulator.care.pricelist import GROUPS
from simulator.care.rules import EMERGENCY, INPATIENT
from simulator.care.site import Site
from simulator.knowledge import Knowledge
from simulator.payment.dip import group_dip
from simulator.payment.drg import group_drg
from simulator.schema import TABLES, values

SETTLED_IN = pl.duration(hours=24)
"""A complication noted later than this after admission arose in hospital."""
FEN = 100
VENTILATION = ("96.71", "96.72")
WAYS_OUT = {"home": "1", "transferred": "2", "referred": "2", "against_advice": "4", "died": "5"}
LONG_STANDING = TABLES["condition"].number
PRESENT, UNCERTAIN, ARISEN = "1", "2", "4"


@dataclass(frozen=True)
class Reportable:
    """Which procedures stand on a front page: code -> (rank, whether an operation); the lowest rank is the main one."""

    ranks: Mapping[str, int]
    operative: frozenset[str]


def reportable(knowledge: Knowledge) -> Reportable:
    """Operations before other procedures, the dearer before the cheaper; bedside care only if it decides a group."""
    known = [one for one in knowledge.procedures.values() if one.icd9]
    kept = [one for one in known if one.kind in {"surgery", "intervention"} or one.icd9 in knowledge.payment.reported]
    codes = {one.icd9: [other.theatre for other in known if other.icd9 == one.icd9] for one in kept}
    operative = frozenset(str(code) for code, theatre in codes.items() if all(theatre))
    ordered = sorted(kept, key=lambda one: (one.icd9 not in operative, -one.price))
    ranks: dict[str, int] = {}
    for n, one in enumerate(ordered):
        ranks.setdefault(str(one.icd9), n)
    return Reportable(ranks, operative)


def front_pages(
    site: Site, cases: Cases, tables: Mapping[str, pl.DataFrame], lines: Lines, rng: Rng
) -> dict[str, pl.DataFrame]:
    """The three tables of the front page; tables: encounter, diagnosis, procedure and bed_stay of the same cases."""
    rows = np.flatnonzero((cases.kind == INPATIENT) & (cases.admitted >= 0) & (cases.end < site.clock.end))
    about = reportable(site.knowledge)
    page = _page(site, cases, rows, tables["encounter"])
    key = page.select("front_page_id", "encounter_id", "patient_id", "admitted_at")
    diagnoses = _diagnoses(site, key, tables["diagnosis"], rng)
    operations = _operations(site, key, tables["procedure"], about)
    page = (
        page.with_columns(_charges(site, lines, len(cases), rows))
        .join(_main_diagnosis(diagnoses), on="encounter_id", how="left", maintain_order="left")
        .join(_main_operation(operations), on="encounter_id", how="left", maintain_order="left")
        .join(_intensive(site, key, tables["bed_stay"]), on="encounter_id", how="left", maintain_order="left")
        .join(_ventilated(key, tables["procedure"]), on="encounter_id", how="left", maintain_order="left")
        .with_columns(
            pl.col("operations").fill_null(0).cast(pl.Int16),
            pl.col("intensive_h", "ventilator_h").fill_null(0).cast(pl.Float32),
        )
    )
    return {
        "front_page": _grouped(page, diagnoses, operations, site.knowledge, about),
        "front_page_diagnosis": diagnoses,
        "front_page_operation": operations,
    }


def _page(site: Site, cases: Cases, rows: Ints, encounter: pl.DataFrame) -> pl.DataFrame:
    """Who, when, from where and whereto."""
    ids = site.ids("encounter", rows)
    outcome = encounter["outcome"].gather(rows).cast(pl.String)
    days = np.maximum(cases.end[rows] // DAY - cases.admitted[rows] // DAY, 1)
    return pl.DataFrame(
        {
            "front_page_id": site.ids("front_page", np.arange(len(rows))),
            "encounter_id": ids,
            "patient_id": cases.patient_id[rows],
            "department_id": site.ids("department", cases.department[rows]),
            "sex": enum(cases.female[rows].astype(np.int64), tuple(values.SEX)),
            "age_years": cases.age[rows].astype(np.int16),
            "insurance": enum(cases.insurance[rows], tuple(values.INSURANCE)),
            "stay_number": cases.stay_number[rows].astype(np.int16),
            "admission_way": enum((cases.via[rows] != EMERGENCY).astype(np.int64), tuple(values.ADMISSION_WAY)),
            "admitted_at": moments(site.clock, cases.admitted[rows]),
            "discharged_at": moments(site.clock, cases.end[rows]),
            "days": days.astype(np.int16),
            "discharge_way": outcome.replace_strict(
                WAYS_OUT, default="9", return_dtype=pl.Enum(list(values.DISCHARGE_WAY))
            ),
            "cause_id": ids,
        }
    )


def _charges(site: Site, lines: Lines, cases: int, rows: Ints) -> list[pl.Series]:
    """The total and what of it falls into each group, CNY."""
    where = lines.case * len(GROUPS) + site.prices.group[lines.item]
    fen = np.bincount(where, lines.quantity * site.prices.fen[lines.item], minlength=cases * len(GROUPS))
    table = fen.reshape(-1, len(GROUPS))[rows].astype(np.int64)
    groups = [pl.Series(name, table[:, n] / FEN) for n, name in enumerate(GROUPS)]
    return [pl.Series("total", table.sum(axis=1) / FEN), *groups]


def _diagnoses(site: Site, key: pl.DataFrame, diagnosis: pl.DataFrame, rng: Rng) -> pl.DataFrame:
    """The diagnoses with what was known of them at admission."""
    found = key.drop("patient_id").join(diagnosis, on="encounter_id", how="inner").sort("encounter_id", "rank")
    doubtful = pl.Series(rng.random(len(found)) < site.knowledge.payment.figure("uncertain"))
    first = pl.col("rank") == 1
    arisen = (pl.col("cause_id") // 10**12 != LONG_STANDING) & ~first
    arisen &= pl.col("diagnosed_at") > pl.col("admitted_at") + SETTLED_IN
    condition = (
        pl.when(first & doubtful)
        .then(pl.lit(UNCERTAIN))
        .when(arisen)
        .then(pl.lit(ARISEN))
        .otherwise(pl.lit(PRESENT))
        .cast(pl.Enum(list(values.ADMISSION_CONDITION)))
    )
    return found.select(
        pl.Series("front_page_diagnosis_id", site.ids("front_page_diagnosis", np.arange(len(found)))),
        "front_page_id", "encounter_id", "patient_id", "rank", "code", "name_zh", "name_en",
        condition.alias("condition"),
        pl.col("diagnosis_id").alias("cause_id"),
    )  # fmt: skip


def _main_diagnosis(diagnoses: pl.DataFrame) -> pl.DataFrame:
    """The main diagnosis of each page, and how many others there are."""
    first = diagnoses.filter(pl.col("rank") == 1)
    names = {"code": "main_code", "name_zh": "main_zh", "name_en": "main_en", "condition": "main_condition"}
    others = diagnoses.group_by("encounter_id").agg((pl.len() - 1).cast(pl.Int16).alias("other_diagnoses"))
    return first.select("encounter_id", *names).rename(names).join(others, on="encounter_id", how="left")


def _operations(site: Site, key: pl.DataFrame, procedure: pl.DataFrame, about: Reportable) -> pl.DataFrame:
    """Operations and procedures in order of weight, each code once, the first time it was done."""
    code = pl.col("code").cast(pl.String)
    found = (
        key.drop("patient_id", "admitted_at")
        .join(procedure, on="encounter_id", how="inner")
        .filter(code.is_in(list(about.ranks)))
        .with_columns(order=code.replace_strict(about.ranks, return_dtype=pl.Int64))
        .sort("encounter_id", "order", "started_at")
        .unique(["encounter_id", "order"], keep="first", maintain_order=True)
        .with_columns(rank=pl.int_range(1, pl.len() + 1).over("encounter_id").cast(pl.Int16))
    )
    kind = pl.when(code.is_in(sorted(about.operative))).then(pl.lit("operation")).otherwise(pl.lit("procedure"))
    return found.select(
        pl.Series("front_page_operation_id", site.ids("front_page_operation", np.arange(len(found)))),
        "front_page_id", "encounter_id", "patient_id", "rank", "code", "name_zh", "name_en",
        kind.cast(pl.Enum(list(values.OPERATION_KIND))).alias("kind"),
        "started_at",
        pl.col("procedure_id").alias("cause_id"),
    )  # fmt: skip


def _main_operation(operations: pl.DataFrame) -> pl.DataFrame:
    """The main operation of each page that has one, and how many there are."""
    names = {
        "code": "operation_code",
        "name_zh": "operation_zh",
        "name_en": "operation_en",
        "started_at": "operated_at",
    }
    first = operations.filter(pl.col("rank") == 1).select("encounter_id", *names).rename(names)
    count = operations.group_by("encounter_id").agg(pl.len().alias("operations"))
    return first.join(count, on="encounter_id", how="left")


def _intensive(site: Site, key: pl.DataFrame, bed_stay: pl.DataFrame) -> pl.DataFrame:
    """Hours in intensive care of each page that has any."""
    wards = np.flatnonzero([ward.kind == "intensive" for ward in site.registry.hospital.wards])
    there = bed_stay.filter(pl.col("ward_id").is_in(site.ids("ward", wards).tolist()))
    return _hours(there.join(key, on="encounter_id", how="semi"), "intensive_h")


def _ventilated(key: pl.DataFrame, procedure: pl.DataFrame) -> pl.DataFrame:
    """Hours on a ventilator of each page that has any."""
    there = procedure.filter(pl.col("code").cast(pl.String).is_in(VENTILATION))
    return _hours(there.join(key, on="encounter_id", how="semi"), "ventilator_h")


def _hours(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    seconds = (pl.col("ended_at") - pl.col("started_at")).dt.total_seconds().sum()
    return rows.group_by("encounter_id").agg((seconds / HOUR).alias(name))


def _grouped(
    page: pl.DataFrame, diagnoses: pl.DataFrame, operations: pl.DataFrame, knowledge: Knowledge, about: Reportable
) -> pl.DataFrame:
    """The pages with their groups."""
    others = diagnoses.filter(pl.col("rank") > 1)
    drg = group_drg(page, others, operations, knowledge.payment, about.operative)
    dip = group_dip(page, knowledge.payment, about.operative)
    return page.with_columns(
        drg["drg_code"].cast(pl.Categorical),
        drg["drg_weight"],
        dip["dip_code"].cast(pl.Categorical),
        dip["dip_score"],
    )

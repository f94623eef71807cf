"""The blocks of the settlement list, each a frame whose columns are named table.column as fields.csv names them."""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import polars as pl

from simulator.knowledge import Knowledge, load_knowledge

HERE = Path(__file__).parent
READ = (
    "encounter", "front_page", "front_page_diagnosis", "front_page_operation", "settlement", "charge", "procedure",
    "bed_stay", "patient", "hospital", "department", "staff", "ward",
)  # fmt: skip
"""Tables that the list is made from."""
STAY = "encounter_id"
BLOCKS = ("setlinfo", "diseinfo", "oprninfo", "icuinfo", "iteminfo", "payinfo")
"""The blocks of one list, the first of them one row, named as in the national interface (from memory)."""
Frames = Mapping[str, pl.DataFrame]


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """The rows of one of the data files beside this one."""
    with (HERE / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return tuple(csv.DictReader(stream))


@cache
def codes(of: str) -> Mapping[str, str]:
    """Value of the data dictionary -> code of the list."""
    return {row["value"]: row["code"] for row in rows("codes") if row["of"] == of}


def blocks(tables: Frames) -> dict[str, pl.DataFrame]:
    """The blocks of all inpatients in these tables who have left and settled; rows in order of stay and rank."""
    stays = _stays(tables)
    about = {
        "setlinfo": stays,
        "diseinfo": _diagnoses(tables),
        "oprninfo": _operations(tables),
        "icuinfo": _intensive(tables),
        "iteminfo": fees(tables["charge"], load_knowledge()),
        "payinfo": _payments(stays),
    }
    mine = stays.select(STAY)
    return {name: frame.join(mine, on=STAY, how="semi", maintain_order="left") for name, frame in about.items()}


def _named(tables: Frames, name: str) -> pl.DataFrame:
    return tables[name].select(pl.all().name.prefix(f"{name}."))


def _stays(tables: Frames) -> pl.DataFrame:
    """One row for each settled stay with a front page."""
    frame = _named(tables, "front_page")
    others = (
        ("settlement", "front_page.encounter_id", "settlement.encounter_id", "inner"),
        ("encounter", "front_page.encounter_id", "encounter.encounter_id", "inner"),
        ("patient", "front_page.patient_id", "patient.patient_id", "left"),
        ("hospital", "encounter.hospital_id", "hospital.hospital_id", "left"),
        ("department", "front_page.department_id", "department.department_id", "left"),
        ("staff", "encounter.doctor_id", "staff.staff_id", "left"),
    )
    for name, left, right, how in others:
        other = _named(tables, name)
        frame = frame.join(other, left_on=left, right_on=right, how=how, coalesce=False, maintain_order="left")  # type: ignore[arg-type]
    ownpay = pl.col("settlement.class_c")
    return frame.with_columns(
        pl.col("front_page.encounter_id").alias(STAY),
        (pl.col("front_page.other_diagnoses") + 1).alias("derived.diagnoses"),
        pl.col("front_page.operations").alias("derived.operations"),
        (pl.col("settlement.patient_paid") - ownpay).round(2).alias("derived.selfpay"),
        ownpay.alias("derived.ownpay"),
    )


def _diagnoses(tables: Frames) -> pl.DataFrame:
    frame = _named(tables, "front_page_diagnosis")
    return frame.with_columns(
        pl.col("front_page_diagnosis.encounter_id").alias(STAY), _main("front_page_diagnosis.rank")
    ).sort(STAY, "front_page_diagnosis.rank")


def _operations(tables: Frames) -> pl.DataFrame:
    frame = _named(tables, "front_page_operation").join(
        _named(tables, "procedure"),
        left_on="front_page_operation.cause_id", right_on="procedure.procedure_id", how="left", maintain_order="left",
    )  # fmt: skip
    frame = frame.join(_named(tables, "staff"), left_on="procedure.doctor_id", right_on="staff.staff_id", how="left")
    return frame.with_columns(
        pl.col("front_page_operation.encounter_id").alias(STAY), _main("front_page_operation.rank")
    ).sort(STAY, "front_page_operation.rank")


def _main(rank: str) -> pl.Expr:
    return pl.when(pl.col(rank) == 1).then(pl.lit("1")).otherwise(pl.lit("2")).alias("derived.type")


def _intensive(tables: Frames) -> pl.DataFrame:
    units = _named(tables, "ward").filter(pl.col("ward.kind") == "intensive")
    frame = _named(tables, "bed_stay").join(units, left_on="bed_stay.ward_id", right_on="ward.ward_id")
    hours = (pl.col("bed_stay.ended_at") - pl.col("bed_stay.started_at")).dt.total_seconds() / 3600
    return frame.with_columns(pl.col("bed_stay.encounter_id").alias(STAY), hours.round(2).alias("derived.hours")).sort(
        STAY, "bed_stay.started_at"
    )


def fees(charges: pl.DataFrame, knowledge: Knowledge) -> pl.DataFrame:
    """The charges of each stay by class of fees and by class of the insurance's catalogue, CNY to the fen."""
    found = charges.select(
        STAY, pl.col("category").cast(pl.String), pl.col("code").cast(pl.String), (pl.col("amount") * 100).round()
    ).join(_items(charges, knowledge), on=["category", "code"], how="left", maintain_order="left")
    parts = {"amount": pl.col("amount")}
    parts |= {f"class_{one.lower()}": pl.col("amount").filter(pl.col("catalogue") == one) for one in "ABC"}
    names = pl.DataFrame(rows("fee_classes")).select(
        pl.col("code").alias("fee.class"),
        pl.col("zh").alias("derived.class_zh"),
        pl.col("en").alias("derived.class_en"),
    )
    return (
        found.group_by(STAY, "fee.class")
        .agg((part.sum() / 100).alias(f"fee.{name}") for name, part in parts.items())
        .join(names, on="fee.class", how="left")
        .with_columns(pl.lit(0.0).alias("derived.other"))
        .sort(STAY, "fee.class")
    )


def _items(charges: pl.DataFrame, knowledge: Knowledge) -> pl.DataFrame:
    """Category and code of what was charged -> class of fees, class of the insurance's catalogue."""
    items = {row["name"]: row["code"] for row in rows("fee_classes") if row["of"] == "item"}
    categories = {row["name"]: row["code"] for row in rows("fee_classes") if row["of"] == "category"}
    known = charges.select(pl.col("category", "code").cast(pl.String)).unique()
    lines = [
        (category, code, items.get(code, categories[category]), _catalogue(category, code, knowledge))
        for category, code in known.iter_rows()
    ]
    schema = {"category": pl.String, "code": pl.String, "fee.class": pl.String, "catalogue": pl.String}
    return pl.DataFrame(lines, schema=schema, orient="row")


def _catalogue(category: str, code: str, knowledge: Knowledge) -> str:
    """Class A, B or C: stated of the item, else of its kind of drug or image, else of its category."""
    keys = [("item", code)]
    if category == "drug" and code in knowledge.drugs:
        keys.append(("drug_class", knowledge.drugs[code].drug_class))
    if category == "imaging" and code in knowledge.imaging:
        keys.append(("imaging", knowledge.imaging[code].modality))
    items = knowledge.payment.items
    return next(items[key].item_class for key in (*keys, ("category", category)) if key in items)


def _payments(stays: pl.DataFrame) -> pl.DataFrame:
    """What the fund of the insurance paid, where it paid anything."""
    paid = stays.filter(pl.col("settlement.insurance_paid") > 0)
    fund = pl.col("settlement.insurance")
    return paid.select(STAY, fund.alias("derived.fund"), pl.col("settlement.insurance_paid").alias("derived.paid"))

"""Who the patients of some encounters are: what a writer learns by looking and asking, by encounter."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from simulator.care.complaints import NONE
from simulator.notes.lots import Lot, lot
from simulator.notes.phrases import Phrases
from simulator.notes.scene import INFANT, Who

MONTH_D = 30.44
NEWBORN_D, MONTHS_UNTIL_D = 28, 730
MOST_SYMPTOMS = 4


def people(tables: Mapping[str, pl.DataFrame], phrases: Phrases, salt: int) -> dict[int, Who]:
    """Encounter -> who it is."""
    held = tables["condition"].group_by("person_id").agg(held=pl.col("disease").cast(pl.String))
    frame = (
        tables["encounter"]
        .select("encounter_id", "patient_id", "age_years", "registered_at", "complaint_zh", episode_id="cause_id")
        .join(
            tables["patient"].select(
                "patient_id", "mrn", "name", "name_en", "sex", "birth_date", "district", "district_en"
            ),
            on="patient_id",
        )
        .join(tables["linkage"].select("patient_id", "person_id"), on="patient_id")
        .join(tables["person"].select("person_id", "smoker"), on="person_id")
        .join(tables["episode"].select("episode_id", "disease"), on="episode_id")
        .join(held, on="person_id", how="left")
        .with_columns(days=(pl.col("registered_at").dt.date() - pl.col("birth_date")).dt.total_days())
    )
    return {row["encounter_id"]: _who(row, phrases, salt) for row in frame.iter_rows(named=True)}


def _who(row: Mapping[str, Any], phrases: Phrases, salt: int) -> Who:
    told = phrases.complaints.get(row["complaint_zh"])
    infant = row["age_years"] < INFANT
    return Who(
        person=row["person_id"],
        sex=row["sex"],
        age=row["age_years"],
        age_words=age_words(row["age_years"], row["days"]),
        name=(row["name"], row["name_en"]),
        place=(row["district"], row["district_en"]),
        record=row["mrn"],
        smoker=row["smoker"],
        episode=row["episode_id"],
        disease=row["disease"],
        conditions=frozenset(row["held"] or ()),
        symptoms=_symptoms(phrases, row["disease"], told[0], infant=infant, draws=lot(salt, row["episode_id"]))
        if told
        else (),
    )


def _symptoms(phrases: Phrases, disease: str, main: str, *, infant: bool, draws: Lot) -> tuple[str, ...]:
    """Symptoms of an episode: the complaint first, then those that this patient happens to have as well.

    Of an infant only what can be seen.
    """
    found, seen = [main], phrases.words["seen_in_infants"]
    for symptom, share in phrases.knowledge.diseases[disease].symptoms.items():
        has = draws.share() < share
        if has and symptom not in {main, NONE} and len(found) < MOST_SYMPTOMS and (not infant or symptom in seen):
            found.append(symptom)
    return tuple(found)


def age_words(years: int, days: int) -> tuple[str, str]:
    """Age as it is said: days for a newborn, months until the second birthday, then years."""
    if days < NEWBORN_D:
        return f"{days}天", f"{days} days old"
    if days < MONTHS_UNTIL_D:
        months = max(1, int(days / MONTH_D))
        return f"{months}个月", f"{months} month{'s' if months > 1 else ''} old"
    return f"{years}岁", f"{years} years old"

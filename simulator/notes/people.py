"""Who the patients of some encounters are: what a writer learns by looking and asking, by encounter."""

from collections.abc import Mapping

import polars as pl

from simulator.care.complaints import NONE
from simulator.knowledge import Knowledge
from simulator.notes.lots import lot
from simulator.notes.phrases import Phrases
from simulator.notes.scene import Who

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


def _who(row: Mapping[str, object], phrases: Phrases, salt: int) -> Who:
    disease, age = str(row["disease"]), int(row["age_years"])  # type: ignore[call-overload]  # a number
    told = phrases.complaints.get(str(row["complaint_zh"]))
    return Who(
        person=int(row["person_id"]),  # type: ignore[call-overload]  # a number
        sex=str(row["sex"]),
        age=age,
        age_words=age_words(age, int(row["days"])),  # type: ignore[call-overload]  # a number
        name=(str(row["name"]), str(row["name_en"])),
        place=(str(row["district"]), str(row["district_en"])),
        record=str(row["mrn"]),
        smoker=bool(row["smoker"]),
        episode=int(row["episode_id"]),  # type: ignore[call-overload]  # a number
        disease=disease,
        conditions=frozenset(row["held"] or ()),  # type: ignore[call-overload]  # a list of names
        symptoms=_symptoms(phrases.knowledge, disease, told[0] if told else None, lot(salt, int(row["episode_id"]))),  # type: ignore[call-overload]  # a number
    )


def _symptoms(knowledge: Knowledge, disease: str, main: str | None, draws: object) -> tuple[str, ...]:
    """Symptoms of an episode: the complaint first, then those that this patient happens to have as well."""
    if main is None:
        return ()
    found = [main]
    for symptom, share in knowledge.diseases[disease].symptoms.items():
        has = draws.share() < share  # type: ignore[attr-defined]
        if has and symptom not in {main, NONE} and len(found) < MOST_SYMPTOMS:
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

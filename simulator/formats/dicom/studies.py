"""The imaging studies of a portion with all that their files say: the rows that one study is written from."""

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from simulator.knowledge import Knowledge

NAMES = ("imaging_study", "encounter", "order", "patient", "hospital", "staff", "vital_sign", "note")
"""The tables that it takes."""
Study = Mapping[str, Any]
"""One study: the columns of imaging_study and those of its patient, order, hospital and author."""


def studies(tables: Mapping[str, pl.DataFrame]) -> Iterator[Study]:
    """The studies in the order of the table."""
    images = tables["imaging_study"]
    staff = tables["staff"].select("staff_id", "name", "name_en")
    doctor = staff.rename({"staff_id": "doctor_id", "name": "doctor", "name_en": "doctor_en"})
    patient = tables["patient"].select(
        "patient_id",
        "hospital_id",
        "mrn",
        "id_number",
        "sex",
        "birth_date",
        "phone",
        patient="name",
        patient_en="name_en",
    )
    hospital = tables["hospital"].select("hospital_id", hospital="name_zh", hospital_en="name_en")
    weights = tables["vital_sign"].drop_nulls("weight_kg").group_by("encounter_id").agg(pl.col("weight_kg").first())
    joined = (
        images.join(tables["order"].select("order_id", "doctor_id"), on="order_id", how="left")
        .join(doctor, on="doctor_id", how="left")
        .join(patient, on="patient_id", how="left")
        .join(hospital, on="hospital_id", how="left")
        .join(weights, on="encounter_id", how="left")
        .join(_reports(tables, staff), on="imaging_study_id", how="left")
        .sort("imaging_study_id")
    )
    return joined.iter_rows(named=True)


def _reports(tables: Mapping[str, pl.DataFrame], staff: pl.DataFrame) -> pl.DataFrame:
    """Texts and authors of the reports, where the world has notes."""
    columns = ("imaging_study_id", "text_zh", "text_en", "author", "author_en")
    if "note" not in tables:
        return pl.DataFrame(schema={columns[0]: pl.Int64, **dict.fromkeys(columns[1:], pl.String)})
    notes = tables["note"].filter(pl.col("kind") == "imaging")
    author = staff.rename({"staff_id": "author_id", "name": "author", "name_en": "author_en"})
    return notes.rename({"cause_id": columns[0]}).join(author, on="author_id", how="left").select(columns)


class Names:
    """From the Chinese texts of the records to the keys of the knowledge."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._exams = {one.zh: key for key, one in knowledge.imaging.items()}
        self._findings = {
            key: {found.zh: name for name, found in one.findings.items()} for key, one in knowledge.imaging.items()
        }

    def exam(self, study: Study) -> str | None:
        """Which examination of the knowledge it is."""
        return self._exams.get(study["name_zh"])

    def finding(self, study: Study) -> str | None:
        """What it shows; None if it shows nothing, or something that the knowledge does not have."""
        exam = self.exam(study)
        return self._findings[exam].get(study["conclusion_zh"]) if exam else None

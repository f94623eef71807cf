"""DocumentReference: the notes, in both languages."""

import polars as pl

from simulator.formats.fhir.frames import Frames
from simulator.formats.fhir.json_text import Node, Raw, T, rendered
from simulator.formats.fhir.vocabulary import concepts, mapped, reference
from simulator.schema.notes import NOTE_KIND


def documents(frames: Frames) -> pl.Series:
    """Clinical notes as plain text in base64, one attachment for each language."""
    notes = frames.raw("note").with_columns(pl.col("text_zh", "text_en").str.encode("base64"))
    rows = frames.text(notes).with_columns(mapped("kind", concepts("note-kind", NOTE_KIND)))
    return rows.select(
        rendered(
            {
                "resourceType": "DocumentReference",
                "id": T("{note_id}"),
                "status": "current",
                "docStatus": "final",
                "type": Raw("kind"),
                "subject": reference("Patient", "patient_id"),
                "date": T("{written_at}"),
                "author": [reference("Practitioner", "author_id")],
                "content": [_attachment("zh-CN", "{text_zh}"), _attachment("en", "{text_en}")],
                "context": {"encounter": [reference("Encounter", "encounter_id")]},
            }
        ).alias("json")
    )["json"]


def _attachment(language: str, data: str) -> Node:
    return {"attachment": {"contentType": "text/plain;charset=utf-8", "language": language, "data": T(data)}}

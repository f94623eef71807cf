"""The structured report of a study: what the record says of it, in Chinese and in English (Basic Text SR)."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from simulator.formats.dicom.headers import date, person_name, request, study_uid, time
from simulator.formats.dicom.rules import SR_CLASS, code
from simulator.formats.dicom.studies import Study
from simulator.schema.values import IMAGING_RESULT

LANGUAGES = ("zh", "en")
Written = tuple[str, str, Sequence[str]]
"""A series: class of its objects, its identifier, theirs."""


def report(study: Study, images: Sequence[Written], zone: dt.timezone) -> dict[str, Any]:
    """The report's own attributes; images: SOP class, series and instances of each series that it speaks of."""
    reported = study["reported_at"].astimezone(zone)
    author = person_name(study["author"], study["author_en"])
    return {
        "SOPClassUID": SR_CLASS,
        "InstanceCreationDate": date(reported),
        "InstanceCreationTime": time(reported),
        "ContentDate": date(reported),
        "ContentTime": time(reported),
        "CompletionFlag": "COMPLETE",
        "ReferencedPerformedProcedureStepSequence": [],
        "ReferencedRequestSequence": [_request(study)],
        "PerformedProcedureCodeSequence": [],
        **_verification(study, author, reported),
        "CurrentRequestedProcedureEvidenceSequence": _evidence(images, study),
        "ValueType": "CONTAINER",
        "ConceptNameCodeSequence": [code("title")],
        "ContinuityOfContent": "SEPARATE",
        "ContentSequence": _content(study),
    }


def _verification(study: Study, author: str | None, reported: dt.datetime) -> dict[str, Any]:
    if author is None:
        return {"VerificationFlag": "UNVERIFIED"}
    observer = {
        "VerifyingOrganization": study["hospital"],
        "VerificationDateTime": reported.strftime("%Y%m%d%H%M%S.%f"),
        "VerifyingObserverName": author,
        "VerifyingObserverIdentificationCodeSequence": [],
    }
    return {"VerificationFlag": "VERIFIED", "VerifyingObserverSequence": [observer]}


def _request(study: Study) -> dict[str, Any]:
    return {
        **request(study),
        "StudyInstanceUID": study_uid(study),
        "AccessionNumber": study["accession_number"],
        "PlacerOrderNumberImagingServiceRequest": str(study["order_id"]),
        "FillerOrderNumberImagingServiceRequest": study["accession_number"],
        "RequestedProcedureCodeSequence": [],
        "ReferencedStudySequence": [],
    }


def _evidence(images: Sequence[Written], study: Study) -> list[dict[str, Any]]:
    series = [
        {
            "SeriesInstanceUID": one,
            "ReferencedSOPSequence": [
                {"ReferencedSOPClassUID": sop_class, "ReferencedSOPInstanceUID": instance} for instance in instances
            ],
        }
        for sop_class, one, instances in images
    ]
    return [{"StudyInstanceUID": study_uid(study), "ReferencedSeriesSequence": series}]


def _content(study: Study) -> list[dict[str, Any]]:
    result = dict(zip(LANGUAGES, IMAGING_RESULT[study["result"]], strict=True))
    texts = [_text("finding", result[one], one) for one in LANGUAGES]
    texts += [_text("finding", study[f"text_{one}"], one) for one in LANGUAGES if study[f"text_{one}"]]
    conclusions = [_text("conclusion", study[f"conclusion_{one}"], one) for one in LANGUAGES]
    return [_section("findings", texts), _section("conclusions", conclusions)]


def _section(name: str, content: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "RelationshipType": "CONTAINS",
        "ValueType": "CONTAINER",
        "ConceptNameCodeSequence": [code(name)],
        "ContinuityOfContent": "SEPARATE",
        "ContentSequence": content,
    }


def _text(name: str, text: str, language: str) -> dict[str, Any]:
    """A text with its language: TID 1204 of PS3.16."""
    spoken = {
        "RelationshipType": "HAS CONCEPT MOD",
        "ValueType": "CODE",
        "ConceptNameCodeSequence": [code("language")],
        "ConceptCodeSequence": [code(language)],
    }
    return {
        "RelationshipType": "CONTAINS",
        "ValueType": "TEXT",
        "ConceptNameCodeSequence": [code(name)],
        "TextValue": text,
        "ContentSequence": [spoken],
    }

"""The headers of a study: patient, study, series, equipment, and each kind of image."""

import datetime as dt
from typing import Any

from simulator.formats.dicom.identifiers import uid
from simulator.formats.dicom.rules import rules
from simulator.formats.dicom.studies import Study

COMPOUND = 4
"""A name of four characters has a surname of two."""
SEXES = {"male": "M", "female": "F"}
LONG_STRING = 64


def person_name(name: str | None, name_en: str | None) -> str | None:
    """Alphabetic and ideographic group, PS3.5 section 6.2.1: Lewis^Kathryn=韩^娟丹."""
    if not name:
        return None
    given, _, family = (name_en or "").rpartition(" ")
    cut = 2 if len(name) >= COMPOUND else 1
    return f"{family}^{given}={name[:cut]}^{name[cut:]}"


def date(moment: dt.datetime) -> str:
    """A DA value."""
    return moment.strftime("%Y%m%d")


def time(moment: dt.datetime) -> str:
    """A TM value with microseconds."""
    return moment.strftime("%H%M%S.%f")


def study_uid(study: Study) -> str:
    """The study's identifier: its row and times, so that studies of different worlds do not share one."""
    return uid("study", study["imaging_study_id"], study["started_at"], study["reported_at"])


def study_header(study: Study, charset: str, zone: dt.timezone) -> dict[str, Any]:
    """What all files of a study share."""
    started = study["started_at"].astimezone(zone)
    birth = study["birth_date"]
    age = (started.date() - birth).days
    return {
        "SpecificCharacterSet": charset,
        "TimezoneOffsetFromUTC": started.strftime("%z"),
        "StudyInstanceUID": study_uid(study),
        "StudyID": str(study["imaging_study_id"]),
        "StudyDate": date(started),
        "StudyTime": time(started),
        "AccessionNumber": study["accession_number"],
        "StudyDescription": study["name_zh"][:LONG_STRING],
        "ReferringPhysicianName": person_name(study["doctor"], study["doctor_en"]),
        "NameOfPhysiciansReadingStudy": person_name(study["author"], study["author_en"]),
        "AdmissionID": str(study["encounter_id"]),
        "InstitutionName": study["hospital"],
        "PatientName": person_name(study["patient"], study["patient_en"]),
        "PatientID": study["mrn"],
        "IssuerOfPatientID": study["hospital"],
        "OtherPatientIDsSequence": [
            {"PatientID": str(study["patient_id"]), "IssuerOfPatientID": "EMPI", "TypeOfPatientID": "TEXT"},
            {"PatientID": study["id_number"], "IssuerOfPatientID": "GB 11643", "TypeOfPatientID": "TEXT"},
        ],
        "PatientBirthDate": birth.strftime("%Y%m%d"),
        "PatientSex": SEXES[study["sex"]],
        "PatientAge": age_string(age),
        "PatientWeight": study["weight_kg"],
    }


def age_string(days: int) -> str:
    """An AS value in the unit that is usual at this age."""
    for unit, length, until in (("D", 1, 31), ("M", 30.4375, 731)):
        if days < until:
            return f"{int(days / length):03d}{unit}"
    return f"{int(days / 365.25):03d}Y"


def series_header(study: Study, modality: str, number: int, description: str, zone: dt.timezone) -> dict[str, Any]:
    """What all files of a series share beside those of the study."""
    moment = study["reported_at" if modality == "SR" else "started_at"].astimezone(zone)
    device = rules()["devices"][modality]
    return {
        "Modality": modality,
        "SeriesInstanceUID": uid(study_uid(study), "series", number),
        "SeriesNumber": number,
        "SeriesDescription": description,
        "SeriesDate": date(moment),
        "SeriesTime": time(moment),
        "Manufacturer": "Xinglin",
        "ManufacturerModelName": device["model"],
        "DeviceSerialNumber": device["serial"],
        "SoftwareVersions": rules()["software"],
        "StationName": device["station"],
    }


def image_header(study: Study, modality: str, zone: dt.timezone) -> dict[str, Any]:
    """What all images of a kind share."""
    started = study["started_at"].astimezone(zone)
    return {
        **rules()["image"][modality],
        **_region(study["body_part"], modality),
        "RequestAttributesSequence": [request(study)],
        "InstanceCreationDate": date(started),
        "InstanceCreationTime": time(started),
        "ContentDate": date(started),
        "ContentTime": time(started),
        "AcquisitionDate": date(started),
        "AcquisitionTime": time(started),
        "PerformingPhysicianName": person_name(study["author"], study["author_en"]),
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
        "BurnedInAnnotation": "NO",
    }


def request(study: Study) -> dict[str, Any]:
    """What was asked for."""
    return {
        "RequestedProcedureID": str(study["order_id"]),
        "RequestedProcedureDescription": study["name_en"][:LONG_STRING],
    }


def _region(body_part: str, modality: str) -> dict[str, Any]:
    term = rules()["body_parts"].get(body_part, body_part.upper())
    region: dict[str, Any] = {"BodyPartExamined": term}
    if modality == "DX":
        coded = {"CodeValue": term, "CodingSchemeDesignator": rules()["region_scheme"], "CodeMeaning": body_part}
        region["AnatomicRegionSequence"] = [coded]
    elif term in rules()["paired"]:
        region["Laterality"] = None
    return region

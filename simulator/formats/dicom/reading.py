"""Files back into rows: patients, imaging studies and their series, from the headers and the reports."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from simulator.formats.dicom.elements import tag_and_kind
from simulator.formats.dicom.headers import SEXES
from simulator.formats.dicom.parsing import Damage, DataSet, at, files, parse
from simulator.formats.dicom.rules import SR_CLASS, rules
from simulator.formats.format import Tables
from simulator.formats.rejects import Rejects
from simulator.schema import TABLES
from simulator.schema.values import IMAGING_RESULT

PATIENT = ("patient_id", "mrn", "name", "name_en", "sex", "birth_date", "id_number")
SERIES: Mapping[str, pl.DataType] = {
    "series_uid": pl.String(),
    "imaging_study_id": pl.Int64(),
    "modality": pl.String(),
    "number": pl.Int32(),
    "instances": pl.Int32(),
}
"""A table that only DICOM has: the series of each study."""
UID = re.compile(r"(0|[1-9]\d*)(\.(0|[1-9]\d*))+", re.ASCII)
UID_LENGTH = 64
NUMBER = re.compile(r"\d{1,18}", re.ASCII)
OFFSET = re.compile(r"([+-])(\d\d)([0-5]\d)", re.ASCII)
EMPI, IDENTITY = "EMPI", "GB 11643"


@dataclass
class _Study:
    """What the files of one study said so far."""

    file: str
    row: dict[str, Any]
    patient: dict[str, Any]
    image: dict[str, Any] | None = None
    report: dict[str, Any] | None = None
    series: dict[str, dict[str, Any]] = field(default_factory=dict)
    instances: set[str] = field(default_factory=set)


def read_dicom(folder: Path, rejects: Rejects) -> Tables:
    """Tables `patient` and `imaging_study` in the columns that the files carry, and `series` with its instances.

    A file that is damaged or says otherwise than the rest of its study is a reject with its tag; a study needs an image
    and a report, because its conclusion stands there.
    """
    studies: dict[str, _Study] = {}
    for path in files(folder):
        name = path.relative_to(folder).as_posix()
        try:
            _take(studies, name, parse(path)[1])
        except Damage as damage:
            rejects.add(name, damage.where, damage.reason)
        except OSError as error:
            rejects.add(name, "file", f"cannot be read: {error.strerror or error}")
    whole = [one for one in studies.values() if _is_whole(one, rejects)]
    return {
        "patient": _patients(whole, rejects),
        "imaging_study": _frame("imaging_study", [one.row | (one.image or {}) | (one.report or {}) for one in whole]),
        "series": pl.DataFrame([row for one in whole for row in one.series.values()], schema=SERIES),
    }


def _take(studies: dict[str, _Study], file: str, found: DataSet) -> None:
    key, series = _uid(found, "StudyInstanceUID"), _uid(found, "SeriesInstanceUID")
    instance, sop_class = _uid(found, "SOPInstanceUID"), _uid(found, "SOPClassUID")
    modality = found.needed("Modality")
    row, patient = _study_row(found), _patient_row(found)
    study = studies.get(key) or _Study(file, row, patient)
    for mine, theirs in ((study.row, row), (study.patient, patient)):
        for column, value in theirs.items():
            if mine[column] != value:
                raise Damage(column, f"{value!r} is not what {study.file} says of this study: {mine[column]!r}")
    if instance in study.instances:
        raise Damage(at(0x00080018), f"{instance} was there before")
    number = _whole(found, "SeriesNumber")
    if number >= 2**31:
        raise Damage(at(0x00200011), f"{number} is too large")
    content = _report_row(found) if sop_class == SR_CLASS else _image_row(found)
    known = study.report if sop_class == SR_CLASS else study.image
    if known is not None and known != content:
        raise Damage("file", "contradicts another file of its study")
    if sop_class == SR_CLASS:
        study.report = content
    else:
        study.image = content
    one = study.series.setdefault(
        series,
        {
            "series_uid": series,
            "imaging_study_id": row["imaging_study_id"],
            "modality": modality,
            "number": number,
            "instances": 0,
        },
    )
    one["instances"] += 1
    study.instances.add(instance)
    studies[key] = study


def _study_row(found: DataSet) -> dict[str, Any]:
    return {
        "imaging_study_id": _whole(found, "StudyID"),
        "encounter_id": _whole(found, "AdmissionID"),
        "patient_id": int(_other_id(found, EMPI, digits=True)),
        "accession_number": found.needed("AccessionNumber"),
        "name_zh": found.needed("StudyDescription"),
        "started_at": _moment(found, "StudyDate", "StudyTime"),
    }


def _image_row(found: DataSet) -> dict[str, Any]:
    term = found.needed("BodyPartExamined")
    part = next((part for part, known in rules()["body_parts"].items() if known == term), term.lower())
    return {"modality": found.needed("Modality"), "body_part": part}


def _report_row(found: DataSet) -> dict[str, Any]:
    asked = found.sequence("ReferencedRequestSequence")
    if not asked:
        raise Damage(at(tag_and_kind("ReferencedRequestSequence")[0]), "is missing")
    order = _whole(asked[0], "RequestedProcedureID")
    texts: dict[str, list[str]] = {"121071": [], "121077": []}
    for section in found.sequence("ContentSequence"):
        for item in section.sequence("ContentSequence"):
            for name in item.sequence("ConceptNameCodeSequence"):
                texts.setdefault(name.text("CodeValue"), []).append(item.text("TextValue"))
    conclusions, findings = texts["121077"], texts["121071"]
    result = next((key for key, (zh, _) in IMAGING_RESULT.items() if zh in findings[:1]), None)
    if len(conclusions) < 2 or not all(conclusions[:2]) or result is None:  # noqa: PLR2004 - in two languages
        raise Damage(at(tag_and_kind("ContentSequence")[0]), "lacks the result or the conclusion in both languages")
    return {
        "order_id": order,
        "name_en": asked[0].needed("RequestedProcedureDescription"),
        "reported_at": _moment(found, "ContentDate", "ContentTime"),
        "result": result,
        "conclusion_zh": conclusions[0],
        "conclusion_en": conclusions[1],
        "cause_id": order,
    }


def _patient_row(found: DataSet) -> dict[str, Any]:
    alphabetic, _, rest = found.needed("PatientName").partition("=")
    family, _, given = alphabetic.partition("^")
    sex = {letter: sex for sex, letter in SEXES.items()}.get(found.text("PatientSex"))
    if sex is None:
        raise Damage(at(0x00100040), f"{found.text('PatientSex')!r} should be one of {', '.join(SEXES.values())}")
    return {
        "patient_id": int(_other_id(found, EMPI, digits=True)),
        "mrn": found.needed("PatientID"),
        "name": rest.partition("=")[0].replace("^", ""),
        "name_en": f"{given} {family}".strip(),
        "sex": sex,
        "birth_date": _date(found, "PatientBirthDate"),
        "id_number": _other_id(found, IDENTITY),
    }


def _other_id(found: DataSet, issuer: str, *, digits: bool = False) -> str:
    for item in found.sequence("OtherPatientIDsSequence"):
        if item.text("IssuerOfPatientID") == issuer:
            value = item.needed("PatientID")
            if digits and not NUMBER.fullmatch(value):
                raise Damage(at(0x00100020), f"{value!r} of {issuer} should be a whole number")
            return value
    raise Damage(at(tag_and_kind("OtherPatientIDsSequence")[0]), f"has no number of {issuer}")


def _uid(found: DataSet, keyword: str) -> str:
    value = found.needed(keyword)
    if len(value) > UID_LENGTH or not UID.fullmatch(value):
        raise Damage(at(tag_and_kind(keyword)[0]), f"{value[:UID_LENGTH]!r} is no unique identifier")
    return value


def _whole(found: DataSet, keyword: str) -> int:
    value = found.needed(keyword)
    if not NUMBER.fullmatch(value):
        raise Damage(at(tag_and_kind(keyword)[0]), f"{value[:UID_LENGTH]!r} should be a whole number")
    return int(value)


def _date(found: DataSet, keyword: str) -> dt.date:
    value = found.needed(keyword)
    try:
        return dt.datetime.strptime(value, "%Y%m%d").replace(tzinfo=dt.UTC).date()
    except ValueError:
        raise Damage(
            at(tag_and_kind(keyword)[0]), f"{value[:UID_LENGTH]!r} should be a date such as 20250131"
        ) from None


def _moment(found: DataSet, day: str, hour: str) -> dt.datetime:
    """A date and a time, in the file's offset from UTC, as UTC."""
    text = found.needed(hour)
    shift = OFFSET.fullmatch(found.needed("TimezoneOffsetFromUTC"))
    if shift is None:
        raise Damage(at(0x00080201), "should be an offset such as +0800")
    minutes = int(shift[2]) * 60 + int(shift[3])
    offset = dt.timedelta(minutes=-minutes if shift[1] == "-" else minutes)
    try:
        local = dt.datetime.strptime(text, "%H%M%S.%f" if "." in text else "%H%M%S").replace(tzinfo=dt.UTC)
        return dt.datetime.combine(_date(found, day), local.time(), dt.UTC) - offset
    except (ValueError, OverflowError):
        raise Damage(at(tag_and_kind(hour)[0]), f"{text[:UID_LENGTH]!r} should be a time such as 093000.5") from None


def _is_whole(study: _Study, rejects: Rejects) -> bool:
    if study.report is None or study.image is None:
        lacking = "report" if study.report is None else "image"
        rejects.add(study.file, at(0x0020000D), f"the study {study.row['accession_number']} has no readable {lacking}")
        return False
    return True


def _patients(studies: list[_Study], rejects: Rejects) -> pl.DataFrame:
    known: dict[int, dict[str, Any]] = {}
    for study in studies:
        first = known.setdefault(study.patient["patient_id"], study.patient)
        if first != study.patient:
            rejects.add(study.file, at(0x00100020), f"patient {study.patient['mrn']} is not as in other studies")
    return _frame("patient", list(known.values()), PATIENT)


def _frame(table: str, rows: list[dict[str, Any]], columns: tuple[str, ...] | None = None) -> pl.DataFrame:
    declared = TABLES[table].schema
    schema = {name: declared[name] for name in columns or declared.names()}
    plain = {name: pl.String() if kind == pl.Categorical() else kind for name, kind in schema.items()}
    return pl.DataFrame(rows, schema=plain).cast(schema).sort(next(iter(schema)))  # type: ignore[arg-type]

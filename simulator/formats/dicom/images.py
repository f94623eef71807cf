"""The images of a study: which view it is, who is drawn, and the attributes that go with the pixels."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from simulator.formats.dicom.burning import burn
from simulator.formats.dicom.files import Series
from simulator.formats.dicom.headers import LONG_STRING, image_header, series_header
from simulator.formats.dicom.identifiers import uid
from simulator.formats.dicom.options import Options
from simulator.formats.dicom.phantoms.arrays import Image
from simulator.formats.dicom.phantoms.model import View, views
from simulator.formats.dicom.phantoms.radiograph import radiograph
from simulator.formats.dicom.phantoms.scene import Body, Scene, compose, lesion
from simulator.formats.dicom.phantoms.tomography import levels, slices
from simulator.formats.dicom.phantoms.ultrasound import COLUMNS, ROWS, ultrasound
from simulator.formats.dicom.rules import rules
from simulator.formats.dicom.studies import Names, Study
from simulator.seeds import SeedTree, stream

MODALITIES = {"radiograph": "DX", "ct": "CT", "mr": "MR", "ultrasound": "US"}
PLANES = {
    "axial": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "sagittal": ((0, 1, 0), (0, 0, -1), (1, 0, 0)),
    "coronal": ((1, 0, 0), (0, 0, -1), (0, 1, 0)),
}
"""Directions of columns, rows and slices in the patient: x to the left, y to the back, z to the head."""
ORIENTATIONS = {"LL": ["P", "F"]}
"""Where the rows and columns of a radiograph run to; others are seen from the front."""
SIDES = {"左": 1, "右": -1}
ADULT = 18
NEWBORN_GROWTH = 0.3
MIDDLE_WEIGHT_KG = 62
DAYS = 365.25
DX_BITS = 12


@dataclass(frozen=True)
class Drawing:
    """A study with the view that shows it and what it shows."""

    study: Study
    exam: str
    view: View
    scene: Scene

    @classmethod
    def of(cls, study: Study, names: Names, zone: dt.timezone) -> "Drawing | None":
        """The drawing of a study; None if no view shows such a study.

        Anatomy follows the patient and the place of a lesion the patient and the body part, so that studies of one
        patient agree; a side that the conclusion names is kept.
        """
        exam = names.exam(study)
        view = views().get(exam) if exam else None
        if exam is None or view is None:
            return None
        patient = study["patient_id"]
        finding = names.finding(study)
        where = lesion(stream(SeedTree(patient), "dicom", "lesion", study["body_part"]), _side(study["conclusion_zh"]))
        rng = stream(SeedTree(patient), "dicom", "anatomy", study["body_part"])
        drawn = finding if finding in view.findings else None
        return cls(study, exam, view, compose(view, drawn, _body(study, zone, rng), where, rng))

    @property
    def pixels(self) -> np.random.Generator:
        """The stream of the study's noise: the same study always has the same pixels."""
        return stream(SeedTree(self.study["imaging_study_id"]), "dicom", "pixels")


def _side(text: str) -> int:
    return next((side for word, side in SIDES.items() if word in text), 0)


def _body(study: Study, zone: dt.timezone, rng: np.random.Generator) -> Body:
    """Growth by age up to adulthood; girth by weight where it was measured, else by chance."""
    age = (study["started_at"].astimezone(zone).date() - study["birth_date"]).days / DAYS
    growth = min(1.0, NEWBORN_GROWTH + (1 - NEWBORN_GROWTH) * (age / ADULT) ** 0.6)
    if study["sex"] == "female":
        growth *= 0.94
    girth = float(np.clip(rng.normal(1, 0.07), 0.85, 1.2))
    if study["weight_kg"] and age >= ADULT:
        girth = float(np.clip((study["weight_kg"] / MIDDLE_WEIGHT_KG) ** 0.5, 0.82, 1.3))
    return Body(study["sex"], age, growth, girth)


@dataclass(frozen=True)
class Target:
    """Where a study goes and how: its folder, what its files share, the options and the hospital's time."""

    folder: Path
    shared: dict[str, Any]
    options: Options
    zone: dt.timezone


def image_series(drawing: Drawing, target: Target) -> Iterator[Series]:
    """Write the series of images of a study."""
    technique = drawing.view.technique
    header = target.shared | image_header(drawing.study, MODALITIES[technique], target.zone)
    if technique == "radiograph":
        yield _radiograph(drawing, target, header)
    elif technique == "ultrasound":
        yield _ultrasound(drawing, target, header)
    else:
        yield from _slices(drawing, target, header)


def _begin(drawing: Drawing, target: Target, number: int, name: str, header: dict[str, Any]) -> Series:
    modality = MODALITIES[drawing.view.technique]
    text = f"{drawing.study['name_en']} {name}".strip()[:LONG_STRING]
    own = series_header(drawing.study, modality, number, text, target.zone)
    return Series(target.folder / str(number), header | own, target.options.charset)


def _matrix(image: Image, bits: int) -> dict[str, Any]:
    return {
        "Rows": image.shape[0],
        "Columns": image.shape[1],
        "BitsAllocated": 8 * image.dtype.itemsize,
        "HighBit": bits - 1,
        "PixelData": image.tobytes(),
    }


def _radiograph(drawing: Drawing, target: Target, header: dict[str, Any]) -> Series:
    view, rng, options = drawing.view, drawing.pixels, target.options
    image = radiograph(drawing.scene, options.radiograph, rng)
    header["BurnedInAnnotation"] = burn(image, drawing.study, target.zone, target.options.burned_in, rng)
    spacing = max(view.size) * drawing.scene.body.growth / options.radiograph
    window = view.window or (2048, 4096)
    own = {
        "ImagerPixelSpacing": [spacing, spacing],
        "PixelSpacing": [spacing, spacing],
        "PatientOrientation": ORIENTATIONS.get(view.position, ["L", "F"]),
        "ViewPosition": view.position or None,
        "WindowCenter": window[0],
        "WindowWidth": window[1],
    }
    series = _begin(drawing, target, 1, view.position, header)
    series.add(own | _matrix(image, DX_BITS))
    return series


def _ultrasound(drawing: Drawing, target: Target, header: dict[str, Any]) -> Series:
    rng = drawing.pixels
    image = ultrasound(drawing.scene, rng)
    header["BurnedInAnnotation"] = burn(image, drawing.study, target.zone, target.options.burned_in, rng)
    cm = drawing.scene.view.size[1] * drawing.scene.body.growth / ROWS / 10
    region = {
        "RegionSpatialFormat": 1,
        "RegionDataType": 1,
        "RegionFlags": 0,
        "RegionLocationMinX0": 0,
        "RegionLocationMinY0": 0,
        "RegionLocationMaxX1": COLUMNS - 1,
        "RegionLocationMaxY1": ROWS - 1,
        "PhysicalUnitsXDirection": 3,
        "PhysicalUnitsYDirection": 3,
        "PhysicalDeltaX": cm,
        "PhysicalDeltaY": cm,
    }
    series = _begin(drawing, target, 1, "", header)
    series.add({"PatientOrientation": None, "SequenceOfUltrasoundRegions": [region], **_matrix(image, 8)})
    return series


def _slices(drawing: Drawing, target: Target, header: dict[str, Any]) -> Iterator[Series]:
    """All series of a study side by side: each level is drawn once and shown in each weighting."""
    ct, options = drawing.view.technique == "ct", target.options
    side, count = (options.ct, options.ct_slices) if ct else (options.mr, options.mr_slices)
    weights, own = _weights(drawing)
    geometry = _geometry(drawing, side, count)
    header |= geometry | {"FrameOfReferenceUID": uid(header["StudyInstanceUID"], "frame")}
    series = [
        _begin(drawing, target, n + 1, one["name"], header | {key: one[key] for key in one if key != "name"})
        for n, one in enumerate(own)
    ]
    images = slices(drawing.scene, weights, side, count, drawing.pixels)
    for position in _positions(drawing, count):
        for one in series:
            one.add(position | _matrix(next(images), 16 if ct else DX_BITS))
    yield from series


def _weights(drawing: Drawing) -> tuple[tuple[str, ...], list[dict[str, Any]]]:
    """Columns of the table of tissues, and for each of them the attributes of its series."""
    view = drawing.view
    detail = view.exams[drawing.exam]
    if view.technique == "ct":
        given = detail.contrast
        window = view.window or (40, 400)
        own: dict[str, Any] = {"name": "contrast" if given else "", "WindowCenter": window[0], "WindowWidth": window[1]}
        if given:
            own["ContrastBolusAgent"] = "iodinated"
        return ("contrast" if given else "hu",), [own]
    weights = detail.series or view.series
    return weights, [{**rules()["sequences"][one], "WindowCenter": 500, "WindowWidth": 1000} for one in weights]


def _geometry(drawing: Drawing, side: int, count: int) -> dict[str, Any]:
    view, growth = drawing.view, drawing.scene.body.growth
    spacing = max(view.size) * growth / side
    thickness = (view.levels[1] - view.levels[0]) * growth / count
    across, down, _ = PLANES[view.plane]
    return {
        "PixelSpacing": [spacing, spacing],
        "SliceThickness": thickness,
        "SpacingBetweenSlices": thickness,
        "ImageOrientationPatient": [*across, *down],
    }


def _positions(drawing: Drawing, count: int) -> Iterator[dict[str, Any]]:
    """The middle of the first pixel of each slice, in mm."""
    view, growth = drawing.view, drawing.scene.body.growth
    across, down, through = (np.array(one) for one in PLANES[view.plane])
    corner = (view.centre[0] - view.size[0] / 2) * across + (view.centre[1] - view.size[1] / 2) * down
    for level in levels(drawing.scene, count):
        at = (corner + float(level) * through) * growth
        yield {
            "ImagePositionPatient": [round(float(one), 4) for one in at],
            "SliceLocation": round(float(level * growth), 4),
        }

"""Name, number and date of the patient in the pixels, as some machines leave them there."""

import datetime as dt

import numpy as np

from simulator.formats.dicom.phantoms.arrays import Image
from simulator.formats.dicom.phantoms.letters import written
from simulator.formats.dicom.studies import Study

MARGIN = 8


def burn(image: Image, study: Study, zone: dt.timezone, share: float, rng: np.random.Generator) -> str:
    """Write into that share of images; the value of BurnedInAnnotation."""
    if rng.random() >= share:
        return "NO"
    started = study["started_at"].astimezone(zone)
    lines = (study["patient_en"], f"ID {study['mrn']}", f"{started:%Y-%m-%d %H:%M}")
    size = max(1, image.shape[0] // 256)
    top = MARGIN
    for line in lines:
        mask = written(line, size)[:, : image.shape[1] - 2 * MARGIN]
        place = image[top : top + mask.shape[0], MARGIN : MARGIN + mask.shape[1]]
        place[mask] = np.iinfo(image.dtype).max if image.dtype == np.uint8 else 4095
        top += mask.shape[0] + size * 2
    return "YES"

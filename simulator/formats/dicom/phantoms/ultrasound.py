"""Ultrasound: echoes along beams, with speckle, shadows behind what stops them and brightness behind fluid."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from simulator.formats.dicom.phantoms import raster
from simulator.formats.dicom.phantoms.arrays import Image, Reals
from simulator.formats.dicom.phantoms.grain import Cut
from simulator.formats.dicom.phantoms.scene import Scene
from simulator.formats.dicom.phantoms.tissues import tissues

ROWS, COLUMNS = 480, 640
BEAMS, SAMPLES = 256, 400
ANGLE = {"sector": 0.70, "convex": 0.58, "linear": 0.0}
"""Half the angle of the fan in radians."""
APEX = {"sector": 0.02, "convex": 0.42, "linear": 0.0}
"""How far above the skin the beams meet, as a share of the depth."""
DYNAMIC = 24.0
"""Grey levels for each factor e of loudness."""
Places = NDArray[np.int32]


@cache
def _fan(probe: str) -> tuple[Places, Places, Places]:
    """Rows and columns that each beam's samples lie at, and the sample that each pixel shows, the last if none."""
    half, apex = ANGLE[probe], APEX[probe]
    depth = np.linspace(0, 1, SAMPLES)
    line = np.linspace(-1, 1, BEAMS)
    y, x = np.mgrid[0:ROWS, 0:COLUMNS]
    down, across = y / (ROWS - 1), (x - (COLUMNS - 1) / 2) / (ROWS - 1)
    if half:
        radius = apex + depth * (1 - 0.02)
        rows = radius[:, None] * np.cos(half * line)[None, :] - apex * np.cos(half)
        columns = radius[:, None] * np.sin(half * line)[None, :]
        far = np.hypot(down + apex * np.cos(half), across)
        beam = np.arctan2(across, down + apex * np.cos(half)) / half
        sample = (far - apex) / (1 - 0.02)
    else:
        width = COLUMNS / ROWS / 2 * 0.8
        rows, columns = (
            np.broadcast_to(depth[:, None], (SAMPLES, BEAMS)),
            np.broadcast_to(line * width, (SAMPLES, BEAMS)),
        )
        beam, sample = across / width, down
    shown = (np.abs(beam) <= 1) & (sample >= 0) & (sample < 1)
    at = (np.clip(sample, 0, 0.999) * SAMPLES).astype(np.int64) * BEAMS
    at += np.clip((beam + 1) / 2 * (BEAMS - 1) + 0.5, 0, BEAMS - 1).astype(np.int64)
    row = np.clip(rows * (ROWS - 1), 0, ROWS - 1).astype(np.int64)
    column = np.clip(columns * (ROWS - 1) + (COLUMNS - 1) / 2, 0, COLUMNS - 1).astype(np.int64)
    at[~shown] = BEAMS * SAMPLES
    return row.astype(np.int32), column.astype(np.int32), at.ravel().astype(np.int32)


def ultrasound(scene: Scene, rng: np.random.Generator) -> Image:
    """An image (480, 640) of 8 bits: depth downwards, the probe at the top."""
    view, cut = scene.view, Cut(rng)
    step = view.size[1] / ROWS
    labels, added = np.zeros((ROWS, COLUMNS), np.uint8), np.zeros((ROWS, COLUMNS), np.float32)
    uneven = cut.of("middle", ROWS, COLUMNS)
    u0 = view.centre[0] - step * COLUMNS / 2
    raster.paint(labels, added, scene.shapes, scene.over, scene.fault, 0.0, u0, 0.0, step, uneven)
    row, column, at = _fan(view.probe)
    bend = view.bend / step
    row = np.clip(row + (bend * cut.of("bend", SAMPLES, BEAMS)).astype(np.int32), 0, ROWS - 1)
    place = row * COLUMNS + column
    grey = _beams(labels.ravel()[place], added.ravel()[place], view.size[1] / SAMPLES, cut)
    return np.append(grey, np.uint8(0))[at].reshape(ROWS, COLUMNS)


def _beams(labels: Image, added: Reals, sample_mm: float, cut: Cut) -> Image:
    """Grey of each sample (SAMPLES, BEAMS)."""
    table = tissues().columns
    lost = np.cumsum(table["shadow"][labels], axis=0, dtype=np.float32) * sample_mm
    depth = np.arange(SAMPLES, dtype=np.float32)[:, None] * sample_mm
    lost -= 0.018 * depth  # what the machine adds with depth, as its operator has set it for soft tissue
    one, other = cut.of("fine", SAMPLES, BEAMS), cut.of("fine", SAMPLES, BEAMS)
    speckle = np.log(one * one + other * other + np.float32(0.02))
    coarse = table["mottle"][labels] * cut.of("middle", SAMPLES, BEAMS)
    grey = table["echo"][labels] + added
    quiet = np.clip(grey / 20, 0.15, 1)
    grey += quiet * (9 * speckle + 9 * coarse) - DYNAMIC * np.maximum(lost, -1.2)
    edges = np.abs(np.diff(grey, axis=0, prepend=grey[:1])) * 0.12
    return np.clip(grey + edges, 0, 255).astype(np.uint8)

"""Radiographs: rays through the body of which more is lost in bone and less in gas, as a detector shows them."""

import numpy as np

from simulator.formats.dicom.phantoms import raster
from simulator.formats.dicom.phantoms.arrays import Image
from simulator.formats.dicom.phantoms.grain import Cut
from simulator.formats.dicom.phantoms.scene import Scene

HIGHEST = 4095
SOFTNESS = 0.5
"""How soon dense parts stop getting brighter, for each factor e by which a ray is weakened."""
NOISE = 9.0


def radiograph(scene: Scene, side: int, rng: np.random.Generator) -> Image:
    """An image (rows, columns) of 12 bits, dense parts bright; `side` pixels along its longer side."""
    view, cut = scene.view, Cut(rng)
    width, height = view.size
    step = max(width, height) / side
    rows, columns = round(height / step), round(width / step)
    total, bones = np.zeros((rows, columns), np.float32), np.zeros((rows, columns), np.float32)
    u0, v0 = view.centre[0] - width / 2, view.centre[1] - height / 2
    raster.project(total, bones, scene.shapes, scene.fault, u0, v0, step, cut.of("middle", rows, columns))
    grey = HIGHEST * (1 - np.exp(-SOFTNESS * np.maximum(total, 0)))
    grey += NOISE * cut.of("fine", rows, columns)
    image: Image = np.clip(grey, 0, HIGHEST).astype(np.uint16)
    return image

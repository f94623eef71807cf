"""Slices of computed tomography and magnetic resonance: tissues first, then what the technique makes of them."""

from collections.abc import Iterator

import numpy as np

from simulator.formats.dicom.phantoms import raster
from simulator.formats.dicom.phantoms.arrays import Image, Reals
from simulator.formats.dicom.phantoms.grain import Cut
from simulator.formats.dicom.phantoms.scene import Scene
from simulator.formats.dicom.phantoms.tissues import tissues

CT_NOISE, CT_MOTTLE = 9.0, 5.0
MR_NOISE, MR_MOTTLE = 14.0, 16.0
HU_LOW, HU_HIGH = -1024, 3071
MR_HIGH = 1400


def levels(scene: Scene, slices: int) -> Reals:
    """The level of each slice's middle in mm."""
    low, high = scene.view.levels
    thickness = (high - low) / slices
    return (low + thickness * (np.arange(slices) + 0.5)).astype(np.float32)


def slices(scene: Scene, weights: tuple[str, ...], side: int, count: int, rng: np.random.Generator) -> Iterator[Image]:
    """An image (rows, columns) for each weighting at each level, in that order of nesting; CT is in Hounsfield units.

    weights: columns of the table of tissues; side: pixels along the longer side.
    """
    view, cut = scene.view, Cut(rng)
    width, height = view.size
    step = max(width, height) / side
    rows, columns = round(height / step), round(width / step)
    u0, v0 = view.centre[0] - width / 2, view.centre[1] - height / 2
    bend = view.bend / step
    bend_v, bend_u = bend * cut.of("bend", rows, columns), bend * cut.of("bend", rows, columns)
    table, ct = tissues().columns, view.technique == "ct"
    noise, mottle = (CT_NOISE, CT_MOTTLE) if ct else (MR_NOISE, MR_MOTTLE)
    labels, added = np.zeros((rows, columns), np.uint8), np.zeros((rows, columns), np.float32)
    out = np.empty((rows, columns), np.float32)
    for level in levels(scene, count):
        labels[:], added[:] = 0, 0
        uneven = cut.of("middle", rows, columns)
        raster.paint(labels, added, scene.shapes, scene.over, scene.fault, level, u0, v0, step, uneven)
        for weight in weights:
            white = noise * cut.of("fine", rows, columns) + mottle * uneven
            raster.develop(labels, added, table[weight], table["grain"], bend_v, bend_u, white, out)
            if ct:
                yield np.clip(out, HU_LOW, HU_HIGH).astype(np.int16)
            else:
                yield np.clip(np.abs(out), 0, MR_HIGH).astype(np.uint16)

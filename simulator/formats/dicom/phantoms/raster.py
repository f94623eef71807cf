"""Shapes into pixels: compiled loops that fill a slice with tissues or sum what rays meet on their way."""

import math

import numpy as np

from simulator.compiled import compiled, inlined
from simulator.formats.dicom.phantoms.arrays import Bytes, Masks, Reals

# Columns of a table of shapes; lengths in mm, angles in radians.
U, V, W, RU, RV, RW, COS, SIN = range(8)
POWER, SHELL, ARC_LOW, ARC_HIGH, COLUMN, WEDGE, AMOUNT, SOFT, NOISE, FAULT, CLIP, LABEL, UNION, OUTSIDE = range(8, 22)
COLUMNS = 22
EVERYWHERE = np.uint64(2**64 - 1)
"""The mask of a shape that covers whatever is there."""
# A fault: where it runs, its normal, half its gap, the step of what lies beyond it.
F_U, F_V, F_NU, F_NV, F_GAP, F_DU, F_DV, F_W, F_RW = range(9)


@inlined
def _norm(x, y, across, down, power, wedge):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202, PLR0913, PLR0917
    """Below 1 inside a shape; x and y from its centre along its own axes, across and down: 1 over its half axes."""
    x *= across
    y *= down
    if wedge != 0.0:
        y /= max(1.0 + wedge * x, 0.05)
    x *= x
    y *= y
    if power > 3.0:  # noqa: PLR2004 - a box
        x *= x
        y *= y
        if power > 7.0:  # noqa: PLR2004 - a sharper one
            x *= x
            y *= y
    return x + y


@inlined
def _span(du, slope, rest, half, low, high):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202, PLR0913, PLR0917
    """The part of low..high, steps from du, where |slope * u + rest| stays within half."""
    if abs(slope) < 1e-6:  # noqa: PLR2004 - along the row
        return (low, high) if abs(rest) <= half else (0.0, -1.0)
    one, other = (-half - rest) / slope - du, (half - rest) / slope - du
    return max(low, min(one, other)), min(high, max(one, other))


@inlined
def _in_arc(shape, x, y):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
    if shape[ARC_LOW] >= shape[ARC_HIGH]:
        return True
    angle = math.atan2(y / shape[RV], x / shape[RU])
    if angle < shape[ARC_LOW]:
        angle += 2.0 * math.pi
    return shape[ARC_LOW] <= angle <= shape[ARC_HIGH]


@inlined
def _covers(shape, u, v):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
    du, dv = u - shape[U], v - shape[V]
    x, y = du * shape[COS] + dv * shape[SIN], dv * shape[COS] - du * shape[SIN]
    return _norm(x, y, 1.0 / shape[RU], 1.0 / shape[RV], shape[POWER], shape[WEDGE]) < 1.0


@inlined
def _taper(shape, w):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
    """How wide the shape is at this level, 0 where it does not reach it."""
    level = (w - shape[W]) / shape[RW]
    if abs(level) >= 1.0:
        return 0.0
    return 1.0 if shape[COLUMN] > 0.0 else math.sqrt(1.0 - level * level)


@compiled
def paint(  # noqa: C901, PLR0912, PLR0913, PLR0915, PLR0917 - one loop over pixels, kept whole for the compiler
    labels: Bytes,
    added: Reals,
    shapes: Reals,
    over: Masks,
    fault: Reals,
    w: float,
    u0: float,
    v0: float,
    step: float,
    noise: Reals,
) -> None:
    """Fill one slice: labels (rows, columns) with the tissue of each pixel, added with soft lesions on top of it.

    shapes (S, COLUMNS), over (S,) bits of the labels that a shape may cover; later shapes lie on earlier ones.
    """
    rows, columns = labels.shape
    for s in range(len(shapes)):
        shape = shapes[s]
        scale = _taper(shape, w)
        if scale <= 0.0 or shape[LABEL] < 0.0:
            continue
        cos, sin = shape[COS], shape[SIN]
        ru, rv = shape[RU] * scale, shape[RV] * scale
        if shape[WEDGE] != 0.0:
            rv *= 1.0 + abs(shape[WEDGE])
        broken = shape[FAULT] > 0.0 and abs(w - fault[F_W]) < fault[F_RW]
        margin = (abs(fault[F_DU]) + abs(fault[F_DV])) if broken else 0.0
        half_u = abs(ru * cos) + abs(rv * sin) + margin
        half_v = abs(ru * sin) + abs(rv * cos) + margin
        centre_u, centre_v, power, wedge = shape[U], shape[V], shape[POWER], shape[WEDGE]
        shell, noisy, arc = shape[SHELL], shape[NOISE], shape[ARC_LOW] < shape[ARC_HIGH]
        across, down = 1.0 / ru, 1.0 / rv
        shelled = shell > 0.0 and ru > shell and rv > shell
        inner_across = 1.0 / (ru - shell) if shelled else 1.0
        inner_down = 1.0 / (rv - shell) if shelled else 1.0
        top = max(0, int((shape[V] - half_v - v0) / step))
        bottom = min(rows, int((shape[V] + half_v - v0) / step) + 2)
        left = max(0, int((shape[U] - half_u - u0) / step))
        right = min(columns, int((shape[U] + half_u - u0) / step) + 2)
        mask, everywhere = over[s], over[s] == EVERYWHERE
        label, soft, amount = np.uint8(shape[LABEL]), shape[SOFT] > 0.0, shape[AMOUNT]
        clip, outside = int(shape[CLIP]), int(shape[OUTSIDE])
        for i in range(top, bottom):
            v = v0 + i * step
            first, last = left, right
            if not broken and wedge == 0.0:
                dv = v - centre_v
                low, high = _span(u0 - centre_u, cos, dv * sin, ru, left * step, right * step)
                low, high = _span(u0 - centre_u, -sin, dv * cos, rv, low, high)
                first, last = max(left, int(low / step)), min(right, int(high / step) + 2)
            for j in range(first, last):
                if not everywhere and not (mask >> labels[i, j]) & 1:
                    continue
                u = u0 + j * step
                du, dv = u - centre_u, v - centre_v
                if broken:
                    beyond = (u - fault[F_U]) * fault[F_NU] + (v - fault[F_V]) * fault[F_NV]
                    beyond += noise[i, j] * min(1.2, 0.8 * fault[F_GAP])
                    if abs(beyond) < fault[F_GAP]:
                        continue
                    if beyond > 0.0:
                        du -= fault[F_DU]
                        dv -= fault[F_DV]
                x, y = du * cos + dv * sin, dv * cos - du * sin
                f = _norm(x, y, across, down, power, wedge)
                if f >= 1.0:
                    continue
                if shelled and _norm(x, y, inner_across, inner_down, power, 0.0) < 1.0:
                    continue
                if arc and not _in_arc(shape, x, y):
                    continue
                if clip >= 0 and not _covers(shapes[clip], u, v):
                    continue
                if outside >= 0 and _covers(shapes[outside], u, v):
                    continue
                if soft:
                    grain = 1.0 - noisy + noisy * max(0.0, 0.6 + noise[i, j])
                    added[i, j] += amount * min(1.0, 2.0 * (1.0 - f)) * grain
                else:
                    labels[i, j] = label


@compiled
def project(  # noqa: C901, PLR0912, PLR0913, PLR0915, PLR0917 - one loop over pixels, kept whole for the compiler
    total: Reals, bones: Reals, shapes: Reals, fault: Reals, u0: float, v0: float, step: float, noise: Reals
) -> None:
    """Sum what each ray meets: AMOUNT is what the middle of a shape weakens it by, less towards its edge.

    total (rows, columns) gets the sum; bones of it the greatest of the shapes with UNION, which do not add up.
    """
    rows, columns = total.shape
    for s in range(len(shapes)):
        shape = shapes[s]
        if shape[LABEL] < 0.0:
            continue
        cos, sin, ru, rv = shape[COS], shape[SIN], shape[RU], shape[RV]
        broken = shape[FAULT] > 0.0
        margin = (abs(fault[F_DU]) + abs(fault[F_DV])) if broken else 0.0
        wide = rv * (1.0 + abs(shape[WEDGE]))
        half_u = abs(ru * cos) + abs(wide * sin) + margin
        half_v = abs(ru * sin) + abs(wide * cos) + margin
        centre_u, centre_v, power, wedge = shape[U], shape[V], shape[POWER], shape[WEDGE]
        shell, noisy, arc = shape[SHELL], shape[NOISE], shape[ARC_LOW] < shape[ARC_HIGH]
        across, down = 1.0 / ru, 1.0 / rv
        shelled = shell > 0.0 and ru > shell and rv > shell
        inner_across = 1.0 / (ru - shell) if shelled else 1.0
        inner_down = 1.0 / (rv - shell) if shelled else 1.0
        top = max(0, int((shape[V] - half_v - v0) / step))
        bottom = min(rows, int((shape[V] + half_v - v0) / step) + 2)
        left = max(0, int((shape[U] - half_u - u0) / step))
        right = min(columns, int((shape[U] + half_u - u0) / step) + 2)
        soft, amount, clip, outside = shape[SOFT] > 0.0, shape[AMOUNT], int(shape[CLIP]), int(shape[OUTSIDE])
        ring = max(0.0, 1.0 - shell / min(ru, rv)) ** 2 if arc else 0.0
        union, hollow = shape[UNION] > 0.0, 1.0 - shell / shape[RW]
        for i in range(top, bottom):
            v = v0 + i * step
            first, last = left, right
            if not broken and wedge == 0.0:
                dv = v - centre_v
                low, high = _span(u0 - centre_u, cos, dv * sin, ru, left * step, right * step)
                low, high = _span(u0 - centre_u, -sin, dv * cos, rv, low, high)
                first, last = max(left, int(low / step)), min(right, int(high / step) + 2)
            for j in range(first, last):
                u = u0 + j * step
                du, dv = u - centre_u, v - centre_v
                if broken:
                    beyond = (u - fault[F_U]) * fault[F_NU] + (v - fault[F_V]) * fault[F_NV]
                    beyond += noise[i, j] * min(1.2, 0.8 * fault[F_GAP])
                    if abs(beyond) < fault[F_GAP]:
                        continue
                    if beyond > 0.0:
                        du -= fault[F_DU]
                        dv -= fault[F_DV]
                x, y = du * cos + dv * sin, dv * cos - du * sin
                f = _norm(x, y, across, down, power, wedge)
                if f >= 1.0 or f < ring:
                    continue
                if clip >= 0 and not _covers(shapes[clip], u, v):
                    continue
                if outside >= 0 and _covers(shapes[outside], u, v):
                    continue
                if arc:  # a bent tube: passed it, 0 at one edge and 1 at the other
                    root = math.sqrt(f)
                    passed = (1.0 - root) / max(root, 0.01) * math.sqrt(x * x + y * y) / shell
                    if passed >= 1.0 or not _in_arc(shape, x, y):
                        continue
                    middle = (2.0 * passed - 1.0) * (2.0 * passed - 1.0)
                    value = amount * (math.sqrt(1.0 - middle) - 0.55 * math.sqrt(max(0.0, 1.0 - middle / 0.6)))
                elif soft:
                    grain = 1.0 - noisy + noisy * max(0.0, 0.6 + noise[i, j])
                    value = amount * min(1.0, 2.0 * (1.0 - f)) * grain
                else:
                    value = amount * math.sqrt(1.0 - f)
                    if shelled:
                        inner = _norm(x, y, inner_across, inner_down, power, 0.0)
                        if inner < 1.0:
                            value -= 0.8 * amount * hollow * math.sqrt(1.0 - inner)
                if union:
                    bones[i, j] = max(bones[i, j], value)
                else:
                    total[i, j] += value
    for i in range(rows):
        for j in range(columns):
            total[i, j] += bones[i, j]


@compiled
def develop(  # noqa: PLR0913, PLR0917 - compiled code takes arrays one by one
    labels: Bytes,
    added: Reals,
    values: Reals,
    grain: Reals,
    bend_v: Reals,
    bend_u: Reals,
    white: Reals,
    out: Reals,
) -> None:
    """Values of the tissues with organic outlines, softened edges, lesions and grain.

    values and grain: (labels,) mean and spread of each tissue; bend: (rows, columns) shift of outlines in pixels.
    """
    rows, columns = labels.shape
    for i in range(rows):
        for j in range(columns):
            y = min(max(i + int(bend_v[i, j]), 1), rows - 2)
            x = min(max(j + int(bend_u[i, j]), 1), columns - 2)
            here = labels[y, x]
            mixed = 0.4 * values[here] + 0.15 * (
                values[labels[y - 1, x]]
                + values[labels[y + 1, x]]
                + values[labels[y, x - 1]]
                + values[labels[y, x + 1]]
            )
            out[i, j] = mixed + added[y, x] + grain[here] * white[i, j]

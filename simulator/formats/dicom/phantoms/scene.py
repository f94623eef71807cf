"""A view of one patient with one finding, as the table of shapes that the compiled loops draw."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import cos, radians, sin

import numpy as np

from simulator.formats.dicom.phantoms import raster
from simulator.formats.dicom.phantoms.arrays import Masks, Reals
from simulator.formats.dicom.phantoms.model import Edit, Fault, Shape, View
from simulator.formats.dicom.phantoms.tissues import tissues

MIDDLE_AGE = 50
VARIETY = 0.03
"""How much organs differ between people, as a share of their size: estimate."""
LESION_VARIETY = 0.15


@dataclass(frozen=True)
class Body:
    """Who is drawn: age in years, growth (adult height is 1), girth (1 is average)."""

    sex: str
    age: float
    growth: float
    girth: float


@dataclass(frozen=True)
class Lesion:
    """Where the patient's lesions are: on which side (-1 the patient's right, 1 left), and stray in -1..1 each way."""

    side: int
    stray: tuple[float, float, float]
    size: float


@dataclass(frozen=True)
class Scene:
    """shapes: (S, COLUMNS); over: (S,) labels that each may cover; fault: the break, if there is one."""

    view: View
    shapes: Reals
    over: Masks
    fault: Reals
    body: Body


def lesion(rng: np.random.Generator, side: int = 0) -> Lesion:
    """Drawn at chance, or on the side that is named."""
    chance = -1 if rng.random() < 0.5 else 1  # noqa: PLR2004 - either side is as likely
    u, v, w, size = rng.uniform(-1, 1, 4)
    return Lesion(side or chance, (u, v, w), 1 + LESION_VARIETY * size)


def compose(view: View, finding: str | None, body: Body, where: Lesion, rng: np.random.Generator) -> Scene:
    """The shapes of the view, changed by the finding: edits first, then the lesions on top."""
    changes = view.findings[finding] if finding else ()
    anatomy = [one for one in view.shapes if one.sex in (None, body.sex)]
    parts = [part for one in anatomy for part in _parts(_varied(one, body, rng), rng)]
    for edit in (one for one in changes if isinstance(one, Edit)):
        parts = [kept for one in parts for kept in _edited(one, edit)]
    faults = [one for one in changes if isinstance(one, Fault)]
    for added in (one for one in changes if isinstance(one, Shape)):
        parts += _parts(_placed(added, where), rng)
    names = [one.name for one in parts]
    broken = faults[0].fault if faults else ()
    rows = [_row(one, names, broken, view.technique) for one in parts]
    masks = np.array([_mask(one.over) for one in parts], np.uint64)
    return Scene(view, np.array(rows, np.float32), masks, _fault(faults, where), body)


def _varied(shape: Shape, body: Body, rng: np.random.Generator) -> Shape:
    girth = 1 + shape.fat * (body.girth - 1)
    aged = 1 + shape.age * (body.age - MIDDLE_AGE) / MIDDLE_AGE
    own = 1 + VARIETY * rng.uniform(-1, 1)
    u, v, w = shape.size
    factor = max(girth * aged * own, 0.05)
    return shape.model_copy(update={"size": (u * factor, v * factor, w)})


def _placed(shape: Shape, where: Lesion) -> Shape:
    u, v, w = (a + b * c for a, b, c in zip(shape.at, shape.stray, where.stray, strict=True))
    size = tuple(one * where.size for one in shape.size)
    moved = shape.model_copy(update={"at": (u, v, w), "size": size})
    return _mirrored(moved) if shape.side and where.side < 0 else moved


def _mirrored(shape: Shape) -> Shape:
    u, v, w = shape.at
    arc = None if shape.arc is None else (180 - shape.arc[1], 180 - shape.arc[0])
    step = (-shape.step[0], *shape.step[1:])
    names = {
        key: value.replace("left", "right")
        for key in ("name", "clip", "outside")
        if (value := getattr(shape, key)) is not None
    }
    update = {"at": (-u, v, w), "turn": -shape.turn, "arc": arc, "step": step, "wedge": -shape.wedge}
    return shape.model_copy(update=update | names)


def _parts(shape: Shape, rng: np.random.Generator) -> Iterator[Shape]:
    """All bodies that one entry stands for: copies, those at chance places, those of the other side."""
    for side in (shape, _mirrored(shape)) if shape.mirror else (shape,):
        for n in range(side.copies):
            name = f"{side.name}{n}" if side.copies > 1 else side.name
            u, v, w = (a + n * b for a, b in zip(side.at, side.step, strict=True))
            grown = 1 + n * side.bend[0]
            size = (side.size[0] * grown, side.size[1] * (1 + n * side.bend[1]), side.size[2])
            for _ in range(side.many):
                du, dv, dw = _within(rng, side.spread) if side.many > 1 else (0.0, 0.0, 0.0)
                own = 1 + (0.3 * rng.uniform(-1, 1) if side.many > 1 else 0)
                scaled = tuple(one * own for one in size)
                yield side.model_copy(update={"name": name, "at": (u + du, v + dv, w + dw), "size": scaled})


def _within(rng: np.random.Generator, spread: Sequence[float]) -> tuple[float, float, float]:
    direction = rng.standard_normal(3)
    far = rng.random() ** (1 / 3) / max(float(np.linalg.norm(direction)), 1e-6)
    u, v, w = (float(one) * far * half for one, half in zip(direction, spread, strict=True))
    return u, v, w


def _edited(shape: Shape, edit: Edit) -> Iterator[Shape]:
    if not shape.name.startswith(edit.edit):
        yield shape
    elif not edit.drop:
        yield shape.model_copy(
            update={
                "size": tuple(a * b for a, b in zip(shape.size, edit.grow, strict=True)),
                "at": tuple(a + b for a, b in zip(shape.at, edit.shift, strict=True)),
                "tissue": edit.tissue or shape.tissue,
                "turn": shape.turn + edit.turn,
                "wedge": shape.wedge + edit.wedge,
            }
        )


def _mask(over: Sequence[str]) -> np.uint64:
    if not over:
        return raster.EVERYWHERE
    return np.uint64(sum(1 << tissues().label(name) for name in over))


def _row(shape: Shape, names: Sequence[str], broken: Sequence[str], technique: str) -> list[float]:
    """One line of the table; see raster.py for its columns."""
    row = [0.0] * raster.COLUMNS
    row[raster.U : raster.W + 1] = shape.at
    row[raster.RU : raster.RW + 1] = shape.size
    row[raster.COS], row[raster.SIN] = cos(radians(shape.turn)), sin(radians(shape.turn))
    row[raster.POWER], row[raster.SHELL], row[raster.WEDGE] = shape.box, shape.shell, shape.wedge
    if shape.arc:
        row[raster.ARC_LOW], row[raster.ARC_HIGH] = (radians(one) for one in _arc(shape.arc))
    row[raster.COLUMN] = float(shape.column)
    row[raster.NOISE], row[raster.UNION] = shape.noise, float(shape.union)
    row[raster.FAULT] = float(any(shape.name.startswith(one) for one in broken))
    row[raster.CLIP] = names.index(shape.clip) if shape.clip else -1
    row[raster.OUTSIDE] = names.index(shape.outside) if shape.outside else -1
    row[raster.LABEL] = -1  # only a bound for others
    if shape.tissue:
        row[raster.LABEL] = tissues().label(shape.tissue)
        row[raster.AMOUNT] = 2 * shape.size[2] * float(tissues().columns["mu"][tissues().label(shape.tissue)])
    if shape.soft:
        row[raster.SOFT], row[raster.LABEL] = 1.0, 0.0
        row[raster.AMOUNT] = shape.soft * (0.02 if technique == "radiograph" else 1)
    return row


def _arc(arc: tuple[float, float]) -> tuple[float, float]:
    """The same arc beginning between -180 and 180 degrees."""
    turns = (arc[0] + 180) // 360 * 360
    return arc[0] - turns, arc[1] - turns


def _fault(faults: Sequence[Fault], where: Lesion) -> Reals:
    if not faults:
        return np.zeros(9, np.float32)
    one = faults[0]
    sign = where.side if one.side else 1
    angle = radians(one.turn * sign)
    u, v, w = one.at
    # the normal of a line at `turn` degrees from the rows
    return np.array(
        [sign * u, v, -sin(angle), cos(angle), one.gap, sign * one.step[0], one.step[1], w, one.reach], np.float32
    )

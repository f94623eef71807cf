"""What a phantom is made of, as its files say it: views of body regions, shapes, and what findings change."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from simulator.knowledge.reading import read_yaml

FOLDER = Path(__file__).with_name("regions")
Point = tuple[float, float, float]
Pair = tuple[float, float]


class Part(BaseModel):
    """An entry of a region's file; keys that it does not know are mistakes."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Shape(Part):
    """A solid or hollow body: `at` and `size` (half axes) in mm along the image's columns, rows and slices.

    turn: degrees in the image; box: 2 an ellipse, 4 and 8 ever more of a rectangle; shell: thickness of its wall if it
    is hollow; arc: degrees of a hollow ellipse that are there; column: no thinner towards its ends; wedge: how much
    higher one end is; over: tissues that it may cover, all if none are named; clip, outside: only inside the shape of
    that name, or not there. mirror: also on the other side; copies, step, bend: more of it, each a step further and
    larger; many, spread: that many at chance places within half axes. soft: not a tissue but so much added to the
    values beneath, `noise` of it uneven. sex: only there; fat, age: how its size follows body weight and age; union:
    does not add to other bones on a radiograph; side: a lesion on either side; stray: how far from `at` it may lie.
    """

    name: str = ""
    tissue: str | None = None
    at: Point = (0.0, 0.0, 0.0)
    size: Point
    turn: float = 0.0
    box: Literal[2, 4, 8] = 2
    shell: float = 0.0
    arc: Pair | None = None
    column: bool = False
    wedge: float = 0.0
    over: tuple[str, ...] = ()
    clip: str | None = None
    outside: str | None = None
    mirror: bool = False
    copies: Annotated[int, Field(ge=1, le=24)] = 1
    step: Point = (0.0, 0.0, 0.0)
    bend: Pair = (0.0, 0.0)
    many: Annotated[int, Field(ge=1, le=200)] = 1
    spread: Point = (0.0, 0.0, 0.0)
    soft: float = 0.0
    noise: float = 0.0
    sex: Literal["male", "female"] | None = None
    fat: float = 0.0
    age: float = 0.0
    union: bool = False
    side: bool = False
    stray: Point = (0.0, 0.0, 0.0)


class Edit(Part):
    """A change of the shapes whose name begins so: factors of their size, another tissue, a shift, or their absence."""

    edit: str
    grow: Point = (1.0, 1.0, 1.0)
    tissue: str | None = None
    shift: Point = (0.0, 0.0, 0.0)
    turn: float = 0.0
    wedge: float = 0.0
    drop: bool = False


class Fault(Part):
    """A break through the shapes named: `at` a point of it, `turn` its direction, `gap` its width, `step` the shift."""

    fault: tuple[str, ...]
    at: Point
    turn: float = 0.0
    gap: float = 1.0
    step: Pair = (0.0, 0.0)
    reach: float = 1000.0
    side: bool = False


Change = Shape | Edit | Fault


class Exam(Part):
    """How an examination differs from others of its view: with contrast medium, or in weightings of its own."""

    contrast: bool = False
    series: tuple[str, ...] = ()


class View(Part):
    """One way to look at a region: how wide and high in mm, from which level to which, and what is there."""

    technique: Literal["radiograph", "ct", "mr", "ultrasound"]
    plane: Literal["axial", "sagittal", "coronal"] = "axial"
    size: Pair
    centre: Pair = (0.0, 0.0)
    levels: Pair = (0.0, 0.0)
    window: Pair | None = None
    series: tuple[str, ...] = ()
    probe: Literal["sector", "linear", "convex"] = "convex"
    position: str = ""
    bend: float = 1.5
    exams: Mapping[str, Exam]
    shapes: tuple[Shape, ...]
    findings: Mapping[str, tuple[Change, ...]]


@cache
def views() -> Mapping[str, View]:
    """Examination of the knowledge -> the view that shows it; read once from the files of the regions."""
    found: dict[str, View] = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        for view in (View.model_validate(one) for one in read_yaml(path)["views"]):
            found.update(dict.fromkeys(view.exams, view))
    return found

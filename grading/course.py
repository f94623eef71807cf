"""What a course and a module are, and how they are read from `courses/<course>/`.

course = load_course("his")            # every module, checked
module = course.module("los")
module.reference                       # courses/his/los/answers/reference.py
"""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from grading.errors import FormatError, GradingError
from grading.messages import LANGUAGES, Language
from grading.policy import Policy
from grading.yamlfile import Strict, read_model

MARK_SUFFIX = "_mark"
"""The locked test cell of item `x` has grade_id `x_mark`."""


def _both_languages(text: Mapping[str, str]) -> Mapping[str, str]:
    missing = [lang for lang in LANGUAGES if not str(text.get(lang, "")).strip()]
    other = sorted(set(text) - set(LANGUAGES))
    if missing or other:
        raise ValueError("a text needs exactly the keys zh and en, neither of them empty")
    return text


def _identifier(name: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", name):
        raise ValueError("a name is lower-case letters, digits and _, starts with a letter, at most 40")
    return name


def _folder(name: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,39}", name):
        raise ValueError("a folder name is lower-case letters, digits and -, starts with a letter, at most 40")
    return name


def _codes(codes: object) -> object:
    return tuple(codes.replace(",", " ").split()) if isinstance(codes, str) else codes


BothLanguages = Annotated[dict[str, str], AfterValidator(_both_languages)]
Identifier = Annotated[str, AfterValidator(_identifier)]
Folder = Annotated[str, AfterValidator(_folder)]


class Competency(Strict):
    """A competency of a published framework, such as IMIA 2010's I14 or AMIA 2017's F7."""

    code: str = Field(pattern=r"^(I([1-9]|1\d|2[0-4])|F([1-9]|10)|PD|IO|OG)$")
    zh: str
    en: str


class Credit(Strict):
    """Hours of learning per credit where the course is recognised; what a certificate may claim."""

    hours_per_credit: float = Field(gt=0)
    scheme: BothLanguages


class Outcome(Strict):
    """What the learner can do afterwards, with the competencies it belongs to."""

    codes: Annotated[tuple[str, ...], BeforeValidator(_codes)]
    zh: str
    en: str


class Item(Strict):
    """One automatically marked item; `id` is the grade_id of its solution cell."""

    id: Identifier
    points: float = Field(gt=0, le=100)
    title: BothLanguages
    kind: Literal["function", "value"] = "function"

    @property
    def mark_cell(self) -> str:
        """The grade_id of the locked cell that carries the verdict."""
        return self.id + MARK_SUFFIX


class Manual(Strict):
    """One optional cell that a person marks; with 0 points it never stands in the way of full marks."""

    id: Identifier
    points: float = Field(0, ge=0, le=100)
    title: BothLanguages


class ModuleData(Strict):
    """The data set a learner's files come from, and what each file is."""

    dataset: Folder
    files: dict[str, BothLanguages] = Field(min_length=1)


class Module(Strict):
    """One module, as module.yaml describes it; `folder` is where it lies."""

    folder: Path
    course: Folder
    title: BothLanguages
    about: BothLanguages
    minutes: int = Field(ge=10, le=600)
    outcomes: tuple[Outcome, ...] = Field(min_length=1)
    data: ModuleData
    items: tuple[Item, ...] = Field(min_length=1)
    manual: tuple[Manual, ...] = ()
    policy: Policy = Field(default_factory=lambda: Policy.model_validate({}))

    @model_validator(mode="after")
    def _ids_differ(self) -> Self:
        ids = [item.id for item in self.items] + [cell.id for cell in self.manual]
        for name in ids:
            if ids.count(name) > 1:
                raise ValueError(f"two items are called {name}; each needs a name of its own")
        return self

    @property
    def id(self) -> str:
        """The folder's name: also the nbgrader assignment and notebook name."""
        return self.folder.name

    @property
    def points(self) -> float:
        """The points that are marked automatically."""
        return sum(item.points for item in self.items)

    @property
    def assignment(self) -> Path:
        """What the learner sees, as text."""
        return self.folder / "assignment.py"

    @property
    def checks(self) -> Path:
        """How it is marked; never leaves the server."""
        return self.folder / "checks.py"

    @property
    def reference(self) -> Path:
        """The right answer."""
        return self.folder / "answers" / "reference.py"

    def item(self, name: str) -> Item:
        """Find the item of this id; GradingError if there is none."""
        for item in self.items:
            if item.id == name:
                return item
        raise GradingError(f"module {self.id} has no item {name}; it has {', '.join(i.id for i in self.items)}")


class CourseFile(Strict):
    """course.yaml as it is written."""

    title: BothLanguages
    about: BothLanguages
    audience: BothLanguages
    languages: tuple[Language, ...] = LANGUAGES
    credit: Credit | None = None
    competencies: tuple[Competency, ...] = Field(min_length=1)
    modules: tuple[Folder, ...] = Field(min_length=1)


class Course(CourseFile):
    """A course and its modules in order."""

    folder: Path
    loaded: tuple[Module, ...]

    @property
    def id(self) -> str:
        """The folder's name."""
        return self.folder.name

    def module(self, name: str) -> Module:
        """Find the module of this name; GradingError if there is none."""
        for module in self.loaded:
            if module.id == name:
                return module
        raise GradingError(f"course {self.id} has no module {name}; it has {', '.join(self.modules)}")


def code_root() -> Path:
    """Give the folder that holds courses/ and datasets/: $XINGLIN_CODE, or where this package lies."""
    return Path(os.environ.get("XINGLIN_CODE") or Path(__file__).resolve().parents[1])


def courses_root() -> Path:
    """Give the folder of all courses."""
    return code_root() / "courses"


def course_names(root: Path | None = None) -> list[str]:
    """Name all courses there are, in alphabetical order."""
    return sorted(file.parent.name for file in (root or courses_root()).glob("*/course.yaml"))


def load_course(name: str, root: Path | None = None) -> Course:
    """Read course.yaml and every module.yaml it lists; FormatError or GradingError says what is wrong."""
    folder = (root or courses_root()) / name
    if not (folder / "course.yaml").is_file():
        there = ", ".join(course_names(root)) or "none"
        raise GradingError(f"there is no course {name} in {folder.parent}; there is: {there}")
    file = read_model(folder / "course.yaml", CourseFile)
    modules = tuple(load_module(folder / module) for module in file.modules)
    _known_codes(folder / "course.yaml", file, modules)
    return Course(folder=folder, loaded=modules, **{key: getattr(file, key) for key in CourseFile.model_fields})


def load_module(folder: Path) -> Module:
    """Read one module.yaml."""
    if not folder.is_dir():
        raise FormatError(folder.parent / "course.yaml", "modules", folder.name, "there is no folder of this name")
    return read_model(folder / "module.yaml", Module, folder=folder, course=folder.parent.name)


def select(what: str | None, root: Path | None = None) -> Iterator[tuple[Course, Module]]:
    """Yield the modules that COURSE, COURSE/MODULE or nothing (everything) names."""
    course_name, _, module_name = (what or "").partition("/")
    for name in [course_name] if course_name else course_names(root):
        course = load_course(name, root)
        for module in [course.module(module_name)] if module_name else course.loaded:
            yield course, module


def _known_codes(file: Path, course: CourseFile, modules: tuple[Module, ...]) -> None:
    known = {competency.code for competency in course.competencies}
    for module in modules:
        for number, outcome in enumerate(module.outcomes):
            for code in outcome.codes:
                if code not in known:
                    where = f"outcomes[{number}].codes"
                    raise FormatError(
                        module.folder / "module.yaml", where, code, f"list it under competencies in {file.name} first"
                    )

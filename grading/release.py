"""Source notebook -> what learners get, through nbgrader's own preprocessors, and a check that nothing leaks.

A course is built into the state folder:

    courses/<course>/source/<module>/<module>.ipynb    nbgrader's source (first language), with solutions
    courses/<course>/release/<module>/<module>.ipynb   nbgrader's release of it
    courses/<course>/gradebook.db                      nbgrader's gradebook knows every cell
    editions/<course>/<module>/<lang>/<module>.ipynb   the release in each language, which the exchange hands out
"""

import hashlib
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.preprocessors import (
    CheckCellMetadata,
    ClearHiddenTests,
    ClearMarkScheme,
    ClearOutput,
    ClearSolutions,
    ComputeChecksums,
    LockCells,
    SaveCells,
)
from traitlets.config import Config

from grading.build import MARK_CELL, build_notebook, notebook_bytes
from grading.cells import read_cells, without_solution
from grading.course import Course, Module
from grading.errors import FormatError
from grading.files import write_atomically
from grading.messages import Language

CODE_STUB = "# 在这里写你的代码 · write your code here\nraise NotImplementedError()"
TEXT_STUB = "写在这里 · write here"
_CLEAN = (LockCells, ClearSolutions, ClearOutput, CheckCellMetadata, ComputeChecksums)
_AFTER_SAVING = (ClearHiddenTests, ClearMarkScheme, ComputeChecksums, CheckCellMetadata)
_METADATA = frozenset({"nbgrader", "deletable", "editable"})


@dataclass(frozen=True, slots=True)
class Edition:
    """One module released in one language; `version` is the first 12 hex digits of the notebook's SHA-256."""

    course: str
    module: str
    lang: Language
    notebook: Path
    version: str


def release_notebook(module: Module, source: NotebookNode, db_url: str | None = None) -> NotebookNode:
    """Run nbgrader's generate_assignment preprocessors; with `db_url` the cells are saved in that gradebook."""
    config = Config({"ClearSolutions": {"code_stub": {"python": CODE_STUB}, "text_stub": TEXT_STUB}})
    resources = {"nbgrader": {"notebook": module.id, "assignment": module.id, "db_url": db_url}}
    steps = [*_CLEAN, *([SaveCells] if db_url else []), *_AFTER_SAVING]
    notebook = source
    for step in steps:
        notebook, resources = step(config=config).preprocess(notebook, resources)
    check_release(module, notebook)
    return notebook


def open_gradebook(db_url: str, course: str) -> Gradebook:
    """Open nbgrader's gradebook; a new one asks `alembic` for its version, which lies beside this Python."""
    beside = str(Path(sys.executable).parent)
    if beside not in os.environ.get("PATH", "").split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join([beside, os.environ.get("PATH", os.defpath)])
    return Gradebook(db_url, course)


def build_module(module: Module, languages: tuple[Language, ...], state: Path) -> list[Edition]:
    """Write source, release, gradebook and editions of one module below the state folder."""
    root = state / "courses" / module.course
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    db_url = f"sqlite:///{(root / 'gradebook.db').resolve()}"
    with open_gradebook(db_url, module.course) as gradebook:
        gradebook.update_or_create_assignment(module.id)
    editions = []
    for number, lang in enumerate(languages):
        source = build_notebook(module, lang)
        source_bytes = notebook_bytes(source)
        released = notebook_bytes(release_notebook(module, source, None if number else db_url))
        name = f"{module.id}/{module.id}.ipynb"
        if not number:
            write_atomically(root / "source" / name, source_bytes, mode=0o600)
            write_atomically(root / "release" / name, released, mode=0o600)
        path = state / "editions" / module.course / module.id / lang / f"{module.id}.ipynb"
        write_atomically(path, released, mode=0o600)
        editions.append(Edition(module.course, module.id, lang, path, hashlib.sha256(released).hexdigest()[:12]))
    return editions


def build_course(course: Course, state: Path) -> list[Edition]:
    """Build every module of a course; nothing is written for a module whose files are wrong."""
    return [edition for module in course.loaded for edition in build_module(module, course.languages, state)]


def check_release(module: Module, notebook: NotebookNode) -> None:
    """Refuse a release in which anything stands that the visible part of assignment.py does not have.

    Every line of every cell must come from prose, code or the stub of a solution cell; no outputs, attachments or
    foreign metadata. So neither a solution nor a line of checks.py or answers/ can be inside.
    """
    visible = _visible_lines(module)
    for cell in notebook.cells:
        where = f"cell {cell.id}"
        if cell.get("outputs") or cell.get("attachments"):
            raise FormatError(
                module.assignment, where, "outputs", "a released notebook has neither outputs nor attachments"
            )
        strange = sorted(set(cell.metadata) - _METADATA)
        if strange:
            raise FormatError(module.assignment, where, strange[0], "only nbgrader's own metadata may ship")
        for line in cell.source.splitlines():
            if line.strip() not in visible:
                raise FormatError(
                    module.assignment, where, line.strip(), "this is not in the visible part of the assignment"
                )


def _visible_lines(module: Module) -> frozenset[str]:
    texts = [without_solution(cell.source) for cell in read_cells(module.assignment)]
    texts += [CODE_STUB, TEXT_STUB, MARK_CELL]
    return frozenset(line.strip() for text in texts for line in text.splitlines())

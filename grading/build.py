"""`assignment.py` -> one nbgrader source notebook per language.

The editions differ in prose, and in plain code that says so (the language of the texts to work on, say). Locked,
solution and test cells, their order, ids and grade_ids are the same, so one row of nbgrader's gradebook serves both.
Building is pure: the same text gives the same bytes.
"""

from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from grading.cells import BEGIN, END, Cell, Kind, paired, read_cells
from grading.course import MARK_SUFFIX, Module
from grading.errors import FormatError
from grading.messages import LANGUAGES, Language, say

SCHEMA_VERSION = 3
_FLAGS: dict[Kind, dict[str, bool]] = {
    "locked": {"grade": False, "locked": True, "solution": False, "task": False},
    "solution": {"grade": False, "locked": False, "solution": True, "task": False},
    "test": {"grade": True, "locked": True, "solution": False, "task": False},
    "manual": {"grade": True, "locked": False, "solution": True, "task": False},
}
_KERNEL = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python", "file_extension": ".py", "mimetype": "text/x-python"},
}
MARK_CELL = "\n".join(say("mark_cell", lang) for lang in LANGUAGES)
"""What stands in every test cell: the same in both editions, because nbgrader compares it."""


def build_notebook(module: Module, lang: Language, answers: dict[str, str] | None = None) -> NotebookNode:
    """Make the source notebook in one language; `answers` (item id -> code) replace the solutions, for the gate."""
    cells = read_cells(module.assignment)
    groups = paired(module.assignment, cells)
    _check_against_module(module, [group[0] for group in groups])
    notebook = new_notebook(
        metadata={**_KERNEL, "xinglin": {"course": module.course, "module": module.id, "lang": lang}}
    )
    for number, group in enumerate(groups):
        cell = next((c for c in group if c.lang in {lang, None}), group[0])
        source = (answers or {}).get(cell.id or "", cell.source) if cell.kind == "solution" else cell.source
        notebook.cells.append(_notebook_cell(cell, source, f"{module.id}-{number:02d}"))
    nbformat.validate(notebook)
    return notebook


def notebook_bytes(notebook: NotebookNode) -> bytes:
    """Write a notebook as the UTF-8 bytes of an .ipynb file."""
    return f"{nbformat.writes(notebook, version=4)}\n".encode()


def _notebook_cell(cell: Cell, source: str, fallback_id: str) -> NotebookNode:
    metadata: dict[str, object] = {}
    if cell.kind != "plain":
        metadata["nbgrader"] = {"schema_version": SCHEMA_VERSION, "grade_id": cell.id, **_FLAGS[cell.kind]}
        if cell.points is not None:
            metadata["nbgrader"]["points"] = cell.points  # type: ignore[index] # built above
    if cell.kind == "test":
        source = MARK_CELL
    make = new_markdown_cell if cell.markdown else new_code_cell
    return make(source=source, metadata=metadata, id=cell.id or fallback_id)


def _check_against_module(module: Module, cells: list[Cell]) -> None:
    """Items, points and manual cells stand in module.yaml and in assignment.py alike."""
    file = module.assignment
    _names_differ(file, cells)
    solutions = {cell.id: cell for cell in cells if cell.kind == "solution"}
    tests = {cell.id: cell for cell in cells if cell.kind == "test"}
    for item in module.items:
        if item.id not in solutions:
            raise FormatError(file, "cells", None, f'item {item.id} needs a cell # %% nb="solution" id="{item.id}"')
        _check_region(file, solutions[item.id])
        test = tests.get(item.mark_cell)
        header = f'# %% nb="test" id="{item.mark_cell}" points={item.points:g}'
        if test is None:
            raise FormatError(file, "cells", None, f"item {item.id} needs a cell {header}")
        if test.points != item.points:
            raise FormatError(file, f"line {test.line}", f"points={test.points:g}", f"module.yaml says {header}")
    _no_strangers(file, solutions, {item.id for item in module.items}, "items")
    _no_strangers(file, tests, {item.mark_cell for item in module.items}, f"items (id of the item + {MARK_SUFFIX})")
    manual = {cell.id: cell for cell in cells if cell.kind == "manual"}
    _no_strangers(file, manual, {cell.id for cell in module.manual}, "manual")
    for entry in module.manual:
        if entry.id not in manual or manual[entry.id].points != entry.points:
            header = f'# %% [markdown] nb="manual" id="{entry.id}" points={entry.points:g}'
            raise FormatError(file, "cells", None, f"manual cell {entry.id} needs {header}")


def _names_differ(file: Path, cells: list[Cell]) -> None:
    seen: dict[str, int] = {}
    for cell in cells:
        if cell.id and cell.id in seen:
            raise FormatError(file, f"line {cell.line}", f'id="{cell.id}"', f"line {seen[cell.id]} has this id already")
        if cell.id:
            seen[cell.id] = cell.line


def _check_region(file: Path, cell: Cell) -> None:
    lines = [line.strip() for line in cell.source.splitlines()]
    if lines.count(BEGIN) != 1 or lines.count(END) != 1 or lines.index(BEGIN) > lines.index(END):
        raise FormatError(
            file, f"line {cell.line}", f'id="{cell.id}"', f"put the solution between {BEGIN} and {END}, once"
        )


def _no_strangers(file: Path, there: dict[str | None, Cell], known: set[str], key: str) -> None:
    for name, cell in there.items():
        if name not in known:
            raise FormatError(file, f"line {cell.line}", f'id="{name}"', f"module.yaml has no such entry under {key}")

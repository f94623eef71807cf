"""Puts back what belongs to the assignment: locked cells and all of nbgrader's metadata come from the gradebook.

The same as nbgrader's OverwriteCells, but nothing of the collected metadata is believed except the grade_id, and
missing or repeated cells are refused instead of passed over.
"""

from collections import Counter
from dataclasses import dataclass

from nbformat import NotebookNode
from nbgrader.api import Gradebook

from grading.errors import SubmissionError


@dataclass(frozen=True)
class SourceCell:
    """One cell of the assignment as the gradebook keeps it; `points` is None where nothing is marked."""

    grade_id: str
    cell_type: str
    source: str
    checksum: str | None
    locked: bool
    grade: bool
    solution: bool
    task: bool
    points: float | None

    @property
    def is_test(self) -> bool:
        """A locked cell with points: nbgrader's autograder test, or the place of our verdict."""
        return self.grade and not self.solution

    def metadata(self) -> dict[str, object]:
        """Give nbgrader's metadata, version 3."""
        told: dict[str, object] = {
            "grade_id": self.grade_id, "grade": self.grade, "solution": self.solution, "task": self.task,
            "locked": self.locked, "schema_version": 3, "cell_type": self.cell_type,
        }  # fmt: skip
        if self.checksum is not None:
            told["checksum"] = self.checksum
        return told | ({} if self.points is None else {"points": self.points})


def source_cells(gradebook: Gradebook, notebook: str, assignment: str) -> dict[str, SourceCell]:
    """Read the cells of one notebook of an assignment, in order."""
    found = gradebook.find_notebook(notebook, assignment)
    grades = {cell.name: float(cell.max_score) for cell in found.grade_cells}
    tasks = {cell.name: float(cell.max_score) for cell in found.task_cells}
    solutions = {cell.name for cell in found.solution_cells}
    return {
        cell.name: SourceCell(
            grade_id=cell.name,
            cell_type=cell.cell_type,
            source=cell.source or "",
            checksum=cell.checksum,
            locked=bool(cell.locked),
            grade=cell.name in grades,
            solution=cell.name in solutions,
            task=cell.name in tasks,
            points=grades.get(cell.name, tasks.get(cell.name)),
        )
        for cell in found.source_cells
    }


def restore(name: str, notebook: NotebookNode, cells: dict[str, SourceCell]) -> None:
    """Overwrite in place; SubmissionError if cells of the assignment are missing or stand there twice."""
    ids = Counter(_grade_id(cell) for cell in notebook.cells)
    missing = [grade_id for grade_id in cells if not ids[grade_id]]
    if missing:
        raise SubmissionError("missing_cells", name=name, cells=", ".join(missing))
    repeated = [grade_id for grade_id in cells if ids[grade_id] > 1]
    if repeated:
        raise SubmissionError("repeated_cells", name=name, cells=", ".join(repeated))
    for cell in notebook.cells:
        known = cells.get(_grade_id(cell) or "")
        if known is None:
            cell.metadata = NotebookNode()
        else:
            _overwrite(cell, known)


def _overwrite(cell: NotebookNode, known: SourceCell) -> None:
    if cell.cell_type != known.cell_type:
        cell.cell_type = known.cell_type
        for key in ("outputs", "execution_count", "attachments"):
            cell.pop(key, None)
        if known.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    cell.metadata = NotebookNode(nbgrader=NotebookNode(known.metadata()))
    if known.locked:
        cell.source = known.source
        cell.metadata.update(editable=False, deletable=False)


def _grade_id(cell: NotebookNode) -> str | None:
    told = cell.metadata.get("nbgrader", {}).get("grade_id")
    return told if isinstance(told, str) else None

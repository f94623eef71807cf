"""Small stock nbgrader courses in a state folder, made with nbgrader's own preprocessors."""

from __future__ import annotations

import functools
import json
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.api import Gradebook
from nbgrader.preprocessors import ClearHiddenTests, ClearSolutions, ComputeChecksums, LockCells, SaveCells

from grading.release import open_gradebook

if TYPE_CHECKING:
    from grading.marking import Job, Marked, Marker

NAME = "ps1"


def graded(kind: str, grade_id: str, source: str, **told: Any) -> NotebookNode:
    """Make a cell of nbgrader's: kind is solution, test, locked or manual."""
    flags = {
        "solution": {"grade": False, "solution": True, "locked": False},
        "test": {"grade": True, "solution": False, "locked": True, "points": told.get("points", 1)},
        "locked": {"grade": False, "solution": False, "locked": True},
        "manual": {"grade": True, "solution": True, "locked": False, "points": told.get("points", 1)},
    }[kind]
    cell = new_markdown_cell(source) if kind == "manual" else new_code_cell(source)
    cell.metadata["nbgrader"] = {"grade_id": grade_id, "schema_version": 3, "task": False, **flags}
    return cell


@functools.cache
def _empty_gradebook() -> bytes:
    """Give a new gradebook file; nbgrader takes a second to make one, because it starts alembic."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "gradebook.db"
        open_gradebook(f"sqlite:///{file}", "stock").close()
        return file.read_bytes()


class StockCourse:
    """A course root with one released assignment; `submit` gives a job, with solution cells filled in."""

    def __init__(self, state: Path, cells: list[NotebookNode], course: str = "stock") -> None:
        self.state, self.course = state, course
        self.root = state / "courses" / course
        self.root.mkdir(parents=True)
        (self.root / "gradebook.db").write_bytes(_empty_gradebook())
        db_url = f"sqlite:///{self.root / 'gradebook.db'}"
        with Gradebook(db_url, course) as gradebook:
            gradebook.update_or_create_assignment(NAME)
        notebook = new_notebook(cells=cells)
        resources = {"nbgrader": {"notebook": NAME, "assignment": NAME, "db_url": db_url}}
        for step in (LockCells, ClearSolutions, ComputeChecksums, SaveCells, ClearHiddenTests, ComputeChecksums):
            notebook, resources = step().preprocess(notebook, resources)
        self.released: dict[str, Any] = json.loads(json.dumps(notebook))

    def notebook(self, answers: dict[str, str], *, before: tuple[str, ...] = ()) -> dict[str, Any]:
        """Give the released notebook with these sources, by grade_id, and code put before everything."""
        notebook: dict[str, Any] = json.loads(json.dumps(self.released))
        for cell in notebook["cells"]:
            told = cell["metadata"].get("nbgrader", {})
            cell["source"] = answers.get(told.get("grade_id"), cell["source"])
        notebook["cells"][:0] = [json.loads(json.dumps(new_code_cell(source))) for source in before]
        return notebook

    def job(self, notebook: dict[str, Any] | bytes, **told: Any) -> Job:
        """Give an attempt with this notebook."""
        from grading.marking import Job  # noqa: PLC0415 - tests that need no marking need not import it

        content = notebook if isinstance(notebook, bytes) else json.dumps(notebook).encode()
        usual = {
            "course": self.course, "assignment": NAME, "student": "alice", "number": 1, "language": "en",
            "submitted_at": datetime(2026, 3, 1, 8, tzinfo=UTC), "state": self.state,
            "files": {f"{NAME}.ipynb": content},
        }  # fmt: skip
        return Job.model_validate({**usual, **told})

    def gradebook(self) -> Gradebook:
        """Open the gradebook to look at it."""
        return Gradebook(f"sqlite:///{self.root / 'gradebook.db'}", self.course)


@pytest.fixture
def stock_course(tmp_path: Path) -> Callable[[list[NotebookNode]], StockCourse]:
    return lambda cells: StockCourse(tmp_path / "state", cells)


@pytest.fixture
def cell() -> Callable[..., NotebookNode]:
    return graded


@pytest.fixture(scope="session")
def marker() -> Iterator[Marker]:
    from grading.marking import Marker  # noqa: PLC0415 - as above
    from grading.sandbox import Limits  # noqa: PLC0415 - as above

    marker = Marker(limits=Limits(notebook_s=8.0, cell_s=3.0, ask_s=2.0))
    yield marker
    marker.close()


@pytest.fixture
def mark_stock(
    stock_course: Callable[[list[NotebookNode]], StockCourse], marker: Marker
) -> Callable[..., tuple[Marked, StockCourse]]:
    """Make a course of these cells and mark one submission of it."""

    def mark(
        cells: list[NotebookNode], answers: dict[str, str], before: tuple[str, ...] = ()
    ) -> tuple[Marked, StockCourse]:
        course = stock_course(cells)
        return marker.mark(course.job(course.notebook(answers, before=before))), course

    return mark

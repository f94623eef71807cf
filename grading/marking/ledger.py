"""The gradebook: one attempt's marks written through nbgrader's own API, all of them or none.

Two workers may mark at the same time: a lock file beside gradebook.db lets one of them in.
"""

import contextlib
import fcntl
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from nbformat import NotebookNode
from nbgrader.api import Gradebook, MissingEntry, Notebook
from nbgrader.preprocessors import SaveAutoGrades

from grading.errors import GradingError, SubmissionError
from grading.marking.models import Job
from grading.marking.restore import SourceCell, source_cells


@dataclass(frozen=True)
class Totals:
    """What the gradebook says of one attempt: points, of how many, and whether a person still has to look.

    auto: the points given automatically; recorded: whether this attempt stands in the gradebook now.
    """

    auto: float
    score: float
    max_score: float
    needs_manual: bool
    recorded: bool = True


@contextlib.contextmanager
def open_gradebook(root: Path, course: str) -> Iterator[Gradebook]:
    """Open the gradebook of a course root; everything done in the block is committed at its end or not at all."""
    if not (root / "gradebook.db").is_file():
        raise SubmissionError("unknown_assignment", name=course)
    with (root / ".gradebook.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        gradebook = Gradebook(f"sqlite:///{(root / 'gradebook.db').resolve()}", course)
        commit = gradebook.db.commit
        try:
            gradebook.db.commit = gradebook.db.flush  # nbgrader commits after every step; half a mark must not stay
            yield gradebook
            commit()
        except BaseException:
            gradebook.db.rollback()
            raise
        finally:
            gradebook.close()


def assignment_cells(root: Path, course: str, assignment: str) -> dict[str, dict[str, SourceCell]]:
    """Give the notebooks of an assignment and their cells, as they were released."""
    with open_gradebook(root, course) as gradebook:
        try:
            found = gradebook.find_assignment(assignment)
        except MissingEntry:
            raise SubmissionError("unknown_assignment", name=assignment) from None
        names = [notebook.name for notebook in found.notebooks]
        for notebook in found.notebooks:
            _only_python(assignment, notebook)
        return {name: source_cells(gradebook, name, assignment) for name in names}


def _only_python(assignment: str, notebook: Notebook) -> None:
    told = json.loads(notebook.kernelspec or "{}")
    language = str(told.get("language") or "python").lower()
    if language != "python":
        file = f"{assignment}/{notebook.name}.ipynb"
        raise GradingError(f"{file} is for the kernel {told.get('name')} ({language}); only Python is marked")


def write_grades(gradebook: Gradebook, job: Job, notebooks: Mapping[str, NotebookNode]) -> Totals:
    """Write the row of this attempt from the outputs of the test cells; a manual score that is there stays."""
    gradebook.update_or_create_student(job.student)
    stamp = _naive(job.submitted_at).isoformat(sep=" ")
    with gradebook.db.no_autoflush:
        submission = gradebook.update_or_create_submission(job.assignment, job.student, timestamp=stamp)
    for name, notebook in notebooks.items():
        saver = SaveAutoGrades()
        saver.gradebook, saver.notebook_id = gradebook, name
        saver.assignment_id, saver.student_id = job.assignment, job.student
        for place, cell in enumerate(notebook.cells):
            saver.preprocess_cell(cell, {}, place)
    gradebook.db.flush()
    gradebook.db.expire_all()
    grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
    return Totals(
        auto=float(sum(grade.auto_score or 0.0 for grade in grades)),
        score=float(submission.score),
        max_score=float(submission.max_score),
        needs_manual=bool(submission.needs_manual_grade),
    )


def best_of_others(gradebook: Gradebook, job: Job) -> float | None:
    """Give the automatic score in the row if it belongs to another attempt; None if there is none or it is this one."""
    try:
        row = gradebook.find_submission(job.assignment, job.student)
    except MissingEntry:
        return None
    scores = [grade.auto_score for notebook in row.notebooks for grade in notebook.grades]
    if row.timestamp == _naive(job.submitted_at) or all(score is None for score in scores):
        return None
    return float(sum(score or 0.0 for score in scores))


def _naive(moment: datetime) -> datetime:
    """Give the time as nbgrader keeps it: UTC without saying so."""
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment

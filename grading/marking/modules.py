"""Marks a module of ours: its notebook runs without any test, then it is asked, and checks.py decides outside."""

from nbformat import NotebookNode

from grading.checks.engine import mark_items
from grading.checks.inputs import Materials
from grading.course import Module
from grading.marking.clean import clean_outputs
from grading.marking.models import Job, MarkedItem
from grading.sandbox import Sandbox, Session


def run_module(
    box: Sandbox, module: Module, job: Job, notebook: NotebookNode, materials: Materials
) -> tuple[list[MarkedItem], Session]:
    """Run the notebook and mark every item; fills in the outputs of the cells that ran."""
    cells = [cell for cell in notebook.cells if runs(cell)]
    with box.run([cell.source for cell in cells], materials.files(job.student)) as session:
        fill(cells, session)
        verdicts = mark_items(
            module, session.ask, learner_key=job.student, attempt=job.number,
            secret=materials.secret, worlds=materials.worlds,
        )  # fmt: skip
    return [MarkedItem(**verdict.as_dict()) for verdict in verdicts], session


def fill(cells: list[NotebookNode], session: Session) -> None:
    """Write what ran into the cells, cleaned."""
    for cell, ran in zip(cells, session.cells, strict=True):
        cell.execution_count, cell.outputs = ran.count or None, clean_outputs(ran.outputs)


def runs(cell: NotebookNode) -> bool:
    """Tell whether this is code of the learner or the assignment: everything but the locked cells with points."""
    told = cell.metadata.get("nbgrader", {})
    return cell.cell_type == "code" and not (told.get("grade") and not told.get("solution"))

"""The verdict as nbgrader understands it: outputs of the locked test cell.

The number in the execute_result is the partial mark that nbgrader's own rules read (nbgrader.utils.determine_grade).
"""

from collections.abc import Mapping

from nbformat import NotebookNode
from nbformat.v4 import new_output

from grading.marking.models import MarkedItem
from grading.messages import LANGUAGES


def write_verdict(cell: NotebookNode, points: float, feedback: Mapping[str, str]) -> None:
    """Replace a test cell's outputs: the mark, then the feedback in both languages as one markdown display."""
    result = new_output("execute_result", data={"text/plain": f"{points:g}"}, execution_count=cell.execution_count)
    texts = [feedback[lang] for lang in LANGUAGES if feedback.get(lang)]
    cell.outputs = [result]
    if texts:
        cell.outputs.append(new_output("display_data", data={"text/markdown": "\n\n---\n\n".join(texts)}))


def write_verdicts(notebook: NotebookNode, items: Mapping[str, MarkedItem]) -> None:
    """Give every locked test cell its verdict; items: grade_id of the cell -> verdict. None of them: no points."""
    for cell in notebook.cells:
        told = cell.metadata.get("nbgrader", {})
        if told.get("grade") and not told.get("solution") and cell.cell_type == "code":
            item = items.get(told["grade_id"])
            write_verdict(cell, item.points if item else 0.0, item.feedback if item else {})

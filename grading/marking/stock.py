"""Marks a stock nbgrader notebook, whose tests stand in it, in the sandbox; the marks follow nbgrader's own rules.

It runs twice where it has hidden tests: once as the learner has it (what is shown comes from this run), once with
the hidden tests, of which only passed or not is kept. So nothing that code overhears of a hidden test gets out.
Canary tests tell whether testing still works; the remaining risk is said in docs (tests share the learner's process).
"""

import logging
import re
import secrets
from collections.abc import Sequence
from typing import Final

from nbformat import NotebookNode
from nbgrader.preprocessors import ClearHiddenTests
from nbgrader.utils import determine_grade

from grading.marking.clean import clean_outputs
from grading.marking.models import Incident, MarkedItem
from grading.marking.texts import both
from grading.sandbox import InnerTest, RanCell, Sandbox

log = logging.getLogger(__name__)
HIDDEN: Final = re.compile(r"### BEGIN HIDDEN TESTS")


def is_test(cell: NotebookNode) -> bool:
    """Tell whether this is a locked cell with points."""
    told = cell.metadata.get("nbgrader", {})
    return cell.cell_type == "code" and bool(told.get("grade")) and not told.get("solution")


def mark_stock(
    box: Sandbox, notebook: NotebookNode, files: dict[str, bytes]
) -> tuple[list[MarkedItem], list[Incident], str | None]:
    """Run and mark; fills in outputs. Gives the verdicts, what looked like tricks, how the run ended if early."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    visible = [_visible(cell) for cell in cells]
    shown, over = _run(box, cells, visible, files)
    marked, canary = shown[0], shown[1]
    hidden = any(cell.source != source for cell, source in zip(cells, visible, strict=True))
    graded = marked
    if hidden and over is None:
        second, over = _run(box, cells, [cell.source for cell in cells], files)
        graded, canary = second[0], canary + second[1]
    items = []
    for cell, ran, tested in zip(cells, marked, graded, strict=True):
        cell.execution_count, cell.outputs = ran.count or None, clean_outputs(ran.outputs)
        if is_test(cell):
            items.append(_verdict(cell, tested, tampered=bool(canary)))
    for cell, source in zip(cells, visible, strict=True):
        if is_test(cell) and cell.source != source:
            cell.metadata["released"] = source
    return items, canary, over


def _visible(cell: NotebookNode) -> str:
    """Give the source as it was released: without the regions of hidden tests."""
    if not is_test(cell) or not HIDDEN.search(cell.source):
        return str(cell.source)
    copy = NotebookNode(cell_type="code", source=cell.source, metadata=cell.metadata)
    ClearHiddenTests()._remove_hidden_test_region(copy)  # noqa: SLF001 - nbgrader's rule for where a region ends
    return str(copy.source)


class _Canary:
    """A test of the tests: an assertion that must fail, and a value that must come back."""

    def __init__(self) -> None:
        self.word, self.number = secrets.token_hex(8), secrets.randbelow(10**9)
        must_fail = InnerTest(f"assert {self.number} + 1 == {self.number}, {self.word!r}")
        self.cells = (must_fail, InnerTest(f"{self.number} + 1"))

    def sings(self, failed: RanCell, gave: RanCell) -> bool:
        """Tell whether both behaved."""
        errors = [o for o in failed.outputs if o.get("output_type") == "error" and o.get("evalue") == self.word]
        values = [o["data"].get("text/plain") for o in gave.outputs if o.get("output_type") == "execute_result"]
        return bool(errors) and values == [str(self.number + 1)]


def _run(
    box: Sandbox, cells: Sequence[NotebookNode], sources: Sequence[str], files: dict[str, bytes]
) -> tuple[tuple[list[RanCell], list[Incident]], str | None]:
    """Run once, canaries before the first and after the last test."""
    canaries = _Canary(), _Canary()
    plan: list[str | InnerTest] = []
    where: list[int] = []
    sung: list[int] = []
    for cell, source in zip(cells, sources, strict=True):
        if is_test(cell) and not sung:
            sung.append(len(plan))
            plan += canaries[0].cells
        where.append(len(plan))
        plan.append(InnerTest(source) if is_test(cell) else source)
    sung.append(len(plan))
    plan += canaries[-1].cells
    with box.run(plan, files) as session:
        ran, over = session.cells, session.over
    if over is not None:
        return ([ran[place] for place in where], []), over
    incidents = [
        Incident(code="replaced", detail=", ".join(map(str, output.get("names", [])))[:500])
        for cell in ran
        for output in cell.outputs
        if output.get("output_type") == "replaced"
    ]
    ends = canaries[-len(sung) :]
    if not all(canary.sings(*ran[place : place + 2]) for canary, place in zip(ends, sung, strict=True)):
        incidents.append(Incident(code="canary", detail="an assertion that must fail did not, or a value was lost"))
    return ([ran[place] for place in where], incidents[:10]), None


def _verdict(cell: NotebookNode, ran: RanCell, *, tampered: bool) -> MarkedItem:
    """Decide by nbgrader's rule and leave only the mark, not what the tests said, in the cell."""
    most = float(cell.metadata["nbgrader"]["points"])
    tested = NotebookNode(
        cell_type="code", source=cell.source, metadata=cell.metadata, outputs=clean_outputs(ran.outputs)
    )
    points = 0.0
    if ran.count and not tampered:
        try:
            points = float(determine_grade(tested, log)[0] or 0.0)
        except (ValueError, KeyError):
            points = 0.0
    shown_fails = any(output.output_type == "error" for output in cell.outputs)
    errors = [output.ename for output in tested.outputs if output.output_type == "error"]
    if tampered:
        feedback = both("tampered")
    elif not ran.count:
        feedback = both("test_not_run")
    elif points >= most:
        feedback = both("test_passed")
    elif errors and not shown_fails:
        feedback = both("test_failed_hidden")
    elif errors:
        feedback = both("test_failed", error=errors[0])
    else:
        feedback = both("test_partial")
    return MarkedItem(id=cell.metadata["nbgrader"]["grade_id"], points=points, max_points=most, feedback=feedback)

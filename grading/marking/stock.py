"""Marks a stock nbgrader notebook, whose tests stand in it, in the sandbox; the marks follow nbgrader's own rules.

It runs twice where it has hidden tests: once as the learner has it (what is shown comes from this run), once with
the hidden tests, of which only passed or not is kept. So nothing that code overhears of a hidden test gets out.
Canary tests tell whether testing still works; the remaining risk is said in docs (tests share the learner's process).
"""

import logging
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from nbformat import NotebookNode
from nbgrader.preprocessors import ClearHiddenTests
from nbgrader.utils import determine_grade

from grading.marking.clean import clean_outputs, clean_text
from grading.marking.models import Incident, MarkedItem
from grading.marking.texts import both
from grading.sandbox import InnerTest, RanCell, Sandbox

log = logging.getLogger(__name__)
HIDDEN: Final = re.compile(r"### BEGIN HIDDEN TESTS")


def is_test(cell: NotebookNode) -> bool:
    """Tell whether this is a locked cell with points."""
    told = cell.metadata.get("nbgrader", {})
    return cell.cell_type == "code" and bool(told.get("grade")) and not told.get("solution")


@dataclass(frozen=True)
class Outcome:
    """What one run of a notebook gave: each cell's outputs, what looked like tricks, how it ended if early."""

    cells: list[RanCell]
    incidents: list[Incident]
    over: str | None

    @property
    def tampered(self) -> bool:
        """Whether testing no longer worked at some point."""
        return any(incident.code == "canary" for incident in self.incidents)


def mark_stock(
    box: Sandbox, notebook: NotebookNode, files: dict[str, bytes]
) -> tuple[list[MarkedItem], list[Incident], str | None]:
    """Run and mark; fills in outputs. Gives the verdicts, what looked like tricks, how the run ended if early."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    visible = [_visible(cell) for cell in cells]
    shown = graded = _run(box, cells, visible, files)
    if shown.over is None and visible != [cell.source for cell in cells]:
        graded = _run(box, cells, [cell.source for cell in cells], files)
    unseen = [incident.model_copy(update={"detail": ""}) for incident in graded.incidents if graded is not shown]
    incidents = list(dict.fromkeys((*shown.incidents, *unseen)))  # a detail of the second run could tell a hidden test
    tampered = shown.tampered or graded.tampered
    items = []
    for cell, source, ran, tested in zip(cells, visible, shown.cells, graded.cells, strict=True):
        cell.execution_count, cell.outputs = ran.count or None, clean_outputs(ran.outputs)
        if is_test(cell):
            items.append(_verdict(cell, tested, tampered=tampered))
            if cell.source != source:
                cell.metadata["released"] = source
    return items, incidents, graded.over


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
        errors = [o.evalue for o in clean_outputs(failed.outputs) if o.output_type == "error"]
        values = [o.data.get("text/plain") for o in clean_outputs(gave.outputs) if o.output_type == "execute_result"]
        return errors == [self.word] and values == [str(self.number + 1)]


def _run(box: Sandbox, cells: Sequence[NotebookNode], sources: Sequence[str], files: dict[str, bytes]) -> Outcome:
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
        return Outcome([ran[place] for place in where], [], over)
    ends = canaries[-len(sung) :]
    sing = all(canary.sings(*ran[place : place + 2]) for canary, place in zip(ends, sung, strict=True))
    silent = (
        [] if sing else [Incident(code="canary", detail="an assertion that must fail did not, or a value was lost")]
    )
    return Outcome([ran[place] for place in where], [*silent, *_replaced(ran)], None)


def _replaced(cells: Sequence[RanCell]) -> list[Incident]:
    """Read what guard.py noticed before each test (the learner's process says so, so it may be anything)."""
    told = [output.get("names") for cell in cells for output in cell.outputs if output.get("output_type") == "replaced"]
    lists = [names for names in told if isinstance(names, list)]
    return [Incident(code="replaced", detail=clean_text(", ".join(map(str, names)), 500)) for names in lists[:10]]


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
    seen = [output.ename for output in cell.outputs if output.output_type == "error"]
    failed = any(output.output_type == "error" for output in tested.outputs)
    if tampered:
        feedback = both("tampered")
    elif not ran.count:
        feedback = both("test_not_run")
    elif points >= most:
        feedback = both("test_passed")
    elif failed and not seen:
        feedback = both("test_failed_hidden")
    elif failed:
        feedback = both("test_failed", error=seen[0])  # of the first run: the second one knows hidden tests
    else:
        feedback = both("test_partial")
    return MarkedItem(id=cell.metadata["nbgrader"]["grade_id"], points=points, max_points=most, feedback=feedback)

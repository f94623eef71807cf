"""One attempt from bytes to verdict: read, restore, run, ask, check, record, feedback."""

import contextlib
import copy
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any

import nbformat
from nbformat import NotebookNode

from grading.checks.inputs import Materials
from grading.course import Module, courses_root, load_module
from grading.errors import GradingError, SubmissionError
from grading.files import write_atomically
from grading.marking.clean import clean_cell
from grading.marking.ledger import Totals, assignment_cells, best_of_others, open_gradebook, write_grades
from grading.marking.models import Incident, Job, Marked, MarkedItem
from grading.marking.modules import run_module
from grading.marking.page import feedback_page, shown_cells
from grading.marking.reading import MOST_BYTES, read_submission
from grading.marking.restore import restore
from grading.marking.stock import mark_stock
from grading.marking.texts import reason_of, say
from grading.marking.verdict import write_verdicts
from grading.messages import LANGUAGES
from grading.sandbox import Limits, Sandbox

_STUDENT = re.compile(r"[A-Za-z0-9_@+-][A-Za-z0-9._@+-]{0,99}")


@dataclass
class Run:
    """What running and checking gave: verdicts by the grade_id of their test cell."""

    notebooks: dict[str, NotebookNode]
    items: list[MarkedItem] = field(default_factory=list)
    verdicts: dict[str, MarkedItem] = field(default_factory=dict)
    incidents: list[Incident] = field(default_factory=list)
    over: str | None = None
    totals: Totals | None = None


class Steps:
    """How long each step took, in seconds."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextlib.contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Measure one step."""
        begun = time.perf_counter()
        yield
        self.seconds[name] = round(self.seconds.get(name, 0.0) + time.perf_counter() - begun, 4)


class Marker:
    """Marks one attempt after the other in one sandbox; each worker process has its own.

    materials: gives a module's data for a state folder. courses: where the modules lie; an assignment without a
    module there is a stock nbgrader assignment.
    """

    def __init__(
        self,
        materials: Callable[[Module, Path], Materials] = Materials,
        *,
        limits: Limits | None = None,
        courses: Path | None = None,
    ) -> None:
        self.box = Sandbox(limits)
        self._materials = materials
        self._courses = courses

    def close(self) -> None:
        """Stop the sandbox."""
        self.box.close()

    def mark(self, job: Job) -> Marked:
        """Mark one attempt; SandboxError if nothing can be run here, GradingError if the course is at fault."""
        steps = Steps()
        try:
            return self._mark(job, steps)
        except SubmissionError as error:
            return Marked(status="rejected", reason=reason_of(error), seconds=steps.seconds)

    def _mark(self, job: Job, steps: Steps) -> Marked:
        _check_names(job)
        with steps.step("read"):
            run = Run(_read(job))
            module = self._module(job)
        with steps.step("run"):
            if module is None:
                self._run_stock(run, job)
            else:
                self._run_module(run, job, module)
            for notebook in run.notebooks.values():
                write_verdicts(notebook, run.verdicts)
        with steps.step("record"):
            run.totals = _record(job, run.notebooks)
        with steps.step("feedback"):
            pages: dict[str, str] = {lang: _page(lang, job, run, module, self.box.limits) for lang in LANGUAGES}
        if run.totals.recorded:
            for name in run.notebooks:
                path = job.course_root / "feedback" / job.student / job.assignment / f"{name}.html"
                write_atomically(path, pages[job.language].encode())
        return _marked(run, pages, steps.seconds)

    def _module(self, job: Job) -> Module | None:
        folder = (self._courses or courses_root()) / job.course / job.assignment
        return load_module(folder) if (folder / "module.yaml").is_file() else None

    def _run_module(self, run: Run, job: Job, module: Module) -> None:
        [notebook] = run.notebooks.values()
        run.items, session = run_module(self.box, module, job, notebook, self._materials(module, job.state))
        run.verdicts = {module.item(item.id).mark_cell: item for item in run.items}
        run.over = session.over
        if session.why:
            run.incidents.append(Incident(code="ended", detail=session.why))

    def _run_stock(self, run: Run, job: Job) -> None:
        others = {name: data for name, data in job.files.items() if not name.endswith(".ipynb")}
        for name, data in others.items():
            if len(data) > MOST_BYTES:
                size = round(len(data) / 1e6, 1)
                raise SubmissionError("too_large", name=name, size_mb=size, limit_mb=MOST_BYTES >> 20)
        others |= _source_files(job)
        for notebook in run.notebooks.values():
            items, incidents, over = mark_stock(self.box, notebook, others)
            run.items += items
            run.verdicts |= {item.id: item for item in items}
            run.incidents += incidents
            run.over = run.over or over


def _check_names(job: Job) -> None:
    """Refuse names that would lead out of nbgrader's folders; they are the server's, so this is never a learner."""
    if not _STUDENT.fullmatch(job.student) or not _STUDENT.fullmatch(job.assignment):
        raise GradingError(f"{job.student!r}, {job.assignment!r}: a name is letters, digits and _ @ + - . (not first)")
    for name in job.files:
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or not path.parts or "\0" in name:
            raise SubmissionError("not_notebook", name=repr(name))


def _read(job: Job) -> dict[str, NotebookNode]:
    notebooks = {}
    for name, cells in assignment_cells(job.course_root, job.course, job.assignment).items():
        file = f"{name}.ipynb"
        if file not in job.files:
            raise SubmissionError("missing_notebook", name=file)
        notebooks[name] = read_submission(file, job.files[file])
        restore(file, notebooks[name], cells)
    return notebooks


def _source_files(job: Job) -> dict[str, bytes]:
    """Give the files that an author put beside the notebooks; nbgrader too copies them over the learner's."""
    folder = job.course_root / "source" / job.assignment
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix != ".ipynb"]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def _record(job: Job, notebooks: Mapping[str, NotebookNode]) -> Totals:
    """Write gradebook row and files; an attempt that is worse than the recorded one leaves them as they are."""
    with open_gradebook(job.course_root, job.course) as gradebook:
        best = best_of_others(gradebook, job)
        totals = write_grades(gradebook, job, notebooks)
        if not job.record or (best is not None and best > totals.auto):
            gradebook.db.rollback()
            return replace(totals, recorded=False)
        for name, notebook in notebooks.items():
            place = job.course_root / "autograded" / job.student / job.assignment / f"{name}.ipynb"
            write_atomically(place, nbformat.writes(_for_people(notebook)).encode())
        submitted = job.course_root / "submitted" / job.student / job.assignment
        for name, data in job.files.items():
            write_atomically(submitted / name, data)
        write_atomically(submitted / "timestamp.txt", job.submitted_at.isoformat().encode())
    return totals


def _for_people(notebook: NotebookNode) -> NotebookNode:
    """Give the notebook as formgrader shows it and nbgrader makes feedback of it: harmless, without hidden tests."""
    shown = copy.deepcopy(notebook)
    for cell in shown.cells:
        cell.source = cell.metadata.pop("released", cell.source)
        clean_cell(cell)
    return shown


def _page(lang: str, job: Job, run: Run, module: Module | None, limits: Limits) -> str:
    notices = [say(f"stopped_{run.over}", lang, seconds=f"{limits.notebook_s:g}")] if run.over else []
    told: dict[str, Any] = {
        "title": module.title[lang] if module else job.assignment,
        "number": job.number,
        "score": sum(item.points for item in run.items),
        "max_score": sum(item.max_points for item in run.items),
        "needs_manual": bool(run.totals and run.totals.needs_manual),
        "items": run.items,
        "titles": {item.id: item.title[lang] for item in module.items} if module else {},
        "notebooks": [(name, shown_cells(nb, run.verdicts)) for name, nb in run.notebooks.items()],
        "notices": notices,
    }
    return feedback_page(lang, told)


def _marked(run: Run, pages: dict[str, str], seconds: dict[str, float]) -> Marked:
    names = dict.fromkeys(name for item in run.items for name in item.misconceptions)
    return Marked(
        status="marked",
        score=round(sum(item.points for item in run.items), 2),
        max_score=sum(item.max_points for item in run.items),
        items=run.items,
        misconceptions=list(names),
        feedback=pages,
        incidents=run.incidents,
        needs_manual=bool(run.totals and run.totals.needs_manual),
        recorded=bool(run.totals and run.totals.recorded),
        seconds=seconds,
    )

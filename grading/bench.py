"""How fast marking is beside stock nbgrader, on the same submissions, on this machine."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
from nbformat.v4 import new_code_cell, new_notebook
from rich.table import Table

from grading.errors import GradingError
from grading.marking import Job, Marker
from grading.sandbox import Sandbox

SUBMISSIONS = 8
QUESTIONS = 10
_LOAD = "import pandas as pd\nt = pd.DataFrame({'ward': list('abcd') * 250, 'days': range(1000)})"
_ANSWER = "def mean_days(t):\n    ### BEGIN SOLUTION\n    return t.groupby('ward')['days'].mean()\n    ### END SOLUTION"
_TEST = "assert round(mean_days(t)['a'], 6) == 498.0"


def _cell(source: str, grade_id: str | None = None, *, points: int = 0) -> Any:  # noqa: ANN401 - a NotebookNode
    cell = new_code_cell(source)
    if grade_id:
        flags = {"grade": points > 0, "solution": points == 0, "locked": points > 0, "task": False}
        cell.metadata["nbgrader"] = {"grade_id": grade_id, "schema_version": 3, **flags}
        if points:
            cell.metadata["nbgrader"]["points"] = points
    return cell


def _notebook() -> Any:  # noqa: ANN401 - a NotebookNode
    """Make a notebook of ten cells, as modules have them: load, look, answer, test."""
    looks = [
        "t.head()",
        "t.describe()",
        "t['days'].sum()",
        "t.groupby('ward').size()",
        "len(t)",
        "t.dtypes",
        "t.tail(3)",
    ]
    cells = [_cell(_LOAD), *map(_cell, looks), _cell(_ANSWER, "mean_days"), _cell(_TEST, "test", points=2)]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})


def _nbgrader(root: Path, *arguments: str) -> None:
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    command = [sys.executable, "-m", "nbgrader", *arguments, f"--CourseDirectory.root={root}"]
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise GradingError(f"nbgrader {arguments[0]} ended with {done.returncode}: {done.stderr[-500:]}")


def _course(state: Path) -> tuple[Path, bytes]:
    """Release the assignment with nbgrader itself; gives the course root and the right submission."""
    root = state / "courses" / "bench"
    source = root / "source" / "ps1"
    source.mkdir(parents=True)
    (source / "ps1.ipynb").write_text(json.dumps(_notebook()))
    _nbgrader(root, "generate_assignment", "ps1")
    released = json.loads((root / "release" / "ps1" / "ps1.ipynb").read_text())
    for cell in released["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "mean_days":
            cell["source"] = _ANSWER
    return root, json.dumps(released).encode()


def _stock(root: Path, submission: bytes) -> float:
    """Seconds per submission with `nbgrader autograde`: a kernel each, no sandbox."""
    for number in range(SUBMISSIONS):
        folder = root / "submitted" / f"s{number}" / "ps1"
        folder.mkdir(parents=True)
        (folder / "ps1.ipynb").write_bytes(submission)
    begun = time.perf_counter()
    _nbgrader(root, "autograde", "ps1")
    seconds = time.perf_counter() - begun
    for name in ("submitted", "autograded"):
        shutil.rmtree(root / name)
    return seconds / SUBMISSIONS


def _here(state: Path, submission: bytes) -> float:
    """Seconds per submission of the same notebook here: sandbox, gradebook, feedback in two languages."""
    marker = Marker()

    def mark(number: int) -> None:
        marked = marker.mark(
            Job(
                course="bench", assignment="ps1", student=f"s{number}", number=1, state=state,
                submitted_at=datetime.now(UTC), files={"ps1.ipynb": submission},
            )
        )  # fmt: skip
        if marked.score != 2:  # noqa: PLR2004 - the points of the only test
            raise GradingError(f"the benchmark's right answer earned {marked.score} of 2")

    try:
        mark(SUBMISSIONS)
        begun = time.perf_counter()
        for number in range(SUBMISSIONS):
            mark(number)
        return (time.perf_counter() - begun) / SUBMISSIONS
    finally:
        marker.close()


def _asked() -> tuple[float, float]:
    """Seconds to run the same cells without a test, and seconds per question to what they left."""
    cells = [cell.source for cell in _notebook().cells[:-1]]
    table = pd.DataFrame({"ward": list("abcd") * 250, "days": range(1000)})
    running = asking = 0.0
    with Sandbox() as box:
        for _ in range(SUBMISSIONS):
            begun = time.perf_counter()
            with box.run(cells) as session:
                ran = time.perf_counter()
                for _ in range(QUESTIONS):
                    session.ask("mean_days", table)
                asking += time.perf_counter() - ran
            running += time.perf_counter() - begun
    return (running - asking) / SUBMISSIONS, asking / SUBMISSIONS / QUESTIONS


def marking() -> Table:
    """Mark the same submissions with stock nbgrader and here."""
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder)
        root, submission = _course(state)
        stock, here = _stock(root, submission), _here(state, submission)
    run, question = _asked()
    table = Table(title=f"Marking a notebook of ten cells ({SUBMISSIONS} submissions, one worker)")
    table.add_column("what")
    table.add_column("ms each", justify="right")
    table.add_column("beside nbgrader", justify="right")
    rows = {
        "nbgrader autograde: a kernel each, no sandbox": stock,
        "here: the same tests, in the sandbox, with gradebook and feedback": here,
        f"here: run without tests, {QUESTIONS} questions from outside": run + QUESTIONS * question,
        "… of which one question": question,
    }
    for what, seconds in rows.items():
        table.add_row(what, f"{seconds * 1000:.0f}", f"{stock / seconds:.1f} times as fast")
    return table


BENCHES: dict[str, Callable[[], Table]] = {"marking": marking}

"""nbgrader's own quickstart course, unmodified, is marked as nbgrader marks it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook

from grading.marking import Job

SQUARES = 'def squares(n):\n    if n < 1:\n        raise ValueError("n")\n    return [i ** 2 for i in range(1, n + 1)]'
SUM = "def sum_of_squares(n):\n    return sum(squares(n))"
ESSAY = "The sum of squares."


def nbgrader(root: Path, *arguments: str) -> None:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    command = [sys.executable, "-m", "nbgrader", *arguments]
    done = subprocess.run(
        command, cwd=root, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    state = tmp_path_factory.mktemp("state")
    (state / "courses").mkdir()
    nbgrader(state / "courses", "quickstart", "course101")
    nbgrader(state / "courses" / "course101", "generate_assignment", "ps1")
    return state


@pytest.fixture
def submitted(state: Path) -> Callable[..., Job]:
    def make(student: str, **answers: str) -> Job:
        release = state / "courses" / "course101" / "release" / "ps1"
        files = {path.name: path.read_bytes() for path in release.iterdir()}
        notebook = json.loads(files["problem1.ipynb"])
        for cell in notebook["cells"]:
            grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id")
            cell["source"] = answers.get(grade_id, cell["source"])
        files["problem1.ipynb"] = json.dumps(notebook).encode()
        return Job(
            course="course101", assignment="ps1", student=student, number=1, language="en", state=state, files=files,
            submitted_at=datetime(2026, 3, 1, tzinfo=UTC),
        )  # fmt: skip

    return make


CASES = {
    "nothing": {},
    "right": {"squares": SQUARES, "sum_of_squares": SUM},
    "half": {"squares": SQUARES.replace("n < 1", "n < -100"), "sum_of_squares": "def sum_of_squares(n): return 385"},
    "broken": {"squares": "def squares(:", "sum_of_squares": SUM},
    "noisy": {"squares": f"import sys\nprint('x', file=sys.stderr)\n{SQUARES}", "sum_of_squares": SUM},
}


@pytest.mark.slow
def test_every_mark_is_nbgraders_own(state: Path, submitted: Callable[..., Job], marker: Any) -> None:
    """The same submissions through `nbgrader autograde` (unsandboxed: they are ours) and through the marker."""
    root = state / "courses" / "course101"
    jobs = {name: submitted(name, **answers) for name, answers in CASES.items()}
    for name, job in jobs.items():
        for file, data in job.files.items():
            target = root / "submitted" / name / "ps1" / file
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
    nbgrader(root, "autograde", "ps1")
    theirs = {name: grades(root, name) for name in CASES}
    for job in jobs.values():
        assert marker.mark(job).status == "marked"
    ours = {name: grades(root, name) for name in CASES}
    assert ours == theirs
    assert theirs["right"]["correct_squares"] == 1


def grades(root: Path, student: str) -> dict[str, Any]:
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as gradebook:
        submission = gradebook.find_submission("ps1", student)
        return {grade.name: grade.auto_score for notebook in submission.notebooks for grade in notebook.grades}


def test_formgrader_can_show_what_was_marked(state: Path, submitted: Callable[..., Job], marker: Any) -> None:
    from nbgrader.apps import NbGrader  # noqa: PLC0415 - slow to import
    from nbgrader.apps.api import NbGraderAPI  # noqa: PLC0415 - as above

    job = submitted("alice", **CASES["right"])
    assert marker.mark(job).score == 3
    root = state / "courses" / "course101"
    app = NbGrader()
    app.config.CourseDirectory.root = str(root)
    api = NbGraderAPI(config=app.config)
    submission = api.get_submission("ps1", "alice")
    assert submission["autograded"]
    assert submission["submitted"]
    assert submission["score"] == 3
    nbgrader(root, "generate_feedback", "ps1", "--student=alice", "--force")
    page = (root / "feedback" / "alice" / "ps1" / "problem1.html").read_text()
    assert "correct_squares" in page

"""What marking writes: one row and one set of files per learner and assignment, whole or not at all."""

import multiprocessing
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import nbformat
import pytest

from grading.errors import GradingError
from grading.marking import marker as marker_module

STUB = "### BEGIN SOLUTION\nx = 1\n### END SOLUTION"
FIRST = datetime(2026, 3, 1, 8, tzinfo=UTC)


@pytest.fixture
def course(stock_course: Callable[..., Any], cell: Callable[..., Any]) -> Any:
    return stock_course(
        [
            cell("solution", "x", STUB),
            cell("test", "t", "min(x, 4)", points=4),
            cell("manual", "why", "Your answer", points=3),
        ]
    )


def attempt(course: Any, x: int, number: int = 1, **told: Any) -> Any:
    when = FIRST + timedelta(hours=number)
    return course.job(course.notebook({"x": f"x = {x}"}), number=number, submitted_at=when, **told)


def row(course: Any, student: str = "alice") -> tuple[float, datetime, int]:
    with course.gradebook() as gradebook:
        found = gradebook.find_submission("ps1", student)
        return float(found.score), found.timestamp, len(found.notebooks[0].grades)


def files(course: Any) -> dict[str, bytes]:
    return {
        str(p.relative_to(course.root)): p.read_bytes()
        for p in sorted(course.root.rglob("*"))
        if p.is_file() and p.suffix != ".db"
    }


def test_a_mark_is_written_where_nbgrader_looks_for_it(course: Any, marker: Any) -> None:
    marked = marker.mark(attempt(course, 3))
    assert (marked.score, marked.max_score, marked.recorded) == (3, 4, True)
    assert row(course)[:2] == (3, datetime(2026, 3, 1, 9))  # noqa: DTZ001 - nbgrader keeps UTC without saying so
    notebook = nbformat.read(course.root / "autograded/alice/ps1/ps1.ipynb", as_version=4)
    nbformat.validate(notebook)
    test = next(c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == "t")
    assert test.outputs[0].data["text/plain"] == "3"
    assert "<!doctype html>" in (course.root / "feedback/alice/ps1/ps1.html").read_text()
    assert (course.root / "submitted/alice/ps1/timestamp.txt").read_text() == "2026-03-01T09:00:00+00:00"


def test_an_untouched_manual_cell_waits_for_nobody_and_an_answered_one_does(course: Any, marker: Any) -> None:
    assert not marker.mark(attempt(course, 3)).needs_manual
    answered = course.job(course.notebook({"x": "x = 3", "why": "Because."}), submitted_at=FIRST)
    assert marker.mark(answered).needs_manual


def test_marking_again_changes_nothing(course: Any, marker: Any) -> None:
    marker.mark(attempt(course, 3))
    before, text = row(course), files(course)
    marker.mark(attempt(course, 3))
    assert row(course) == before
    assert files(course).keys() == text.keys()


def test_the_best_attempt_stays_and_a_better_one_replaces_it(course: Any, marker: Any) -> None:
    assert marker.mark(attempt(course, 3, 1)).recorded
    worse = marker.mark(attempt(course, 1, 2))
    assert (worse.score, worse.recorded, row(course)[0]) == (1, False, 3)
    assert marker.mark(attempt(course, 4, 3)).recorded
    assert row(course)[0] == 4


def test_the_same_attempt_may_lose_points_when_it_is_marked_again(course: Any, marker: Any) -> None:
    marker.mark(attempt(course, 3, 1))
    marker.mark(course.job(course.notebook({"x": "x = 1"}), submitted_at=FIRST + timedelta(hours=1)))
    assert row(course)[0] == 1


def test_a_score_given_by_a_person_is_kept(course: Any, marker: Any) -> None:
    marker.mark(attempt(course, 3, 1))
    with course.gradebook() as gradebook:
        grade = gradebook.find_grade("why", "ps1", "ps1", "alice")
        grade.manual_score = 2
        gradebook.db.commit()
    marker.mark(attempt(course, 4, 2))
    assert row(course)[0] == 6


def test_nothing_is_kept_of_a_trial(course: Any, marker: Any) -> None:
    marked = marker.mark(attempt(course, 3, record=False))
    assert (marked.score, marked.recorded) == (3, False)
    assert not (course.root / "autograded").exists()
    with course.gradebook() as gradebook:
        assert gradebook.students == []


def test_a_crash_in_the_middle_leaves_nothing_half_written(
    course: Any, marker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[bytes] = []

    def fails(path: Path, content: bytes) -> None:
        if path.name == "ps1.ipynb" and not written:
            written.append(content)
            raise OSError(28, "No space left on device")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    monkeypatch.setattr(marker_module, "write_atomically", fails)
    with pytest.raises(OSError, match="No space"):
        marker.mark(attempt(course, 3))
    with course.gradebook() as gradebook:
        assert gradebook.students == []
    assert marker.mark(attempt(course, 3)).recorded
    assert row(course) == (3, datetime(2026, 3, 1, 9), 2)  # noqa: DTZ001 - as above


@pytest.mark.parametrize("student", ["../bob", "a/b", "", ".", "..", "a\0b", "-" * 200])
def test_a_name_that_leads_out_of_the_folders_is_refused(course: Any, marker: Any, student: str) -> None:
    with pytest.raises(GradingError):
        marker.mark(attempt(course, 3, student=student))


@pytest.mark.parametrize("name", ["../gradebook.db", "/etc/passwd", "a/../../x"])
def test_a_file_that_leads_out_of_the_folders_is_refused(course: Any, marker: Any, name: str) -> None:
    job = attempt(course, 3)
    assert marker.mark(job.model_copy(update={"files": {**job.files, name: b"x"}})).status == "rejected"


def _mark_some(jobs: list[Any]) -> list[float]:
    from grading.marking import Marker  # noqa: PLC0415 - in a process of its own

    own = Marker()
    try:
        return [own.mark(job).score or 0.0 for job in jobs]
    finally:
        own.close()


def test_two_processes_write_into_one_gradebook(course: Any) -> None:
    jobs = [[attempt(course, i % 4, student=f"{name}{i}") for i in range(6)] for name in ("a", "b")]
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        scores = pool.map(_mark_some, jobs)
    assert scores == [[0, 1, 2, 3, 0, 1]] * 2
    with course.gradebook() as gradebook:
        assert sorted(student.id for student in gradebook.students) == [f"{n}{i}" for n in "ab" for i in range(6)]
    assert row(course, "b3")[0] == 3

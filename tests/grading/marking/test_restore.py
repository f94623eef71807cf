"""What belongs to the assignment is put back; what cannot be is refused."""

from collections.abc import Callable
from typing import Any

import pytest

Marks = Callable[..., tuple[Any, Any]]
STUB = "### BEGIN SOLUTION\nx = 1\n### END SOLUTION"


@pytest.fixture
def course(stock_course: Callable[..., Any], cell: Callable[..., Any]) -> Any:
    return stock_course(
        [
            cell("locked", "setup", "a = 1"),
            cell("solution", "x", STUB),
            cell("test", "x_test", "assert x == a", points=2),
        ]
    )


def names(told: dict[str, str]) -> str:
    return told["en"]


def test_a_missing_cell_is_named(course: Any, marker: Any) -> None:
    notebook = course.notebook({"x": "x = 1"})
    del notebook["cells"][2]
    marked = marker.mark(course.job(notebook))
    assert marked.status == "rejected"
    assert "x_test" in names(marked.reason)
    assert "缺少" in marked.reason["zh"]


def test_a_repeated_cell_is_named(course: Any, marker: Any) -> None:
    notebook = course.notebook({"x": "x = 1"})
    notebook["cells"].append(dict(notebook["cells"][1], id="other"))
    marked = marker.mark(course.job(notebook))
    assert (marked.status, marked.score) == ("rejected", None)
    assert "more than once: x" in names(marked.reason)


@pytest.mark.parametrize("grade_id", ["other", 5, None, ["x"], "", "x "])
def test_an_altered_grade_id_is_a_missing_cell(course: Any, marker: Any, grade_id: object) -> None:
    notebook = course.notebook({"x": "x = 1"})
    notebook["cells"][1]["metadata"]["nbgrader"]["grade_id"] = grade_id
    assert marker.mark(course.job(notebook)).status == "rejected"


def test_locked_cells_are_put_back(course: Any, marker: Any) -> None:
    notebook = course.notebook({"x": "x = 5", "setup": "a = 5", "x_test": "pass"})
    assert marker.mark(course.job(notebook)).score == 0


def test_a_cell_turned_into_prose_is_turned_back(course: Any, marker: Any) -> None:
    notebook = course.notebook({"x": "x = 1", "x_test": "nothing"})
    test = notebook["cells"][2]
    test["cell_type"] = "markdown"
    del test["outputs"], test["execution_count"]
    assert marker.mark(course.job(notebook)).score == 2


def test_cells_the_learner_added_run_and_earn_nothing(course: Any, marker: Any) -> None:
    notebook = course.notebook({"x": "x = y"}, before=("y = 1",))
    extra = notebook["cells"][0]
    extra["metadata"] = {
        "nbgrader": {"grade_id": "mine", "grade": True, "points": 50, "solution": False, "locked": False}
    }
    marked = marker.mark(course.job(notebook))
    assert (marked.score, marked.max_score) == (2, 2)


def test_a_notebook_under_another_name_is_missing(course: Any, marker: Any) -> None:
    marked = marker.mark(course.job(course.notebook({}), files={"other.ipynb": b"{}"}))
    assert (marked.status, "ps1.ipynb" in names(marked.reason)) == ("rejected", True)


def test_an_assignment_that_was_not_released_is_said_so(course: Any, marker: Any) -> None:
    marked = marker.mark(course.job(course.notebook({}), assignment="ps2"))
    assert (marked.status, "ps2" in names(marked.reason)) == ("rejected", True)


def test_a_rejected_attempt_leaves_no_trace_in_the_gradebook(course: Any, marker: Any) -> None:
    marker.mark(course.job(b"{"))
    with course.gradebook() as gradebook:
        assert gradebook.students == []
    assert not (course.root / "autograded").exists()

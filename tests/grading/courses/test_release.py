from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook

from grading.build import build_notebook
from grading.course import Course, Module
from grading.errors import FormatError
from grading.release import build_course, release_notebook


def test_nothing_of_checks_answers_or_solutions_is_in_a_release(los: Module) -> None:
    visible = los.assignment.read_text(encoding="utf-8")
    secret: set[str] = set()
    for file in [los.checks, *(los.folder / "answers").rglob("*.py")]:
        secret |= {line.strip() for line in file.read_text(encoding="utf-8").splitlines() if len(line.strip()) > 30}
    inside, solutions = False, set()
    for line in visible.splitlines():
        inside = (inside or "### BEGIN SOLUTION" in line) and "### END SOLUTION" not in line
        if inside and len(line.strip()) > 20:
            solutions.add(line.strip())
    shown = "".join(line for line in visible.splitlines() if line.strip() not in solutions)
    for lang in ("zh", "en"):
        released = release_notebook(los, build_notebook(los, lang))
        text = "\n".join(cell.source for cell in released.cells)
        assert not [line for line in solutions if line in text and line not in shown]
        assert not [line for line in secret if line in text and line not in shown]
        assert "SOLUTION" not in text
        assert text.count("raise NotImplementedError()") == len(los.items)


@pytest.mark.parametrize("where", ["source", "metadata", "attachments"])
def test_a_release_with_anything_unseen_in_it_is_refused(module: Module, where: str) -> None:
    source = build_notebook(module, "en")
    if where == "source":
        next(cell for cell in source.cells if cell.id == "setup").source += "\nanswer = 42"
    elif where == "metadata":
        source.cells[1].metadata["note"] = "the answer is 42"
    else:
        source.cells[0]["attachments"] = {"answer.png": {"image/png": "QQ=="}}
    with pytest.raises(FormatError):
        release_notebook(module, source)


def test_a_solution_outside_its_region_does_not_reach_learners(module: Module) -> None:
    source = build_notebook(module, "en")
    cell = next(cell for cell in source.cells if cell.id == "stays_in")
    cell.source = cell.source.replace("### END SOLUTION", "### END SOLUTION\n    answer = 42")
    with pytest.raises(FormatError, match="answer = 42"):
        release_notebook(module, source)


def test_a_built_course_is_an_nbgrader_course(tiny: Course, tmp_path: Path) -> None:
    editions = build_course(tiny, tmp_path / "state")
    assert [(edition.module, edition.lang) for edition in editions] == [("one", "zh"), ("one", "en")]
    root = tmp_path / "state" / "courses" / "tiny"
    assert "### BEGIN SOLUTION" in (root / "source" / "one" / "one.ipynb").read_text(encoding="utf-8")
    assert editions[0].notebook.read_bytes() == (root / "release" / "one" / "one.ipynb").read_bytes()
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "tiny") as gradebook:
        notebook = gradebook.find_notebook("one", "one")
        assert {cell.name: cell.max_score for cell in notebook.grade_cells} == {"stays_in_mark": 2, "so_what": 0}
        assert {cell.name for cell in notebook.solution_cells} == {"stays_in", "so_what"}


def test_building_again_changes_nothing(tiny: Course, tmp_path: Path) -> None:
    first = build_course(tiny, tmp_path / "state")
    assert [edition.version for edition in build_course(tiny, tmp_path / "state")] == [e.version for e in first]


def test_notebooks_of_a_release_are_valid(tiny: Course, tmp_path: Path) -> None:
    for edition in build_course(tiny, tmp_path / "state"):
        nbformat.validate(nbformat.read(edition.notebook, as_version=4))

"""nbgrader's own quickstart course is taken in as it is."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from grading.errors import GradingError
from grading.exchange.store import Store
from grading.importing import import_course
from grading.messages import LANGUAGES


@pytest.fixture(scope="module")
def quickstart(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("nbgrader")
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    command = [sys.executable, "-m", "nbgrader", "quickstart", "course101"]
    subprocess.run(command, cwd=folder, env={**os.environ, "PATH": path}, check=True, capture_output=True)
    return folder / "course101"


def test_a_stock_course_is_released_and_published_unmodified(quickstart: Path, tmp_path: Path) -> None:
    before = {file: file.read_bytes() for file in quickstart.rglob("*") if file.is_file()}
    assert list(import_course(quickstart, "course101", tmp_path)) == [("ps1", 13)]
    assert {file: file.read_bytes() for file in quickstart.rglob("*") if file.is_file()} == before
    store = Store.open(tmp_path)
    [assignment] = store.assignments("course101")
    assert (assignment.id, assignment.max_score, set(assignment.languages)) == ("ps1", 13, set(LANGUAGES))
    assert set(assignment.notebooks) == {"problem1.ipynb", "problem2.ipynb"}
    edition = tmp_path / "editions" / "course101" / "ps1" / "en" / "problem1.ipynb"
    assert "BEGIN HIDDEN TESTS" not in edition.read_text(encoding="utf-8")
    assert "NotImplementedError" in edition.read_text(encoding="utf-8")


def test_importing_again_replaces_what_was_there(quickstart: Path, tmp_path: Path) -> None:
    list(import_course(quickstart, "again", tmp_path))
    assert list(import_course(quickstart, "again", tmp_path)) == [("ps1", 13)]


def test_a_folder_that_is_no_course_and_names_that_will_not_do_are_refused(quickstart: Path, tmp_path: Path) -> None:
    with pytest.raises(GradingError, match="this is not an nbgrader course"):
        list(import_course(tmp_path, "empty", tmp_path / "state"))
    shutil.copytree(quickstart / "source" / "ps1", tmp_path / "bad" / "source" / "problem set 1")
    with pytest.raises(GradingError, match="letters, digits"):
        list(import_course(tmp_path / "bad", "bad", tmp_path / "state"))

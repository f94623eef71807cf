"""Take in a stock nbgrader course as it is: copy its source, release it with nbgrader's own converter, publish it."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from nbgrader.apps import NbGrader
from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from traitlets.config import PyFileConfigLoader

from grading.errors import FormatError, GradingError
from grading.exchange.publish import publish_rows
from grading.exchange.store import Store
from grading.messages import LANGUAGES
from grading.policy import Policy
from grading.release import open_gradebook

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")


def import_course(folder: Path, name: str, state: Path) -> Iterator[tuple[str, float]]:
    """Import every assignment of `folder`/source; yields each with its points.

    Importing again replaces what was released; nbgrader itself refuses where submissions depend on cells that are gone.
    """
    source = folder / "source"
    assignments = sorted(path.name for path in source.glob("*") if list(path.glob("*.ipynb")))
    if not assignments:
        raise GradingError(f"{folder}: no source/<assignment>/*.ipynb in it; this is not an nbgrader course")
    if not _NAME.fullmatch(name):
        raise GradingError(f"{name!r}: a course's name is letters, digits, - and _; give one with --as")
    for assignment in assignments:
        if not _NAME.fullmatch(assignment):
            raise FormatError(source / assignment, "folder", assignment, "use letters, digits, - and _ only")
    root = state / "courses" / name
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    shutil.copytree(source, root / "source", dirs_exist_ok=True, ignore=shutil.ignore_patterns(".*", "__pycache__"))
    for position, assignment in enumerate(assignments):
        yield assignment, _import_one(folder, root, name, assignment, position, state)


def _import_one(folder: Path, root: Path, name: str, assignment: str, position: int, state: Path) -> float:  # noqa: PLR0913, PLR0917 - where from, where to, and which
    db_url = f"sqlite:///{(root / 'gradebook.db').resolve()}"
    open_gradebook(db_url, name).close()
    _release(folder, root, name, assignment, db_url)
    with open_gradebook(db_url, name) as gradebook:
        points = float(gradebook.find_assignment(assignment).max_score)
    editions = state / "editions" / name / assignment
    for lang in LANGUAGES:
        shutil.copytree(root / "release" / assignment, editions / lang, dirs_exist_ok=True)
    title = dict.fromkeys(LANGUAGES, assignment)
    row = {
        "id": assignment,
        "title": title,
        "about": dict.fromkeys(LANGUAGES, ""),
        "minutes": None,
        "max_score": points,
        "position": position,
        "policy": Policy.model_validate({}).model_dump(mode="json"),
    }
    store = Store.open(state)
    try:
        about = {"id": name, "title": dict.fromkeys(LANGUAGES, name), "about": dict.fromkeys(LANGUAGES, "")}
        publish_rows(store, about, row, editions)
    finally:
        store.engine.dispose()
    return points


def _release(folder: Path, root: Path, name: str, assignment: str, db_url: str) -> None:
    """Run `nbgrader generate_assignment`, with the course's own configuration where it has one."""
    app = NbGrader()
    config_file = folder / "nbgrader_config.py"
    if config_file.is_file():
        app.update_config(PyFileConfigLoader(config_file.name, path=str(config_file.parent.resolve())).load_config())
    app.config.CourseDirectory.root = str(root.resolve())
    app.config.CourseDirectory.course_id = name
    app.config.CourseDirectory.db_url = db_url
    app.config.CourseDirectory.assignment_id = assignment
    converter = GenerateAssignment(coursedir=CourseDirectory(config=app.config), config=app.config)
    converter.force = True
    try:
        converter.start()
    except Exception as error:
        raise GradingError(f"{folder}/source/{assignment}: nbgrader cannot release it: {error}") from error

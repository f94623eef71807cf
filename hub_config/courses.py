"""Building and publishing the courses, only where something has changed, and their data sets."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from hub_config.processes import die_with_parent
from hub_config.settings import CODE, Settings
from hub_config.state import State

STAMP = ".built"
SOURCES = ("build.py", "cells.py", "release.py", "course.py")
"""Files of grading/ whose change makes every course be built again."""


def course_names() -> list[str]:
    """The courses in courses/, sorted."""
    return sorted(file.parent.name for file in (CODE / "courses").glob("*/course.yaml"))


def fingerprint(course: str) -> str:
    """SHA-256 over everything a built course depends on."""
    total = hashlib.sha256()
    files = [*sorted((CODE / "courses" / course).rglob("*")), *(CODE / "grading" / name for name in SOURCES)]
    for file in files:
        if file.is_file() and "__pycache__" not in file.parts:
            total.update(f"{file.relative_to(CODE)}\0".encode() + file.read_bytes() + b"\0")
    return total.hexdigest()


def outdated(state: State) -> list[str]:
    """Courses that are not built and published as they stand in courses/."""
    return [course for course in course_names() if _read(state.course(course) / STAMP) != fingerprint(course)]


def build(state: State, course: str) -> Iterator[str]:
    """Build and publish a course, module by module: yields the name of each module when it is done."""
    from grading.course import load_course  # noqa: PLC0415 - slow, and a second `up` needs none of it
    from grading.exchange.publish import publish  # noqa: PLC0415 - the same
    from grading.release import build_module  # noqa: PLC0415 - the same

    stamp = fingerprint(course)
    loaded = load_course(course)
    for module in loaded.loaded:
        build_module(module, loaded.languages, state.root)
        publish(state.root, loaded, module, state.root / "editions" / course / module.id)
        yield module.id
    (state.course(course) / STAMP).write_text(stamp)


def build_datasets(settings: Settings) -> subprocess.Popen[bytes]:
    """Build what is missing of the learners' data sets, beside everything else, into logs/datasets.log."""
    with (State(settings.state).logs / "datasets.log").open("ab") as log:
        return subprocess.Popen(
            ["nice", sys.executable, "-m", "hub_config.cli", "dataset", "build"],
            cwd=CODE,
            env=os.environ | settings.as_environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            preexec_fn=die_with_parent,  # noqa: PLW1509 - a single prctl
        )


def _read(file: Path) -> str:
    try:
        return file.read_text()
    except OSError:
        return ""

"""Publishing: a built module goes into the exchange, edition by edition, and learners may fetch it."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select

from grading.errors import ExchangeError
from grading.exchange.database import now_us
from grading.exchange.store import Store
from grading.exchange.tables import ASSIGNMENT, COURSE

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.engine import Connection

    from grading.course import Course, Module
    from grading.exchange.blobs import Blobs

HIDDEN = (".", "__")
"""Files and folders that begin so (checkpoints, caches) are nobody's business."""


def publish(state: Path, course: Course, module: Module, editions: Path, *, release: bool = True) -> str:
    """Put the editions `<editions>/<language>/…` of a module into the exchange; give their version.

    Publishing again replaces the editions and the policy; attempts, extensions and whether an instructor has
    released or withdrawn the assignment stay. `release` holds for a module that is published for the first time.
    """
    row = {
        "id": module.id,
        "title": module.title,
        "about": module.about,
        "minutes": module.minutes,
        "max_score": module.points + sum(cell.points for cell in module.manual),
        "position": course.modules.index(module.id),
        "policy": module.policy.model_dump(mode="json"),
    }
    store = Store.open(state)
    try:
        about = {"id": course.id, "title": course.title, "about": course.about}
        return publish_rows(store, about, row, editions, release=release)
    finally:
        store.engine.dispose()


def publish_rows(
    store: Store, course: dict[str, Any], assignment: dict[str, Any], editions: Path, *, release: bool = True
) -> str:
    """Publish from the bare columns of tables.COURSE and tables.ASSIGNMENT: what has no course.yaml, say."""
    folders = sorted(f for f in editions.iterdir() if f.is_dir() and not f.name.startswith(HIDDEN))
    files = {folder.name: _put_all(store.blobs, folder) for folder in folders}
    if not any(name.endswith(".ipynb") for edition in files.values() for name in edition):
        raise ExchangeError(f"{editions}: no notebook in it; build the course first (course build {course['id']})")
    version = hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()[:16]
    built = {"course": course["id"], "editions": files, "version": version, "published_at": now_us()}
    with store.engine.begin() as connection:
        _replace(connection, course, assignment | built, release=release)
    return version


def _replace(connection: Connection, course: dict[str, Any], assignment: dict[str, Any], *, release: bool) -> None:
    connection.execute(delete(COURSE).where(COURSE.c.id == course["id"]))
    connection.execute(insert(COURSE).values(**course))
    which = (ASSIGNMENT.c.course == course["id"], ASSIGNMENT.c.id == assignment["id"])
    before = connection.execute(select(ASSIGNMENT.c.released).where(*which)).scalar_one_or_none()
    connection.execute(delete(ASSIGNMENT).where(*which))
    connection.execute(insert(ASSIGNMENT).values(**assignment, released=release if before is None else before))


def _put_all(blobs: Blobs, folder: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if path.is_file() and not path.is_symlink() and not any(part.startswith(HIDDEN) for part in name.parts):
            found[name.as_posix()] = blobs.put(path.read_bytes())
    return found

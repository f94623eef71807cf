"""Publishing editions, and the blobs they are kept in."""

from pathlib import Path

import pytest
from exchange_rig import notebook, publish_assignment
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from grading.errors import ExchangeError
from grading.exchange.blobs import Blobs
from grading.exchange.desk import Desk
from grading.exchange.intake import Intake
from grading.exchange.publish import publish_rows
from grading.exchange.settings import Limits
from grading.exchange.store import Store
from grading.exchange.tables import ATTEMPT


def test_an_edition_without_a_notebook_is_not_published(tmp_path: Path) -> None:
    (tmp_path / "editions" / "zh").mkdir(parents=True)
    with pytest.raises(ExchangeError, match="no notebook in it; build the course first"):
        publish_rows(Store.open(tmp_path), {"id": "his"}, {"id": "los"}, tmp_path / "editions")


def test_hidden_files_and_links_are_not_published(tmp_path: Path) -> None:
    folder = tmp_path / "editions" / "his" / "los" / "zh"
    (folder / ".ipynb_checkpoints").mkdir(parents=True)
    (folder / ".ipynb_checkpoints" / "los-checkpoint.ipynb").write_bytes(notebook())
    (tmp_path / "gradebook.db").write_bytes(b"secret")
    (folder / "link.csv").symlink_to(tmp_path / "gradebook.db")
    (folder / "pictures").mkdir()
    (folder / "pictures" / "ward.png").write_bytes(b"png")
    store = publish_assignment(tmp_path)
    assert set(store.edition_files("his", "los", "zh")) == {"los.ipynb", "pictures/ward.png"}
    assert store.edition_files("his", "los", "fr") == {}


def test_the_version_changes_with_the_content_and_only_with_it(tmp_path: Path) -> None:
    first = publish_assignment(tmp_path).assignment("his", "los")
    again = publish_assignment(tmp_path, max_attempts=3).assignment("his", "los")
    assert first is not None
    assert again is not None
    assert (first.version, again.policy.max_attempts) == (again.version, 3)
    store = Store.open(tmp_path)
    (tmp_path / "editions" / "his" / "los" / "zh" / "los.ipynb").write_bytes(notebook("changed"))
    row = {"id": "los", "title": {}, "about": {}, "minutes": 1, "max_score": 1, "position": 0, "policy": {}}
    about = {"id": "his", "title": {}, "about": {}}
    assert publish_rows(store, about, row, tmp_path / "editions" / "his" / "los") != first.version


def test_a_blob_that_was_tampered_with_is_not_read(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    name = blobs.put(b"as it was handed in")
    assert (blobs.put(b"as it was handed in"), blobs.get(name)) == (name, b"as it was handed in")
    (tmp_path / name[:2] / name[2:]).write_bytes(b"improved")
    with pytest.raises(ExchangeError, match="its content has changed"):
        blobs.get(name)
    for wrong in ("../../etc/passwd", "0" * 64):
        with pytest.raises(ExchangeError):
            blobs.get(wrong)


def test_attempts_and_outcomes_cannot_be_changed_afterwards(tmp_path: Path) -> None:
    store = publish_assignment(tmp_path)
    assignment = store.assignment("his", "los")
    assert assignment is not None
    Intake(store, Limits()).submit("lin", assignment, "zh", b"", 10**9)
    for change in (
        "UPDATE attempt SET user = 'wei'",
        "DELETE FROM attempt",
        "UPDATE outcome SET score = 100, status = 'marked'",
        "DELETE FROM outcome",
        "DELETE FROM incident",
    ):
        if "incident" in change:
            Intake(store, Limits()).record_incident("lin", assignment, "link", "los.ipynb")
        with pytest.raises(DBAPIError, match="is kept as it is"), store.engine.begin() as connection:
            connection.execute(text(change))
    with store.engine.connect() as connection:
        assert connection.execute(select(ATTEMPT.c.user)).scalars().all() == ["lin"]


def test_learners_see_an_assignment_once_it_is_released(tmp_path: Path) -> None:
    store = publish_assignment(tmp_path)
    assignment = store.assignment("his", "los")
    assert assignment is not None
    Desk(store).release(assignment, released=False)
    assert store.assignments("his") == ()
    assert [a.id for a in store.assignments("his", released_only=False)] == ["los"]
    assert store.learner_overview("lin", "his") == ()

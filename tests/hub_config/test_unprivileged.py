"""Root is left behind before any learner's program can run."""

import os
from pathlib import Path

import pytest

from hub_config import unprivileged


def test_a_folder_closed_to_others_is_found_at_its_highest_point(tmp_path: Path) -> None:
    private = tmp_path / "private"
    inside = private / "code" / "deep"
    inside.mkdir(parents=True)
    private.chmod(0o700)
    stranger = os.geteuid() + 1
    assert private in unprivileged.closed_ancestors([inside], stranger) or tmp_path.stat().st_mode & 1 == 0
    assert private not in unprivileged.closed_ancestors([inside], os.geteuid())


def test_only_the_outermost_of_nested_folders_is_needed(tmp_path: Path) -> None:
    folders = unprivileged.needed_folders(tmp_path, tmp_path / "state")
    assert tmp_path.resolve() in folders
    assert (tmp_path / "state").resolve() not in folders


def test_the_identity_is_the_owner_of_the_state(tmp_path: Path) -> None:
    owner = tmp_path.stat()
    expected = (owner.st_uid, owner.st_gid) if owner.st_uid else (unprivileged.FALLBACK_ID,) * 2
    found = unprivileged.identity(tmp_path, tmp_path)
    assert found == expected or found[0] != 0


def test_an_ordinary_user_stays_who_they_are(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.fail("the tests themselves must not run as root; start them with ./xinglin test")
    unprivileged.leave_root(tmp_path)
    assert os.geteuid() != 0

"""The probe refuses, with a reason and a remedy, where the sandbox does not hold."""

import os
from pathlib import Path

import pytest

from grading.errors import SandboxError
from grading.sandbox import Sandbox, find_bwrap, probe
from grading.sandbox import jail as jail_module
from grading.sandbox.probe import probe_once, remedy


def test_this_machine_holds() -> None:
    found = probe()
    assert Path(found.bwrap).is_file()
    assert found.version[0].isdigit()


def test_root_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    with pytest.raises(SandboxError, match="as root"):
        probe()


def test_a_missing_bubblewrap_is_named_with_its_remedy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(jail_module, "_candidates", lambda: iter([tmp_path / "bwrap"]))
    with pytest.raises(SandboxError, match="apt install bubblewrap"):
        find_bwrap()


def test_a_bubblewrap_that_cannot_run_is_named_with_what_it_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "bwrap"
    broken.write_text("#!/bin/sh\necho 'bwrap: setting up uid map: Permission denied' >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(jail_module, "_candidates", lambda: iter([broken]))
    with pytest.raises(SandboxError, match="setting up uid map: Permission denied"):
        probe()


def test_a_bubblewrap_that_hides_nothing_is_found_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fake = tmp_path / "bwrap"
    fake.write_text('#!/bin/sh\nwhile [ "$1" != "--" ]; do shift; done; shift; exec "$@"\n')
    fake.chmod(0o755)
    monkeypatch.setattr(jail_module, "_candidates", lambda: iter([fake]))
    with pytest.raises(SandboxError, match=r"does not hold: .*is visible.*the network is reachable"):
        probe()
    probe_once.cache_clear()
    with pytest.raises(SandboxError):
        Sandbox().start()


def test_a_folder_that_must_stay_hidden_is_checked(tmp_path: Path) -> None:
    probe(hidden=(tmp_path,))
    with pytest.raises(SandboxError, match="/usr is visible"):
        probe(hidden=(Path("/usr"),))


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"apparmor": "1"}, "AppArmor"),
        ({"clone": "0"}, "unprivileged_userns_clone=1"),
        ({"most": "0"}, "max_user_namespaces"),
        ({}, "seccomp"),
    ],
)
def test_the_remedy_fits_the_setting(settings: dict[str, str], words: str) -> None:
    assert words in remedy(settings)

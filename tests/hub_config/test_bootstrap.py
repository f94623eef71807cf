"""The launcher's first step: fetching the locked uv with the standard library alone."""

import io
import platform
import tomllib
import zipfile
from pathlib import Path

import pytest

from hub_config import bootstrap

CODE = Path(__file__).parents[2]


def wheels() -> list[bootstrap.Wheel]:
    packages = tomllib.loads((CODE / "uv.lock").read_text())["package"]
    found: list[bootstrap.Wheel] = next(package["wheels"] for package in packages if package["name"] == "uv")
    return found


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_lock_holds_a_uv_for_each_common_processor(machine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: machine)
    wheel = bootstrap.choose(wheels())
    assert machine in wheel["url"]
    assert wheel["hash"].startswith("sha256:")


def test_an_unknown_processor_is_said_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "pdp11")
    with pytest.raises(SystemExit, match="no build for pdp11"):
        bootstrap.choose(wheels())


def test_a_wheel_that_is_not_the_locked_one_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.whl"
    other.write_bytes(b"not the wheel")
    with pytest.raises(SystemExit, match="not the locked one"):
        bootstrap.download({"url": other.as_uri(), "hash": "sha256:00"})


def test_the_program_is_unpacked_ready_to_run(tmp_path: Path) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("uv-1.data/scripts/uv", b"#!/bin/sh\n")
    bootstrap.unpack(data.getvalue(), tmp_path)
    assert [(file.name, file.stat().st_mode & 0o777) for file in tmp_path.iterdir()] == [("uv", 0o755)]

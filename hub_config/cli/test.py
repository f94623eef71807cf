"""`xinglin test`: set up what the tests need, then run linters, type checks and the tests."""

import importlib.util
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from hub_config.settings import CODE, load_settings
from hub_config.unprivileged import leave_root

DEBIAN_PACKAGES = {
    "chromium": "/usr/bin/chromium",
    "fonts-noto-cjk": "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
}
"""What only the tests need, and the file that shows each is there."""

console = Console(stderr=True)


def missing_packages() -> list[str]:
    """Debian packages that the browser tests want and that are not here."""
    return [name for name, file in DEBIAN_PACKAGES.items() if not Path(file).exists()]


def install_missing() -> None:
    """Install what is missing where we may: as root, on a machine with apt."""
    missing = missing_packages()
    if not missing:
        return
    if os.geteuid() or not shutil.which("apt-get"):
        console.print(
            f"[yellow]browser tests will be skipped[/]: install them with  sudo apt install {' '.join(missing)}"
        )
        return
    console.print(f"installing {' '.join(missing)} (browser tests)")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing],
    ):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            console.print(f"[yellow]{' '.join(command)} failed[/]: {done.stderr.strip()[-300:]}", markup=True)
            return


def steps(code: Path, pytest_arguments: list[str]) -> dict[str, list[str]]:
    """Each check's name and command, quickest first."""
    cache = load_settings().state / "cache"
    python = [sys.executable, "-m"]
    checks = {
        "ruff": [*python, "ruff", "check", "--cache-dir", str(cache / "ruff"), str(code)],
        "format": [*python, "ruff", "format", "--check", "--cache-dir", str(cache / "ruff"), str(code)],
        "floors": [str(Path(sys.prefix) / "bin" / "lint-imports"), "--cache-dir", str(cache / "imports")],
        "types": [*python, "mypy", "--cache-dir", str(cache / "mypy")],
    }
    workers = ["-n", str(min(4, os.cpu_count() or 1)), "--dist", "loadfile"]
    pytest = [*python, "pytest", "-o", f"cache_dir={cache / 'pytest'}", *(pytest_arguments or workers)]
    return ({} if pytest_arguments else checks) | {"tests": pytest}


def test(
    pytest_arguments: Annotated[
        list[str] | None, typer.Argument(help="Only these tests: arguments for pytest, after --.")
    ] = None,
) -> None:
    """Run linters, type checks, and the tests; exit 1 if any fails."""
    if not os.environ.get("XINGLIN_TEST_PREPARED"):
        install_missing()
        os.environ["XINGLIN_TEST_PREPARED"] = "1"
        leave_root(load_settings().state)
    if importlib.util.find_spec("pytest") is None:
        console.print("the tests' tools are not installed; start the tests with  ./xinglin test")
        raise typer.Exit(2)
    failed = []
    environment = {
        key: value for key, value in os.environ.items() if key not in {"XINGLIN_STATE", "XINGLIN_TEST_PREPARED"}
    }
    environment.setdefault("XINGLIN_ARTEFACTS", str(load_settings().state / "artefacts"))
    for name, command in steps(CODE, pytest_arguments or []).items():
        started = time.monotonic()
        console.rule(name)
        done = subprocess.run(command, cwd=CODE, env=environment, check=False)
        console.print(
            f"{name}: {'ok' if not done.returncode else '[red]failed[/]'} in {time.monotonic() - started:.0f} s"
        )
        failed += [name] if done.returncode else []
    if failed:
        console.print(f"[red]failed:[/] {', '.join(failed)}")
        raise typer.Exit(1)

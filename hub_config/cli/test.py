"""`xinglin test`: set up what the tests need, then run linters, type checks and the tests."""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from hub_config.settings import CODE, load_settings
from hub_config.unprivileged import leave_root

DEBIAN_PACKAGES = {
    "chromium": "usr/bin/chromium",
    "fonts-noto-cjk": "usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "nodejs": "usr/bin/node",
    "npm": "usr/bin/npm",
    "dicom3tools": "usr/bin/dciodvfy",
    "dcmtk": "usr/bin/storescu",
    "orthanc": "usr/sbin/Orthanc",
    "tshark": "usr/bin/tshark",
    "postgresql": "usr/lib/postgresql/*/bin/postgres",
}
"""What only the tests need, and a file below / that shows each is there."""
NODE_TOOLS = CODE / "tests" / "tools"
"""Readers of others in Node that the tests hold our renderings against: package.json and package-lock.json."""
NO_SERVICES = Path("/usr/sbin/policy-rc.d")

console = Console(stderr=True)


def missing_packages() -> list[str]:
    """Debian packages that the tests want and that are not here."""
    return [name for name, file in DEBIAN_PACKAGES.items() if not any(Path("/").glob(file))]


def install_missing() -> None:
    """Install what is missing where we may: as root, on a machine with apt."""
    missing = missing_packages()
    if not missing:
        return
    if os.geteuid() or not shutil.which("apt-get"):
        console.print(
            f"[yellow]some tests will be skipped[/]: install what they need with  sudo apt install {' '.join(missing)}"
        )
        return
    console.print(f"installing {' '.join(missing)} (for the tests)")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with services_at_rest():
        for command in (
            ["apt-get", "update", "-qq"],
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing],
        ):
            done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
            if done.returncode:
                console.print(f"[yellow]{' '.join(command)} failed[/]: {done.stderr.strip()[-300:]}", markup=True)
                return


@contextmanager
def services_at_rest() -> Iterator[None]:
    """Servers that are installed meanwhile are not started: Debian asks this file, and some would listen to all."""
    if NO_SERVICES.exists():
        yield
        return
    NO_SERVICES.write_text("#!/bin/sh\nexit 101\n")
    NO_SERVICES.chmod(0o755)
    try:
        yield
    finally:
        NO_SERVICES.unlink()


def install_node_tools(cache: Path) -> Path | None:
    """Fetch the locked Node packages once into the cache; their folder, or None where that cannot be."""
    lock = (NODE_TOOLS / "package-lock.json").read_bytes()
    folder = cache / f"node-{hashlib.sha256(lock).hexdigest()[:12]}"
    if (folder / "node_modules").is_dir():
        return folder
    if not shutil.which("npm"):
        return None
    made = folder.with_name(f".{folder.name}-{os.getpid()}")
    shutil.copytree(NODE_TOOLS, made)
    environment = {**os.environ, "npm_config_cache": str(cache / "npm"), "npm_config_update_notifier": "false"}
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
    done = subprocess.run(command, cwd=made, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        console.print(f"[yellow]{' '.join(command)} failed[/]: {done.stderr.strip()[-300:]}", markup=True)
        shutil.rmtree(made)
        return None
    made.rename(folder)
    return folder


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
    if node := install_node_tools(load_settings().state / "cache"):
        environment.setdefault("XINGLIN_NODE_TOOLS", str(node))
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

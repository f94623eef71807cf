"""`xinglin doctor`: what this machine lacks, and how to get it."""

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from hub_config import processes
from hub_config.bubblewrap import find_bwrap, probe
from hub_config.cli.test import DEBIAN_PACKAGES, missing_packages
from hub_config.errors import HubError
from hub_config.settings import Settings, load_settings
from hub_config.state import MIN_FREE_BYTES, State

GB = 2**30
WANTED_BYTES = 5 * GB
PER_SERVER_BYTES = GB // 2
SHM = Path("/dev/shm")  # noqa: S108 - looked at, never written
SHM_BYTES = 64 * 2**20
OLDEST_PYTHON = (3, 11)
CJK = ("Noto Sans CJK", "Source Han", "WenQuanYi", "AR PL")


@dataclass(frozen=True)
class Finding:
    """One thing looked at. `needed`: without it the platform does not run."""

    what: str
    good: bool
    found: str
    remedy: str = ""
    needed: bool = True


def doctor() -> None:
    """Look at this machine; exit 1 where something that is needed is missing."""
    settings = load_settings()
    findings = [check(settings) for check in CHECKS]
    table = Table("what", "", "found", "how to get it", show_lines=True)
    for finding in findings:
        mark = "[green]good[/]" if finding.good else "[red]missing[/]" if finding.needed else "[yellow]would help[/]"
        table.add_row(finding.what, mark, escape(finding.found), "" if finding.good else escape(finding.remedy))
    console = Console()
    console.print(table)
    bad = [finding.what for finding in findings if finding.needed and not finding.good]
    console.print(f"[red]Missing: {', '.join(bad)}[/]" if bad else "[green]Everything the platform needs is here.[/]")
    raise typer.Exit(1 if bad else 0)


def python(_: Settings) -> Finding:
    """The interpreter, and whether other users could run it."""
    where = Path(sys.base_prefix).resolve()
    found = f"{platform.python_version()} in {where}"
    return Finding("Python 3.11 or newer", sys.version_info >= OLDEST_PYTHON, found, "sudo apt-get install python3")


def bubblewrap(_: Settings) -> Finding:
    """Whether users and submissions can be kept apart."""
    try:
        probe()
    except HubError as error:
        return Finding("bubblewrap", good=False, found=str(error).partition(". ")[0], remedy=remedy_for_bubblewrap())
    return Finding("bubblewrap", good=True, found=str(find_bwrap()))


def remedy_for_bubblewrap() -> str:
    """By what stands in the way on this machine."""
    if find_bwrap() is None:
        return "sudo apt-get install bubblewrap"
    if _number("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == 1:
        return (
            "AppArmor keeps ordinary users from making namespaces (Ubuntu 24.04). Give bwrap a profile: write\n"
            "abi <abi/4.0>,\ninclude <tunables/global>\n"
            f"profile xinglin-bwrap {find_bwrap()} flags=(unconfined) {{ userns, }}\n"
            "to /etc/apparmor.d/xinglin-bwrap, then: sudo apparmor_parser -r /etc/apparmor.d/xinglin-bwrap"
        )
    if _number("/proc/sys/kernel/unprivileged_userns_clone") == 0:
        return "sudo sysctl -w kernel.unprivileged_userns_clone=1 (and the same in /etc/sysctl.d/)"
    if _number("/proc/sys/user/max_user_namespaces") == 0:
        return "sudo sysctl -w user.max_user_namespaces=15000 (and the same in /etc/sysctl.d/)"
    return "In a container: start it with --security-opt seccomp=unconfined --security-opt apparmor=unconfined"


def prlimit(_: Settings) -> Finding:
    """The program that bounds memory and processes."""
    found = shutil.which("prlimit")
    return Finding("prlimit", bool(found), found or "not found", "sudo apt-get install util-linux")


def identity(_: Settings) -> Finding:
    """Who runs the platform."""
    root = os.geteuid() == 0
    found = "root; the platform goes on as an ordinary user" if root else f"user {os.geteuid()}"
    return Finding("an ordinary user", good=True, found=found)


def disk(settings: Settings) -> Finding:
    """Room for accounts, data sets, homes."""
    folder = settings.state
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    good = free >= WANTED_BYTES
    remedy = "free some space, or choose another folder with XINGLIN_STATE"
    return Finding("disk space", good, f"{free / GB:.1f} GB free at {folder}", remedy, needed=free < MIN_FREE_BYTES)


def writable(settings: Settings) -> Finding:
    """Whether the state folder is ours."""
    folder = settings.state
    while not folder.exists():
        folder = folder.parent
    good = os.access(folder, os.W_OK | os.X_OK)
    remedy = f"sudo chown {os.geteuid()} {folder}, or choose another with XINGLIN_STATE"
    return Finding("state folder", good, str(settings.state), remedy)


def memory(_: Settings) -> Finding:
    """How many learners fit."""
    import psutil  # noqa: PLC0415 - only here

    total = psutil.virtual_memory().total
    found = f"{total / GB:.1f} GB: about {max(1, int((total - GB) // PER_SERVER_BYTES))} learners at once"
    return Finding("memory", total >= 2 * GB, found, "2 GB at least", needed=False)


def shared_memory(_: Settings) -> Finding:
    """Chromium and NumPy need some."""
    size = shutil.disk_usage(SHM).total if SHM.is_dir() else 0
    return Finding(str(SHM), size > SHM_BYTES, f"{size // 2**20} MB", "in a container: --shm-size=256m", needed=False)


def ports(settings: Settings) -> Finding:
    """Whether the port of the pages is free, or ours."""
    if running := processes.running(State(settings.state)):
        return Finding("port", good=True, found=f"the platform runs at {running.url}")
    try:
        processes.refuse_used_port("port", settings.bind, settings.port)
    except HubError as error:
        found, _, remedy = str(error).partition("; ")
        return Finding("port", good=False, found=found, remedy=remedy)
    return Finding("port", good=True, found=f"{settings.bind} port {settings.port} is free")


def programs_of_tests(_: Settings) -> Finding:
    """A browser, servers and validators of others that only the tests start."""
    missing = missing_packages()
    found = f"not found: {', '.join(missing)}" if missing else ", ".join(DEBIAN_PACKAGES)
    remedy = f"sudo apt-get install --no-install-recommends {' '.join(missing)}"
    return Finding("programs of the tests", not missing, found, remedy, needed=False)


def cjk_font(_: Settings) -> Finding:
    """For Chinese in screenshots and plots made on this machine."""
    fc_list = shutil.which("fc-list")
    line = [fc_list, ":lang=zh", "family"] if fc_list else ["true"]
    names = sorted(subprocess.run(line, capture_output=True, text=True, check=False).stdout.splitlines())
    font = next((name for name in names if name.startswith(CJK)), names[0] if names else "")
    remedy = "sudo apt-get install fonts-noto-cjk"
    return Finding("Chinese font (screenshots, plots)", bool(font), font or "not found", remedy, needed=False)


def _number(file: str) -> int | None:
    try:
        return int(Path(file).read_text())
    except (OSError, ValueError):
        return None


CHECKS: tuple[Callable[[Settings], Finding], ...] = (
    python,
    bubblewrap,
    prlimit,
    identity,
    writable,
    disk,
    memory,
    shared_memory,
    ports,
    programs_of_tests,
    cjk_font,
)

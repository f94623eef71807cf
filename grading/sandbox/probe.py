"""Asks this machine whether the sandbox holds, before anything is run in it; if not, says why and what helps."""

import functools
import json
import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from grading.errors import SandboxError
from grading.sandbox.jail import find_bwrap, jail, python_folders

TIMEOUT_S = 20
SECRET_NAME = "XINGLIN_PROBE"  # noqa: S105 - the name of a variable, not a secret
_LOOK: Final = """
import ctypes, json, os, socket, sys
told = json.loads(sys.argv[1])
def answers(address):
    try:
        socket.create_connection(address, 1).close()
    except OSError:
        return False
    return True
def writable(folder):
    try:
        os.close(os.open(folder + "/.probe", os.O_CREAT | os.O_WRONLY))
    except OSError:
        return False
    return True
status = dict(line.split(":", 1) for line in open("/proc/self/status") if ":" in line)
print(json.dumps({
    "seen": [path for path in told["hidden"] if os.path.exists(path)],
    "network": answers(tuple(told["address"])),
    "environment": [name for name in told["environment"] if name in os.environ],
    "writable": [folder for folder in ("/", "/dev", "/usr", sys.prefix) if writable(folder)],
    "processes": [int(name) for name in os.listdir("/proc") if name.isdigit()],
    "root": os.geteuid() == 0,
    "new_privileges": status["NoNewPrivs"].strip() != "1",
    "namespaces": ctypes.CDLL(None).unshare(0x28020000) == 0,
}))
"""
"""Runs in the sandbox and says what it can reach; 0x28020000: process, mount and IPC namespaces."""


@dataclass(frozen=True)
class Probe:
    """What was found: which bubblewrap, of which version."""

    bwrap: str
    version: str


def probe(hidden: tuple[Path, ...] = ()) -> Probe:
    """Try the sandbox out; SandboxError with the reason and the remedy if it does not hold.

    hidden: more folders that must not be visible from inside (the state folder, for example).
    """
    if os.geteuid() == 0:
        raise SandboxError(
            "submissions are never run as root, because limits do not bind root: start the platform as an ordinary "
            "user, or through ./xinglin, which changes to one"
        )
    bwrap = find_bwrap()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        told = {
            "hidden": [str(path) for path in (*_private(), *hidden)],
            "address": listener.getsockname(),
            "environment": [SECRET_NAME],
        }
        found = _look(bwrap, told)
    _judge(found)
    version = subprocess.run([bwrap, "--version"], capture_output=True, text=True, check=False, timeout=TIMEOUT_S)
    return Probe(bwrap, version.stdout.strip().rpartition(" ")[2])


@functools.cache
def probe_once() -> Probe:
    """Try the sandbox out once per process."""
    return probe()


def _private() -> list[Path]:
    """Name what no submission may see: this code with its courses, the state, people's homes."""
    root = Path(__file__).resolve().parents[2]
    private = [root / name for name in ("courses", "datasets", "grading", "simulator", "hub_config", "state", "tests")]
    private += map(Path, ("/etc/passwd", "/etc/shadow", "/root", "/home", "/var", "/sys/kernel"))
    needed = [Path(folder) for folder in python_folders()]
    return [path for path in private if not any(folder.is_relative_to(path) for folder in needed)]


def _look(bwrap: str, told: Mapping[str, Any]) -> dict[str, Any]:
    command = jail(bwrap, tmp_bytes=1 << 20, capabilities=("CAP_SYS_ADMIN",), inside=False)
    command += [sys.executable, "-I", "-B", "-c", _LOOK, json.dumps(told)]
    environment = {**os.environ, SECRET_NAME: "1"}
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=TIMEOUT_S, env=environment,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise SandboxError(f"bubblewrap ({bwrap}) did not answer within {TIMEOUT_S} s") from None
    try:
        found: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        said = done.stderr.strip().rpartition("\n")[2] or f"it ended with {done.returncode}"
        raise SandboxError(f"bubblewrap ({bwrap}) cannot run here: {said}. {remedy(_settings())}") from None
    return found


def _judge(found: Mapping[str, Any]) -> None:
    faults = [f"{path} is visible" for path in found["seen"]]
    faults += [f"{folder} is writable" for folder in found["writable"]]
    faults += ["the network is reachable"] if found["network"] else []
    faults += ["the environment is visible"] if found["environment"] else []
    faults += ["other processes are visible"] if len(found["processes"]) > 3 else []  # noqa: PLR2004 - bwrap, its init, this
    faults += ["it runs as root"] if found["root"] else []
    faults += ["new privileges can be gained"] if found["new_privileges"] else []
    faults += ["it cannot give a job namespaces of its own"] if not found["namespaces"] else []
    if faults:
        raise SandboxError(f"the sandbox does not hold: {'; '.join(faults)}. Nothing is run in it.")


def _settings() -> dict[str, str]:
    """Read the kernel settings that decide about user namespaces."""
    names = {
        "apparmor": "kernel/apparmor_restrict_unprivileged_userns",
        "clone": "kernel/unprivileged_userns_clone",
        "most": "user/max_user_namespaces",
    }
    found = {}
    for key, name in names.items():
        path = Path("/proc/sys") / name
        found[key] = path.read_text().strip() if path.is_file() else ""
    return found


def remedy(settings: Mapping[str, str]) -> str:
    """Say what an administrator can do, from the kernel's settings."""
    if settings.get("apparmor") == "1":
        return (
            "Ubuntu 23.10 and later forbid this to programs without an AppArmor profile "
            "(kernel.apparmor_restrict_unprivileged_userns=1). As an administrator: `apt install bubblewrap "
            "apparmor-profiles`, `ln -s /usr/share/apparmor/extra-profiles/bwrap-userns-restrict /etc/apparmor.d/`, "
            "`apparmor_parser -r /etc/apparmor.d/bwrap-userns-restrict`; the profile is for /usr/bin/bwrap."
        )
    if settings.get("clone") == "0":
        return "As an administrator: `sysctl -w kernel.unprivileged_userns_clone=1` (and keep it in /etc/sysctl.d)."
    if settings.get("most") == "0":
        return "As an administrator: `sysctl -w user.max_user_namespaces=15000` (and keep it in /etc/sysctl.d)."
    return (
        "The kernel must allow user namespaces to ordinary users; in a container, its seccomp profile too "
        "(Docker: --security-opt seccomp=unconfined --security-opt apparmor=unconfined)."
    )

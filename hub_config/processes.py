"""Processes: which run, which are ours, and how none of them is left behind."""

import contextlib
import ctypes
import fcntl
import json
import os
import signal
import socket
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from hub_config.errors import PlatformError, PortError, StateError
from hub_config.settings import Settings
from hub_config.state import State

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
SAME_START_S = 1.0
GRACE_S = 5.0
PROCESS_FILE = "platform.json"
LOCK_FILE = "platform.lock"
PROXY_FILE = "proxy.pid"


@dataclass(frozen=True)
class Platform:
    """A running platform: its process (with its start, since numbers are used again) and where it listens."""

    pid: int
    started: float
    url: str
    ports: dict[str, int]

    def alive(self) -> bool:
        """Whether that very process still runs."""
        try:
            process = psutil.Process(self.pid)
            return process.status() != psutil.STATUS_ZOMBIE and abs(process.create_time() - self.started) < SAME_START_S
        except psutil.NoSuchProcess:
            return False


def running(state: State) -> Platform | None:
    """The platform that runs on this state folder, or None."""
    try:
        platform = Platform(**json.loads((state.hub / PROCESS_FILE).read_text()))
    except (OSError, ValueError, TypeError):
        return None
    return platform if platform.alive() else None


@contextlib.contextmanager
def claimed(state: State, url: str, ports: dict[str, int]) -> Iterator[Platform]:
    """Hold the state folder for this process and write down where it listens. Raises StateError if another holds it."""
    with (state.hub / LOCK_FILE).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            refuse_second(state)
            raise StateError(f"another platform is starting on state folder {state.root}; wait a moment") from None
        platform = Platform(os.getpid(), psutil.Process().create_time(), url, ports)
        half = state.hub / f"{PROCESS_FILE}.{os.getpid()}"
        half.write_text(json.dumps(asdict(platform)))
        half.replace(state.hub / PROCESS_FILE)
        try:
            yield platform
        finally:
            (state.hub / PROCESS_FILE).unlink(missing_ok=True)


def refuse_second(state: State) -> None:
    """Raise StateError if a platform runs on this state folder."""
    if other := running(state):
        raise StateError(
            f"a platform runs on state folder {state.root} already: {other.url} (process {other.pid}); use that one, "
            f"stop it with `xinglin down`, or choose another folder with XINGLIN_STATE"
        )


def end_leftovers(state: State) -> int:
    """End what a platform left that was killed together with its hub; how many. The state must be claimed."""
    ended = 0
    for process in psutil.process_iter(["pid", "uids"]):
        with contextlib.suppress(psutil.Error):
            if process.uids().real == os.getuid() and _is_leftover(process, state):
                process.terminate()
                ended += 1
    (state.hub / PROXY_FILE).unlink(missing_ok=True)
    return ended


def _is_leftover(process: psutil.Process, state: State) -> bool:
    """Whether a process is a service (or its child) or the proxy of this state folder."""
    if "configurable-http-proxy" in " ".join(process.cmdline()):
        return _read_number(state.hub / PROXY_FILE) == process.pid
    environment = process.environ()
    return "JUPYTERHUB_SERVICE_NAME" in environment and environment.get("XINGLIN_STATE") == str(state.root)


def _read_number(file: Path) -> int | None:
    try:
        return int(file.read_text())
    except (OSError, ValueError):
        return None


def stop(platform: Platform, patience_s: float = 30.0) -> None:
    """Ask a running platform to stop and wait. Raises PlatformError if it is still there."""
    os.kill(platform.pid, signal.SIGTERM)
    until = time.monotonic() + patience_s
    while platform.alive():
        if time.monotonic() > until:
            raise PlatformError(f"process {platform.pid} does not stop; end it with `kill -9 {platform.pid}`")
        time.sleep(0.1)


def free_port(host: str = "127.0.0.1") -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def refuse_used_port(name: str, host: str, port: int) -> None:
    """Raise PortError if somebody listens on a port of ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortError(
                f"{name}: cannot listen on {host} port {port} ({error.strerror}); "
                f"choose another with XINGLIN_{name.upper()} or the key {name} in xinglin.toml"
            ) from None


def with_ports(settings: Settings) -> Settings:
    """The settings with a free port for every 0, all others checked to be free."""
    chosen: dict[str, int] = {}
    for name in ("port", "hub_port", "proxy_api_port", "exchange_port", "portal_port"):
        host = settings.bind if name == "port" else "127.0.0.1"
        if port := getattr(settings, name):
            refuse_used_port(name, host, port)
        else:
            port = free_port()
            while port in chosen.values():
                port = free_port()
        chosen[name] = port
    return settings.model_copy(update=chosen)


def adopt_orphans() -> None:
    """From now on, descendants whose parent dies become our children, so that `end_children` finds every one."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def die_with_parent() -> None:
    """Between fork and exec: be asked to stop (SIGTERM) when the parent ends, however it ends.

    Interrupts count again: a shell starts background jobs with SIGINT ignored, and services are stopped with SIGINT.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


def end_children(grace_s: float = GRACE_S) -> int:
    """End every descendant, first kindly; how many had to be ended."""
    ended = 0
    kindly = True
    until = time.monotonic() + grace_s
    while children := [child for child in psutil.Process().children(recursive=True) if _lives(child)]:
        for child in children:
            with contextlib.suppress(psutil.NoSuchProcess):
                child.terminate() if kindly else child.kill()
        ended += len(children) if kindly else 0
        psutil.wait_procs(children, timeout=0.5)
        kindly = kindly and time.monotonic() < until
    return ended


def _lives(process: psutil.Process) -> bool:
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def last_lines(file: Path, number: int = 5) -> str:
    """The end of a log, for an error message."""
    try:
        return "\n".join(file.read_text("utf-8", "replace").splitlines()[-number:])
    except OSError:
        return ""

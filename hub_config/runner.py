"""The platform as one running thing: the hub below us, and below it the proxy, the services and the users' servers."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil

from hub_config import processes
from hub_config.bubblewrap import probe
from hub_config.errors import PlatformError
from hub_config.settings import CODE, Settings
from hub_config.state import State

CONFIG = CODE / "hub_config" / "jupyterhub_config.py"
START_S, STOP_S = 90.0, 25.0
PAUSE_S = 0.25


class Platform:
    """A platform that has been started; `settings` has every port filled in."""

    def __init__(self, settings: Settings, hub: subprocess.Popen[bytes]) -> None:
        self.settings = settings
        self.state = State(settings.state)
        self.hub = hub
        self.datasets: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        """What the hub, the proxy and the services say."""
        return self.state.logs / "hub.log"

    def wait_ready(self, patience_s: float = START_S) -> None:
        """Return when the login page answers through the proxy. Raises PlatformError with the log's last words."""
        scheme = "https" if self.settings.ssl_cert else "http"
        until = time.monotonic() + patience_s
        with httpx.Client(trust_env=False, timeout=5, verify=False) as http:  # noqa: S501 - our own process, on loopback
            while not self._answers(http, f"{scheme}://127.0.0.1:{self.settings.port}/hub/login"):
                if self.hub.poll() is not None:
                    raise PlatformError(f"the hub stopped while starting; the end of {self.log}:\n{self.last_words()}")
                if time.monotonic() > until:
                    raise PlatformError(
                        f"the hub did not answer within {patience_s:.0f} s; the end of {self.log}:\n{self.last_words()}"
                    )
                time.sleep(PAUSE_S)

    @staticmethod
    def _answers(http: httpx.Client, address: str) -> bool:
        try:
            return http.get(address).status_code == httpx.codes.OK
        except httpx.TransportError:
            return False

    def last_words(self) -> str:
        """The end of the hub's log."""
        return processes.last_lines(self.log, 8)

    def bury(self) -> None:
        """Collect processes that were left to us and have ended."""
        if self.datasets:
            self.datasets.poll()
        ours = {process.pid for process in (self.hub, self.datasets) if process}
        for child in psutil.Process().children():
            with contextlib.suppress(psutil.NoSuchProcess, ChildProcessError):
                if child.pid not in ours and child.status() == psutil.STATUS_ZOMBIE:
                    os.waitpid(child.pid, os.WNOHANG)

    def stop(self) -> None:
        """Stop users' servers, services, proxy and hub, in the hub's own order, and whatever is left."""
        if self.hub.poll() is None:
            self.hub.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.hub.wait(STOP_S)
        processes.end_children()


@contextlib.contextmanager
def started(settings: Settings) -> Iterator[Platform]:
    """Start the hub; stop everything on leaving. The folder must be claimed, ports chosen (`processes.with_ports`)."""
    if settings.isolation:
        probe()
    state = State(settings.state)
    processes.adopt_orphans()
    log = state.logs / "hub.log"
    if log.exists():
        log.replace(log.with_suffix(".log.1"))
    with log.open("wb") as stream:
        hub = subprocess.Popen(
            [sys.executable, "-m", "jupyterhub", "-f", str(CONFIG)],
            cwd=CODE,
            env=os.environ
            | settings.as_environment()
            | {"PATH": f"{sys.prefix}/bin:{os.environ.get('PATH', os.defpath)}"},
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            start_new_session=True,
            preexec_fn=processes.die_with_parent,  # noqa: PLW1509 - a single prctl, before any thread of ours exists
        )
    platform = Platform(settings, hub)
    try:
        yield platform
    finally:
        platform.stop()

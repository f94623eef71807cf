"""`up`, `down`, `status`: starting plainly, stopping wholly."""

import contextlib
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import psutil
import pytest

from hub_config import processes
from hub_config.check.client import Browser
from hub_config.state import State

pytestmark = pytest.mark.hub

Cli = Callable[..., CompletedProcess[str]]
PASSWORD = "seven quiet cranes over Hunhe"
GONE_S = 60


def survivors(before: list[psutil.Process], patience_s: float = GONE_S) -> list[str]:
    """The commands of those that are still there; one that has ended and waits to be collected is not."""
    _, alive = psutil.wait_procs(before, timeout=patience_s)
    return [line for process in alive if (line := commands([process]))]


def everything(pid: int) -> list[psutil.Process]:
    top = psutil.Process(pid)
    return [top, *top.children(recursive=True)]


def commands(processes: list[psutil.Process]) -> str:
    lines = []
    for process in processes:
        with contextlib.suppress(psutil.Error):
            lines.append(" ".join(process.cmdline()))
    return "\n".join(lines)


@pytest.fixture
def own(state_folder: Path, start_up: Callable[..., Any]) -> Iterator[Any]:
    """A platform of one test's own, with one learner whose server and kernel run."""
    running = start_up(state_folder)
    try:
        with Browser(running.url, "learner") as browser:
            assert running.accounts.use_link(running.accounts.make_link("learner", 60), PASSWORD)
            assert browser.log_in(PASSWORD).is_success
            browser.start_server()
            browser.call("POST", "api/kernels", json={"name": "python3"})
            until = time.monotonic() + 60
            while "ipykernel_launcher" not in commands(everything(running.process.pid)):
                assert time.monotonic() < until
                time.sleep(0.2)
        yield running
    finally:
        if running.process.poll() is None:
            running.stop()


@pytest.mark.parametrize("way", [signal.SIGINT, signal.SIGKILL])  # `down` sends SIGTERM
def test_nothing_is_left_behind_however_up_ends(own: Any, way: signal.Signals) -> None:
    before = everything(own.process.pid)
    shown = commands(before)
    for part in (
        "jupyterhub",
        "configurable-http-proxy",
        "grading.exchange",
        "hub_config.portal",
        "bwrap",
        "singleuser",
    ):
        assert part in shown, f"{part} does not run, so nothing would be shown"
    code = own.stop(way)
    assert code == (-signal.SIGKILL if way is signal.SIGKILL else 0)
    assert survivors(before) == []
    assert processes.running(own.state) is None


def test_after_up_and_hub_are_killed_together_the_next_up_finds_a_clean_table(
    own: Any, start_up: Callable[..., Any]
) -> None:
    before = everything(own.process.pid)
    hub = next(process for process in before if "jupyterhub_config.py" in commands([process]))
    own.process.kill()
    hub.kill()
    own.process.wait(10)
    again = start_up(own.state.root)
    try:
        assert survivors(before, 5) == []
        with Browser(again.url, "learner") as browser:
            assert browser.log_in(PASSWORD).is_success
            browser.start_server()
    finally:
        again.stop()


def test_up_prints_two_links_status_shows_the_parts_and_down_stops_them(own: Any, cli: Cli) -> None:
    assert own.said.count("/hub/invite?token=") == 2
    assert {person.username: person.active for person in own.accounts.people()} == {"teacher": False, "learner": True}
    said = cli(own.state.root, "status")
    assert said.returncode == 0, said.stdout
    for word in ("hub", "proxy", "exchange", "portal", "queue", "learner", own.url):
        assert word in said.stdout
    before = everything(own.process.pid)
    assert cli(own.state.root, "down").returncode == 0
    assert survivors(before) == []
    assert cli(own.state.root, "status").returncode == 1
    assert "No platform runs" in cli(own.state.root, "down").stdout


def test_a_second_up_on_the_same_state_is_refused_with_the_remedy(platform: Any, cli: Cli) -> None:
    said = cli(platform.state.root, "up")
    assert said.returncode == 2
    assert platform.url in said.stderr
    assert "xinglin down" in said.stderr
    assert "Traceback" not in said.stderr + said.stdout


def test_a_port_in_use_is_named(tmp_path: Path, cli: Cli) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        said = cli(tmp_path / "state", "up", "--port", port)
    assert said.returncode == 2
    assert port in said.stderr
    assert "XINGLIN_PORT" in said.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_an_unwritable_state_folder_is_named(tmp_path: Path, cli: Cli) -> None:
    (tmp_path / "closed").mkdir(mode=0o500)
    said = cli(tmp_path / "closed" / "state", "up")
    assert said.returncode == 2
    assert "closed/state" in said.stderr.replace("\n", "")
    assert "XINGLIN_STATE" in said.stderr


def test_a_state_that_is_a_file_is_named(tmp_path: Path, cli: Cli) -> None:
    (tmp_path / "state").write_text("")
    said = cli(tmp_path / "state", "up")
    assert said.returncode == 2
    assert "Traceback" not in said.stderr


def test_without_bubblewrap_up_refuses_and_says_how_to_get_it(tmp_path: Path, cli: Cli) -> None:
    (tmp_path / "bwrap").write_text("#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n")
    (tmp_path / "bwrap").chmod(0o755)
    said = cli(tmp_path / "state", "up", PATH=f"{tmp_path}:{os.environ['PATH']}")
    assert said.returncode == 2
    for words in ("No permissions", "apt-get install bubblewrap", "--no-isolation", "doctor"):
        assert words in said.stderr.replace("\n", " ")
    looked = cli(tmp_path / "state", "doctor", PATH=f"{tmp_path}:{os.environ['PATH']}")
    assert looked.returncode == 1
    assert "missing" in looked.stdout


def test_no_isolation_starts_with_a_warning_that_cannot_be_missed(
    state_folder: Path, start_up: Callable[..., Any]
) -> None:
    running = start_up(state_folder, "--no-isolation")
    try:
        assert "not kept apart" in running.said
        with Browser(running.url, "learner") as browser:
            assert "alert-warning" in browser.http.get("/hub/login").text
            assert running.accounts.use_link(running.accounts.make_link("learner", 60), PASSWORD)
            assert browser.log_in(PASSWORD).is_success
            browser.start_server()
    finally:
        before = everything(running.process.pid)
        running.stop()
    assert survivors(before) == []


@pytest.mark.timeout(900)
def test_check_plays_the_whole_cycle(state_folder: Path, cli: Cli) -> None:
    said = cli(state_folder, "up", "--check")
    assert said.returncode == 0, said.stdout + said.stderr
    for words in ("submit a wrong answer", "submit a right answer", "instructor: gradebook", "The whole cycle works"):
        assert words in said.stdout
    assert processes.running(State(state_folder)) is None


def test_an_interrupted_start_leaves_nothing(tmp_path: Path, cli: Cli) -> None:
    """A platform file of a process that is gone, and of one whose number was used again, stop nobody."""
    state = State(tmp_path / "state")
    state.prepare()
    (state.hub / "platform.json").write_text(f'{{"pid": {os.getpid()}, "started": 1.0, "url": "x", "ports": {{}}}}')
    assert processes.running(state) is None
    (state.hub / "platform.json").write_text("half a fi")
    assert processes.running(state) is None
    assert cli(state.root, "status").returncode == 1

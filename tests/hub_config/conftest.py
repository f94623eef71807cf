"""One real platform for all tests of this folder, as `up` runs it, with people, servers and kernels."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from websocket import create_connection

from hub_config import processes
from hub_config.accounts import Accounts, Person
from hub_config.check.client import Browser
from hub_config.courses import build, outdated
from hub_config.settings import CODE
from hub_config.state import State

PASSWORD = "seven quiet cranes over Hunhe"
UP_S = 600
PEOPLE = (
    Person("mei", "赵梅", "learner", "zh", ("his",)),
    Person("bob", "Bob Stone", "learner", "en", ("his",)),
    Person("gao", "高老师", "instructor", "zh", ("his",)),
    Person("root2", "赵工", "admin", "en", ()),
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One platform serves all tests marked hub: keep them in one process; a first start may have to wait its turn."""
    for item in items:
        if Path(__file__).parent in item.path.parents and item.get_closest_marker("hub"):
            item.add_marker(pytest.mark.xdist_group("hub"))
            if not item.get_closest_marker("timeout"):
                item.add_marker(pytest.mark.timeout(600))


@dataclass
class Running:
    """A platform that `up` runs in another process."""

    state: State
    process: subprocess.Popen[str]
    url: str
    accounts: Accounts
    said: str

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.process.wait(60)


def environment(state: Path, **more: str) -> dict[str, str]:
    clean = {key: value for key, value in os.environ.items() if not key.startswith("XINGLIN_")}
    return (
        clean | {"XINGLIN_STATE": str(state), "XINGLIN_PORT": "0", "XINGLIN_CODE": str(CODE), "COLUMNS": "300"} | more
    )


def run_up(state: Path, *arguments: str, **more: str) -> Running:
    """`up` on a state folder; returns when its login page answers."""
    process = subprocess.Popen(
        [sys.executable, "-m", "hub_config.cli", "up", *arguments],
        cwd=CODE,
        env=environment(state, **more),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if "Ctrl-C" in line:
            break
    platform = processes.running(State(state))
    assert platform is not None, f"up did not start:\n{said}"
    return Running(State(state), process, platform.url, Accounts(State(state).accounts), said)


def command(state: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run one command of the command line to its end."""
    line = [sys.executable, "-m", "hub_config.cli", *arguments]
    return subprocess.run(
        line, cwd=CODE, env=environment(state, **more), capture_output=True, text=True, timeout=UP_S, check=False
    )


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state folder with the courses and data sets built, to be copied: building them takes most of a first start."""
    if os.geteuid() == 0:
        pytest.skip("the platform never runs as root; run the tests through ./xinglin test, or as an ordinary user")
    folder = tmp_path_factory.mktemp("furnished") / "state"
    state = State(folder)
    state.prepare()
    for course in outdated(state):
        assert list(build(state, course))
    built = command(folder, "dataset", "build")
    assert built.returncode == 0, built.stderr
    return folder


@pytest.fixture
def state_folder(furnished: Path, tmp_path: Path) -> Path:
    """A furnished state folder of one test's own."""
    return Path(shutil.copytree(furnished, tmp_path / "state"))


@pytest.fixture(scope="session")
def platform(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The platform of this test session, with the people of PEOPLE, who have passwords."""
    state_folder = Path(shutil.copytree(furnished, tmp_path_factory.mktemp("platform") / "state"))
    state = State(state_folder)
    state.prepare()
    accounts = Accounts(state.accounts)
    accounts.add(*PEOPLE)
    for person in PEOPLE:
        accounts.use_link(accounts.make_link(person.username, 60), PASSWORD)
    running = run_up(
        state_folder, XINGLIN_LOCKOUT_SECONDS="2", XINGLIN_LOCKOUT_FAILURES="3", XINGLIN_ADDRESS_FAILURES="1000"
    )
    try:
        yield running
    finally:
        with contextlib.suppress(subprocess.TimeoutExpired):
            running.stop()
        running.process.kill()


@pytest.fixture(scope="session")
def in_server(platform: Running) -> Iterator[Callable[[str], Browser]]:
    """A logged-in person whose server runs; each server is started once."""
    with contextlib.ExitStack() as stack:
        known: dict[str, Browser] = {}

        def enter(username: str) -> Browser:
            if username not in known:
                known[username] = stack.enter_context(Browser(platform.url, username))
                assert known[username].log_in(PASSWORD).is_success
                known[username].start_server()
            return known[username]

        yield enter


@dataclass
class Kernel:
    """A kernel in somebody's server, through the same websocket JupyterLab uses."""

    browser: Browser
    id: str

    def run(self, code: str, timeout_s: float = 60) -> str:
        """What the code prints; its error instead, if it fails."""
        url = (
            str(self.browser.http.base_url).replace("http", "ws", 1)
            + f"user/{self.browser.username}/api/kernels/{self.id}/channels"
        )
        cookie = "; ".join(
            f"{c.name}={c.value}"
            for c in self.browser.http.cookies.jar
            if c.path.startswith(f"/user/{self.browser.username}")
        )
        cookie += "".join(f"; {c.name}={c.value}" for c in self.browser.http.cookies.jar if c.path == "/")
        socket = create_connection(
            url, timeout=timeout_s, cookie=cookie, origin=str(self.browser.http.base_url).rstrip("/")
        )
        message = uuid.uuid4().hex
        header = {
            "msg_id": message,
            "msg_type": "execute_request",
            "username": "",
            "session": uuid.uuid4().hex,
            "version": "5.3",
        }
        content = {"code": code, "silent": False, "store_history": False, "allow_stdin": False, "stop_on_error": True}
        socket.send(
            json.dumps({"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"})
        )
        said = ""
        with contextlib.closing(socket):
            while True:
                answer = json.loads(socket.recv())
                if answer.get("parent_header", {}).get("msg_id") != message:
                    continue
                kind, body = answer["header"]["msg_type"], answer["content"]
                if kind == "stream":
                    said += body["text"]
                elif kind == "error":
                    return f"{body['ename']}: {body['evalue']}"
                elif kind == "status" and body["execution_state"] == "idle":
                    return said.strip()


@pytest.fixture(scope="session")
def kernel(in_server: Callable[[str], Browser]) -> Callable[[str], Kernel]:
    """A kernel in a person's server; one per person."""
    known: dict[str, Kernel] = {}

    def start(username: str) -> Kernel:
        if username not in known:
            browser = in_server(username)
            model = browser.call("POST", "api/kernels", json={"name": "python3"}).json()
            known[username] = Kernel(browser, model["id"])
        return known[username]

    return start


@pytest.fixture
def visitor(platform: Running) -> Iterator[httpx.Client]:
    """Somebody who is not logged in."""
    with httpx.Client(base_url=platform.url, follow_redirects=True, trust_env=False, timeout=30) as client:
        yield client


@pytest.fixture(scope="session")
def cli() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run one command: `cli(state, "user", "list", XINGLIN_PORT="0")`."""
    return command


@pytest.fixture(scope="session", name="start_up")
def start_up_fixture() -> Callable[..., Running]:
    """Start a platform of one's own: `start_up(state, "--no-isolation")`; stop it oneself."""
    return run_up

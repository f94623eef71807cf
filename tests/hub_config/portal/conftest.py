"""A small published course with learners, attempts and marks, in a state folder of the test's own."""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from sqlalchemy import insert

from grading.course import load_course
from grading.exchange.desk import Desk
from grading.exchange.publish import publish
from grading.exchange.queue import Outcome, enqueue, write_outcome
from grading.exchange.tables import ATTEMPT, INCIDENT
from hub_config.accounts import Person
from hub_config.portal.source import Source
from hub_config.state import State

ROOT = Path(__file__).resolve().parents[3]
PASSWORD = "apricot wood and spring water"
START = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
COURSE = {
    "title": {"zh": "医院信息系统", "en": "Hospital information systems"},
    "about": {
        "zh": "跟着一位病人走完全程,看清每一步在系统里留下了什么。",
        "en": "Follow a patient all the way, and see what each step leaves behind in the systems.",
    },
    "audience": {"zh": "医学与信息类学生、医院职工", "en": "Students of medicine and IT, hospital staff"},
    "credit": {"hours_per_credit": 3, "scheme": {"zh": "继续教育项目", "en": "continuing education"}},
    "competencies": [
        {"code": "I14", "zh": "生物统计与数据分析", "en": "Biometry and data analysis"},
        {"code": "F7", "zh": "数据科学", "en": "Data science"},
    ],
    "modules": ["journey", "los"],
}
MODULES: dict[str, dict[str, Any]] = {
    "journey": {
        "title": {"zh": "患者就诊流程", "en": "Patient journey"},
        "about": {
            "zh": "林医生问:这位病人上午就到了,为什么下午三点才拿到化验结果?",
            "en": "Dr Lin asks: this patient came in the morning; why did the results arrive at three?",
        },
        "items": {"events": ("事件排序", "Events in order"), "waits": ("每一步等了多久", "How long each step took")},
    },
    "los": {
        "title": {"zh": "床位与住院日", "en": "Bed flow and length of stay"},
        "about": {
            "zh": "孙护士长说七病区总是满的,月报却说使用率只有 78%。谁说得对?",
            "en": "Head Nurse Sun says ward 7 is always full; the monthly report says 78 %. Who is right?",
        },
        "items": {
            "los_days": ("每次住院的住院日", "Length of each stay"),
            "census": ("每天零点的在院人数", "Midnight census"),
            "occupancy": ("病床使用率", "Bed occupancy"),
        },
    },
}
FEEDBACK = {
    "zh": "**2/4 分。** 你只数了整天。上午入院、第二天下午出院是 1.3 天左右,而 `.dt.days` 会把小数丢掉。",
    "en": "**2/4 points.** You counted whole days only. In at 9 and out at 16 the next day is about 1.3 days; "
    "`.dt.days` drops the fraction.",
}


def write_course(root: Path) -> Path:
    """Write courses/his in `root` and give the folder of all courses."""
    folder = root / "courses" / "his"
    for module, about in MODULES.items():
        items = [{"id": i, "points": 4, "title": {"zh": zh, "en": en}} for i, (zh, en) in about["items"].items()]
        text = {
            "title": about["title"],
            "about": about["about"],
            "minutes": 60,
            "outcomes": [{"codes": "I14 F7", "zh": "能从事件表算出住院日", "en": "Compute length of stay from events"}],
            "data": {"dataset": "stays", "files": {"stays.csv": {"zh": "住院记录", "en": "Stays"}}},
            "items": items,
        }
        (folder / module).mkdir(parents=True, exist_ok=True)
        (folder / module / "module.yaml").write_text(yaml.safe_dump(text, allow_unicode=True), "utf-8")
    (folder / "course.yaml").write_text(yaml.safe_dump(COURSE, allow_unicode=True), "utf-8")
    return folder.parent


class Town:
    """The course, published, and whatever a test lets happen in it."""

    def __init__(self, root: Path) -> None:
        self.state = State(root / "state")
        self.state.prepare()
        self.courses = write_course(root)
        self.source = Source.open(self.state)
        self.source.courses = self.courses
        self.store = self.source.store
        course = load_course("his", self.courses)
        for module in course.loaded:
            edition = root / "editions" / module.id / "zh"
            edition.mkdir(parents=True, exist_ok=True)
            (edition / f"{module.id}.ipynb").write_text(json.dumps({"cells": [], "nbformat": 4, "metadata": {}}))
            publish(self.state.root, course, module, edition.parent)

    def enrol(self, username: str, name: str, role: str = "learner", courses: tuple[str, ...] = ("his",)) -> None:
        """Add somebody."""
        assert self.source.accounts
        self.source.accounts.add(Person(username, name, role, "zh", courses))

    def fetch(self, user: str, module: str) -> None:
        """Somebody fetches an assignment."""
        found = self.store.assignment("his", module)
        assert found
        Desk(self.store).fetched(user, found, "zh")

    def hand_in(self, user: str, module: str, hours: float = 0) -> str:
        """Somebody hands in an empty notebook, `hours` after the start; gives the attempt's id."""
        attempt, number = secrets.token_urlsafe(8), len(self.store.attempts(user, "his", module)) + 1
        at = int((START + timedelta(hours=hours)).timestamp() * 1e6)
        row = {"id": attempt, "user": user, "course": "his", "assignment": module, "number": number}
        with self.store.engine.begin() as connection:
            connection.execute(insert(ATTEMPT).values(**row, submitted_at=at, language="zh", files={}, version="1"))
        return attempt

    def queue(self, user: str, module: str) -> str:
        """Somebody hands in, after all else here, and waits."""
        attempt = self.hand_in(user, module, hours=100)
        with self.store.engine.begin() as connection:
            enqueue(connection, attempt, 0, user)
        return attempt

    def mark(self, user: str, module: str, points: list[float], hours: float = 0, **said: Any) -> str:
        """Somebody hands in and gets these points, item by item; said: feedback, misconceptions, page."""
        attempt, ids = self.hand_in(user, module, hours), list(MODULES[module]["items"])
        right = {"zh": "**4/4 分，全部正确。**", "en": "**4/4 points, all right.**"}
        items = [
            {
                "id": item,
                "points": got,
                "max_points": 4,
                "misconceptions": list(said.get("misconceptions", ["truncated"])) if got < 4 else [],
                "feedback": said.get("feedback", FEEDBACK) if got < 4 else right,
            }
            for item, got in zip(ids, points, strict=True)
        ]
        page = said.get("page", "<h1>marked</h1>")
        pages = {lang: self.store.blobs.put(f"{page}<p>{lang}</p>".encode()) for lang in ("zh", "en")}
        outcome = Outcome("marked", sum(points), 4.0 * len(ids), None, {"items": items}, pages)
        with self.store.engine.begin() as connection:
            write_outcome(connection, attempt, 0, outcome)
        return attempt

    def reject(self, user: str, module: str, reason: dict[str, str]) -> str:
        """Somebody hands in something that cannot be marked."""
        attempt = self.hand_in(user, module, 1)
        with self.store.engine.begin() as connection:
            write_outcome(connection, attempt, 0, Outcome("rejected", reason=reason))
        return attempt

    def attack(self, user: str, module: str, detail: str) -> None:
        """Somebody's submission is refused as hostile."""
        row = {"user": user, "course": "his", "assignment": module, "code": "symlink", "detail": detail}
        with self.store.engine.begin() as connection:
            connection.execute(insert(INCIDENT).values(at=int(START.timestamp() * 1e6), **row))


CONFIG = """
from hub_config.apply import apply
from hub_config.settings import load_settings
c = get_config()
apply(c, load_settings())
c.JupyterHub.services = [service for service in c.JupyterHub.services if service["name"] == "portal"]
c.JupyterHub.services[0]["environment"]["XINGLIN_CODE"] = {code!r}
c.JupyterHub.load_roles = [{{"name": "user", "scopes": ["self", "access:services!service=portal"]}}]
"""


class Hub:
    """A real JupyterHub with our accounts, that runs the real portal for a town; it starts no user servers."""

    def __init__(self, town: Town) -> None:
        self.town = town
        ports = dict(
            zip(("port", "hub_port", "proxy_api_port", "portal_port", "exchange_port"), free_ports(5), strict=True)
        )
        self.url = f"http://127.0.0.1:{ports['port']}"
        self.portal = f"{self.url}/services/portal/"
        config = town.state.root / "hub_config.py"
        config.write_text(CONFIG.format(code=str(town.courses.parent)))
        own = {f"XINGLIN_{key.upper()}": str(value) for key, value in ports.items()}
        own |= {"XINGLIN_STATE": str(town.state.root), "PYTHONPATH": str(ROOT)}
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("XINGLIN_", "JUPYTERHUB_"))} | own
        environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
        self.log = (town.state.logs / "hub.log").open("wb")
        command = [sys.executable, "-m", "jupyterhub", "-f", str(config)]
        self.process = subprocess.Popen(command, env=environment, cwd=town.state.hub, stdout=self.log, stderr=self.log)
        self._wait()

    def _wait(self) -> None:
        """Until the portal answers; 60 s at most."""
        end = time.monotonic() + 60
        while time.monotonic() < end and self.process.poll() is None:
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(f"{self.portal}static/portal.css").status_code == 200:
                    return
            time.sleep(0.2)
        self.stop()
        pytest.fail("the hub did not start:\n" + (self.town.state.logs / "hub.log").read_text()[-3000:])

    @contextlib.contextmanager
    def log_in(self, username: str) -> Iterator[httpx.Client]:
        """Choose a password by invitation link and log in, as a browser would; leaving closes the connection."""
        accounts = self.town.source.accounts
        assert accounts
        accounts.use_link(accounts.make_link(username, 60), PASSWORD)
        with httpx.Client(follow_redirects=True, timeout=20) as client:
            form = client.get(f"{self.url}/hub/login").text
            xsrf = re.search(r'name="_xsrf" value="([^"]+)"', form)
            assert xsrf
            answer = {"username": username, "password": PASSWORD, "_xsrf": xsrf[1]}
            assert client.post(f"{self.url}/hub/login", data=answer).url.path == "/services/portal/"
            yield client

    def stop(self) -> None:
        """End the hub, and with it proxy and portal."""
        self.process.terminate()
        self.process.wait(30)
        self.log.close()


def free_ports(count: int) -> list[int]:
    """Ports nobody listens on."""
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    town = Town(tmp_path_factory.mktemp("town"))
    for username, name in (("wang_li", "王丽"), ("chen_hao", "陈昊")):
        town.enrol(username, name)
    town.enrol("gao", "高老师", "instructor")
    town.enrol("stranger", "Stranger", courses=())
    running = Hub(town)
    yield running
    running.stop()


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path)

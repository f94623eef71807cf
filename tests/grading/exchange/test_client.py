"""nbgrader's own Assignment List, as JupyterLab's server runs it, over our plugins and a real service."""

import json
import os
import sys
import time
from pathlib import Path
from subprocess import Popen
from typing import Any

import httpx
import pytest
from exchange_rig import CODE, HubDouble, Service, free_port, notebook, publish_assignment
from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from grading.exchange.client import configure
from grading.exchange.client.lab import ReadableList


@pytest.fixture
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path_factory.mktemp("home")
    (folder / "nbgrader_config.py").write_text(
        "from grading.exchange.client import configure\nconfigure(get_config())\n"
        "get_config().Exchange.path_includes_course = True\n"
    )
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(folder / ".jupyter"))
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", str(folder))
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def lab(home: Path, service: Service, hub: HubDouble, monkeypatch: pytest.MonkeyPatch) -> ReadableList:
    monkeypatch.setenv("XINGLIN_EXCHANGE_URL", service.url.removesuffix("api/"))
    monkeypatch.setenv("XINGLIN_LANG", "en")
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", hub.add("lin", "nbgrader-his"))
    lab = ReadableList()
    lab.root_dir = str(home)
    return lab


def value(answer: dict[str, Any]) -> Any:
    assert answer["success"], answer["value"]
    return answer["value"]


def test_the_assignment_list_fetches_submits_and_shows_feedback(
    lab: ReadableList, home: Path, service: Service, hub: HubDouble
) -> None:
    assert value(lab.list_courses()) == ["his"]
    assert [(a["assignment_id"], a["status"]) for a in value(lab.list_assignments("his"))] == [("los", "released")]

    assert lab.fetch_assignment("his", "los")["success"]
    assert "Length of stay" in (home / "his/los/los.ipynb").read_text()
    fetched = value(lab.list_released_assignments("his"))[0]
    assert (fetched["status"], fetched["notebooks"][0]["path"]) == ("fetched", "his/los/los.ipynb")

    (home / "his/los/los.ipynb").write_bytes(notebook("score 8"))
    assert lab.submit_assignment("his", "los")["success"]
    token = next(iter(hub.people))
    service.finished(token, service.as_(token).get("courses/his/attempts").json()["attempts"][0]["id"])
    assert lab.fetch_feedback("his", "los")["success"]

    (submitted,) = value(lab.list_submitted_assignments("his"))
    (attempt,) = submitted["submissions"]
    assert (submitted["student_id"], attempt["has_local_feedback"]) == ("lin", True)
    assert attempt["timestamp"].endswith("UTC · 8/10")
    assert "en 8 lin" in (home / attempt["local_feedback_path"] / "los.html").read_text()


def test_feedback_that_is_ready_comes_with_the_list(
    lab: ReadableList, home: Path, service: Service, hub: HubDouble
) -> None:
    token = next(t for t, model in hub.people.items() if model["name"] == "lin")
    service.finished(token, service.submit(token).json()["id"])
    (submitted,) = value(lab.list_submitted_assignments("his"))
    assert (home / submitted["submissions"][0]["local_feedback_path"] / "los.html").is_file()


def test_a_broken_notebook_is_explained_in_the_feedback(lab: ReadableList, home: Path) -> None:
    assert lab.fetch_assignment("his", "los")["success"]
    (home / "his/los/los.ipynb").write_text('{"cells": [')
    assert lab.submit_assignment("his", "los")["success"]
    (attempt,) = value(lab.list_submitted_assignments("his"))[0]["submissions"]
    assert attempt["timestamp"].endswith("· not marked, see the feedback")
    assert "not a whole notebook" in (home / attempt["local_feedback_path"] / "los.html").read_text()


def test_fetching_again_never_overwrites_work(lab: ReadableList, home: Path) -> None:
    lab.fetch_assignment("his", "los")
    (home / "his/los/los.ipynb").write_text("my work")
    lab.fetch_assignment("his", "los")
    why = lab.list_assignments("his")  # the page that follows a fetch
    assert (why["success"], why["value"].split(".")[0]) == (False, "You already have this assignment in los")
    assert lab.list_assignments("his")["success"]
    assert (home / "his/los/los.ipynb").read_text() == "my work"


def test_only_the_released_notebook_is_sent(lab: ReadableList, home: Path, service: Service, hub: HubDouble) -> None:
    lab.fetch_assignment("his", "los")
    (home / "his/los/diary.ipynb").write_bytes(notebook("private"))
    (home / "his/los/timestamp.txt").write_text("1999-01-01 00:00:00 UTC")
    assert lab.submit_assignment("his", "los")["success"]
    (attempt,) = (
        service.as_(hub.add("gao", "formgrade-his")).get("courses/his/assignments/los/submissions").json()["attempts"]
    )
    assert attempt["submitted_at"] > "2026"


def test_a_service_that_is_down_is_said_in_the_learners_language(lab: ReadableList, service: Service) -> None:
    lab.fetch_assignment("his", "los")
    service.stop()
    for answer in (lab.submit_assignment("his", "los"), lab.list_assignments("his")):
        assert (answer["success"], answer["value"][:28]) == (False, "The exchange does not answer")


@pytest.mark.usefixtures("lab")
def test_an_instructor_lists_releases_and_collects(
    home: Path, service: Service, hub: HubDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    learner = next(t for t, model in hub.people.items() if model["name"] == "lin")
    service.finished(learner, service.submit(learner, "score 5").json()["id"])
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", hub.add("gao", "formgrade-his"))
    publish_assignment(service.state, name="wards").engine.dispose()
    course = home / "course"
    course.mkdir()
    config = Config()
    configure(config)
    config.CourseDirectory.update(course_id="his", root=str(course))
    api = NbGraderAPI(CourseDirectory(config=config), config=config)
    assert api.get_released_assignments() == {"los", "wards"}
    api.unrelease("wards")
    assert api.get_released_assignments() == {"los"}
    assert api.release_assignment("wards")["success"]
    assert api.get_released_assignments() == {"los", "wards"}
    assert api.collect("los")["success"]
    assert "score 5" in (course / "submitted/lin/los/los.ipynb").read_text()


def test_the_language_chosen_on_the_portal_wins_over_that_of_the_server(
    lab: ReadableList, home: Path, service: Service, hub: HubDouble
) -> None:
    service.as_(next(iter(hub.people))).put("me", json={"language": "zh"}).raise_for_status()
    lab.fetch_assignment("his", "los")
    assert "\\u4f4f\\u9662\\u65e5" in (home / "his/los/los.ipynb").read_text()


def test_jupyterlab_shows_a_sentence_where_nbgrader_would_show_a_traceback(home: Path) -> None:
    port, bin_ = free_port(), Path(sys.executable).parent
    extensions = {"nbgrader.server_extensions.assignment_list": False, "grading.exchange.client.lab": True}
    config = {"ServerApp": {"jpserver_extensions": extensions, "token": "secret", "port": port, "allow_root": True}}
    (home / "config.json").write_text(json.dumps(config))
    environment = os.environ | {
        "XINGLIN_EXCHANGE_URL": f"http://127.0.0.1:{free_port()}/services/exchange/",
        "XINGLIN_LANG": "en",
        "PYTHONPATH": str(CODE),
        "PATH": f"{bin_}{os.pathsep}{os.environ['PATH']}",
    }
    command = [bin_ / "jupyter-server", "--no-browser", f"--config={home / 'config.json'}"]
    with (home / "log").open("wb") as log, Popen(command, cwd=home, env=environment, stdout=log, stderr=log) as server:
        try:
            listed = answered(server, f"http://127.0.0.1:{port}/assignments?course_id=his", home / "log")
        finally:
            server.terminate()
    assert not listed["success"]
    assert listed["value"].startswith("The exchange does not answer (ConnectError).")


def answered(process: "Popen[bytes]", url: str, log: Path) -> Any:
    end = time.monotonic() + 90
    while process.poll() is None and time.monotonic() < end:
        try:
            return httpx.get(url, headers={"Authorization": "token secret"}, timeout=30).raise_for_status().json()
        except httpx.TransportError:
            time.sleep(0.2)
    pytest.fail(log.read_text())

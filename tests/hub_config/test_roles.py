"""What JupyterLab shows, by role and language."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from hub_config.check.client import Browser

pytestmark = pytest.mark.hub

Enter = Callable[[str], Browser]


def page_config(browser: Browser) -> dict[str, Any]:
    page = browser.call("GET", "lab").text
    found = re.search(r'<script id="jupyter-config-data" type="application/json">(.*?)</script>', page, re.DOTALL)
    assert found
    config: dict[str, Any] = json.loads(found[1])
    return config


def test_a_learner_sees_the_assignment_list_and_no_instructors_menu(in_server: Enter) -> None:
    disabled = page_config(in_server("mei"))["disabledExtensions"]
    assert {f"@jupyter/nbgrader:{name}" for name in ("formgrader", "course-list", "create-assignment")} <= set(disabled)
    assert not {f"@jupyter/nbgrader:{name}" for name in ("assignment-list", "validate-assignment")} & set(disabled)


def test_an_instructor_sees_all_of_nbgrader(in_server: Enter) -> None:
    assert not [name for name in page_config(in_server("gao"))["disabledExtensions"] if "nbgrader" in name]


@pytest.mark.parametrize("username", ["mei", "gao"])
def test_nobody_is_shown_news_from_elsewhere(in_server: Enter, username: str) -> None:
    assert "@jupyterlab/apputils-extension:announcements" in page_config(in_server(username))["disabledExtensions"]


def test_formgrader_answers_an_instructor_only(in_server: Enter) -> None:
    assert in_server("gao").get("formgrader/api/status")["status"]
    learner = in_server("mei")
    assert learner.http.get(f"/user/{learner.username}/formgrader/api/status").status_code == 404


def test_formgraders_pages_may_stand_in_a_tab_of_the_same_site_only(in_server: Enter) -> None:
    answer = in_server("gao").call("GET", "formgrader/")
    assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(("username", "locale"), [("mei", "zh_CN"), ("bob", "en")])
def test_jupyterlab_speaks_the_users_language(in_server: Enter, username: str, locale: str) -> None:
    found = in_server(username).get("lab/api/settings/@jupyterlab/translation-extension:plugin")
    assert found["schema"]["properties"]["locale"]["default"] == locale


def test_the_chinese_language_pack_is_there(in_server: Enter) -> None:
    assert "zh_CN" in in_server("mei").get("lab/api/translations")["data"]


def test_a_learners_assignment_list_is_the_http_exchange(in_server: Enter) -> None:
    listed = in_server("mei").get("assignments", course_id="his")
    assert listed["success"], listed
    assert {one["assignment_id"] for one in listed["value"]} >= {"los"}


def test_somebody_of_another_course_sees_no_assignment(in_server: Enter) -> None:
    listed = in_server("root2").get("assignments", course_id="his")
    assert not listed["success"] or listed["value"] == []


def test_another_persons_server_is_closed(in_server: Enter) -> None:
    in_server("bob")
    for other in ("mei", "gao"):
        answer = in_server(other).http.get("/user/bob/api/contents")
        assert answer.status_code in {403, 404}


def test_no_one_is_a_hub_administrator_but_the_admin(in_server: Enter) -> None:
    assert in_server("gao").http.get("/hub/admin").status_code in {403, 404}
    assert in_server("root2").http.get("/hub/admin").status_code == 200


def test_an_instructors_course_list_finds_their_course(in_server: Enter) -> None:
    """Course List asks the hub for its services, which needs scopes of its own."""
    listed = in_server("gao").get("formgraders")
    assert listed["success"], listed
    assert "his" in {one["course_id"] for one in listed["value"]}

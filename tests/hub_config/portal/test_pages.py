"""The portal as people reach it: behind a real hub, logged in by the real form."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Hub

pytestmark = pytest.mark.hub
ALERT = "<img src=x onerror=alert(1)><script>alert(2)</script>\"'{{ 7*7 }}"


@pytest.fixture(scope="module")
def learner(hub: Hub) -> Iterator[httpx.Client]:
    with hub.log_in("wang_li") as client:
        yield client


@pytest.fixture(scope="module")
def instructor(hub: Hub) -> Iterator[httpx.Client]:
    with hub.log_in("gao") as client:
        yield client


@pytest.fixture(scope="module")
def attempt(hub: Hub) -> str:
    return hub.town.mark("wang_li", "los", [2, 4, 0], page="<h1>marked</h1><script>alert(1)</script>")


def choose(client: httpx.Client, hub: Hub, lang: str, **form: str) -> httpx.Response:
    xsrf = re.search(r'name="_xsrf" value="([^"]+)"', client.get(hub.portal).text)
    assert xsrf
    return client.post(
        f"{hub.portal}language", data={"_xsrf": xsrf[1], "lang": lang, "next": "/services/portal/help"} | form
    )


def test_a_stranger_is_sent_to_the_login_page(hub: Hub) -> None:
    assert httpx.get(hub.portal, follow_redirects=True).url.path == "/hub/login"


def test_the_start_page_greets_and_lists_my_courses(hub: Hub, learner: httpx.Client, attempt: str) -> None:
    assert attempt
    page = learner.get(hub.portal)
    assert "王丽" in page.text
    assert "医院信息系统" in page.text
    assert "/services/portal/courses/his/los" in page.text


def test_every_page_forbids_scripts_framing_and_foreign_sources(hub: Hub, learner: httpx.Client, attempt: str) -> None:
    for path in ("", "help", "courses/his", "courses/his/los", f"courses/his/los/attempts/{attempt}", "nothing"):
        answer = learner.get(hub.portal + path)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "script-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert not re.search(r"<script|\sstyle=|\son\w+=|(?:src|href)=\"(?:https?:)?//", answer.text), path


def test_the_module_page_shows_marks_and_feedback_of_the_best_attempt(
    hub: Hub, learner: httpx.Client, attempt: str
) -> None:
    page = learner.get(f"{hub.portal}courses/his/los").text
    assert "<b>6</b> / 12" in page
    assert "你只数了整天" in page
    assert f"attempts/{attempt}" in page


def test_the_marked_notebook_is_locked_into_a_sandbox(hub: Hub, learner: httpx.Client, attempt: str) -> None:
    frame = learner.get(f"{hub.portal}courses/his/los/attempts/{attempt}").text
    assert re.search(rf'<iframe[^>]+src="[^"]*{attempt}/notebook" sandbox ', frame)
    answer = learner.get(f"{hub.portal}courses/his/los/attempts/{attempt}/notebook")
    assert "<h1>marked</h1>" in answer.text
    policy = answer.headers["Content-Security-Policy"].split("; ")
    assert policy[:2] == ["sandbox", "default-src 'none'"]
    assert not any(rule.startswith(("script-src", "connect-src")) for rule in policy)


def test_other_peoples_attempts_look_as_if_they_did_not_exist(hub: Hub, attempt: str) -> None:
    with hub.log_in("chen_hao") as other:
        for path in (f"attempts/{attempt}", f"attempts/{attempt}/notebook", "attempts/nothing"):
            assert other.get(f"{hub.portal}courses/his/los/{path}").status_code == 404


def test_the_instructor_reads_a_learners_attempt(hub: Hub, instructor: httpx.Client, attempt: str) -> None:
    page = instructor.get(f"{hub.portal}courses/his/los/attempts/{attempt}")
    assert page.status_code == 200
    assert "王丽" in page.text


def test_an_attempt_is_found_under_its_own_course_and_module_only(
    hub: Hub, learner: httpx.Client, attempt: str
) -> None:
    assert learner.get(f"{hub.portal}courses/his/journey/attempts/{attempt}").status_code == 404
    assert learner.get(f"{hub.portal}courses/other/los/attempts/{attempt}").status_code == 404


def test_learners_and_strangers_cannot_open_the_class_overview(hub: Hub, learner: httpx.Client) -> None:
    with hub.log_in("stranger") as stranger:
        for client in (learner, stranger):
            assert client.get(f"{hub.portal}teach/his").status_code == 403
            assert client.get(f"{hub.portal}teach/his/marks.csv").status_code == 403
        assert stranger.get(f"{hub.portal}courses/his").status_code == 403
        assert "你还没有加入任何课程" in stranger.get(hub.portal).text


def test_the_class_overview_and_its_spreadsheet_hold_every_learner(
    hub: Hub, instructor: httpx.Client, attempt: str
) -> None:
    page = instructor.get(f"{hub.portal}teach/his").text
    assert "陈昊" in page
    assert f"attempts/{attempt}" in page
    sheet = instructor.get(f"{hub.portal}teach/his/marks.csv")
    assert sheet.headers["Content-Disposition"] == 'attachment; filename="his-marks.csv"'
    assert "wang_li,王丽,,0,6.0,1,6.0" in sheet.content.decode("utf-8-sig")


@pytest.mark.parametrize(
    "path", ["nothing", "courses/nothing", "courses/his/nothing", "teach/nothing", "courses/../../etc"]
)
def test_what_is_not_there_is_said_in_the_readers_language(hub: Hub, instructor: httpx.Client, path: str) -> None:
    answer = instructor.get(hub.portal + path)
    assert answer.status_code == 404
    if answer.url.path.startswith("/services/portal/"):
        assert "没有找到这一页" in answer.text


def test_a_language_is_chosen_by_form_and_kept_with_the_account(hub: Hub) -> None:
    hub.town.enrol("li_na", "李娜")
    with hub.log_in("li_na") as client:
        assert "<h1>使用帮助</h1>" in client.get(f"{hub.portal}help").text
        assert "<h1>Help</h1>" in choose(client, hub, "en").text
        assert client.get(f"{hub.portal}nothing").text.count("There is no such page") > 0
        assert choose(client, hub, "fr").status_code == 400
    assert hub.town.store.language_of("li_na") == "en"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example",
        "/hub/logout",
        "/services/portal/../../hub/logout",
        "/services/portal/\\evil",
        "",
    ],
)
def test_choosing_a_language_never_leads_away(hub: Hub, instructor: httpx.Client, elsewhere: str) -> None:
    assert choose(instructor, hub, "zh", next=elsewhere).url.path == "/services/portal/"


def test_an_instructor_has_a_module_marked_again(hub: Hub, instructor: httpx.Client, attempt: str) -> None:
    page = instructor.get(f"{hub.portal}courses/his/los/attempts/{attempt}").text
    xsrf = re.search(r'name="_xsrf" value="([^"]+)"', page)
    assert xsrf
    address, form = f"{hub.portal}teach/his/regrade", {"_xsrf": xsrf[1], "module": "los", "attempt": attempt}
    assert "已有 1 份提交排队" in instructor.post(address, data=form).text
    assert "已有 0 份提交排队" in instructor.post(address, data=form).text
    found = hub.town.store.attempt(attempt)
    assert found
    assert found.score == 6
    assert instructor.post(address, data=form | {"module": "nothing"}).status_code == 404


def test_a_learner_cannot_have_anything_marked_again(hub: Hub, learner: httpx.Client, attempt: str) -> None:
    xsrf = re.search(r'name="_xsrf" value="([^"]+)"', learner.get(hub.portal).text)
    assert xsrf
    form = {"_xsrf": xsrf[1], "module": "los", "attempt": attempt}
    assert learner.post(f"{hub.portal}teach/his/regrade", data=form).status_code == 403


def test_a_form_without_its_token_is_refused(hub: Hub, learner: httpx.Client) -> None:
    answer = learner.post(f"{hub.portal}language", data={"lang": "en", "next": ""})
    assert answer.status_code == 403
    assert hub.town.store.language_of("wang_li") is None


def test_nothing_a_learner_writes_becomes_markup(hub: Hub, learner: httpx.Client, instructor: httpx.Client) -> None:
    town, said = hub.town, {"zh": f"{ALERT} [x](javascript:alert(3))", "en": ALERT}
    hostile = town.mark("wang_li", "journey", [0, 0], feedback=said, misconceptions=(ALERT,))
    town.mark(ALERT, "journey", [0, 0])  # no account would be given such a name
    town.reject("wang_li", "journey", {"zh": ALERT, "en": ALERT})
    refused = town.store.attempts("wang_li", "his", "journey")[-1].id
    town.attack("chen_hao", "los", ALERT)
    pages = [
        learner.get(f"{hub.portal}courses/his/journey{path}")
        for path in ("", f"/attempts/{hostile}", f"/attempts/{refused}")
    ]
    pages += [instructor.get(f"{hub.portal}teach/his"), learner.get(f"{hub.portal}nothing?{ALERT}")]
    for page in pages:
        assert "<img src=x" not in page.text
        assert "<script" not in page.text
        assert 'javascript:alert(3)"' not in page.text
        assert (
            "49" not in re.sub(r"&#\d+;|[0-9a-f]{8,}", "", page.text.split("<main")[1].split("ALERT")[0])
            or "7*7" in page.text
        )


def test_a_waiting_attempt_refreshes_its_page_by_itself(hub: Hub) -> None:
    hub.town.enrol("zhao", "赵敏")
    hub.town.queue("zhao", "los")
    with hub.log_in("zhao") as client:
        page = client.get(f"{hub.portal}courses/his/los").text
    assert '<meta http-equiv="refresh" content="3">' in page
    assert "正在批改" in page


def test_static_files_are_ours_and_may_be_kept(hub: Hub, learner: httpx.Client) -> None:
    page = learner.get(hub.portal).text
    for path in set(re.findall(r'(?:src|href)="(/services/portal/static/[^"]+)"', page)):
        answer = httpx.get(hub.url + path)
        assert answer.status_code == 200
        assert "max-age" in answer.headers.get("Cache-Control", "")
    assert httpx.get(f"{hub.portal}static/%2e%2e/app.py").status_code in {403, 404}

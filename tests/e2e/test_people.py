"""Two people in real browsers. Each test goes on from the one before, so all stay in one file and in this order.

A learner: invitation, portal, notebook, submission, feedback. Then an instructor: overview, spreadsheet, formgrader.
"""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from grading.course import load_course
from tests.e2e.stage import DESK, MARKS, PHONE, ROOT, Visitor

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator

    from tests.e2e.stage import Running

pytestmark = MARKS
COURSE, MODULE, ITEM = "his", "los", "los_days"
NOTEBOOK = f"{COURSE}/{MODULE}/{MODULE}.ipynb"
PAGES = {
    "home": "",
    "course": f"courses/{COURSE}",
    "module": f"courses/{COURSE}/{MODULE}",
    "help": "help",
    "not-found": "x",
}
WRONG = """def los_days(stays, now):
    end = stays["discharged_at"].fillna(now)
    return (end - stays["admitted_at"]).dt.days.astype(float)
"""


def right_answer(item: str) -> str:
    """The cell of an item in the module's reference answer."""
    text = (ROOT / "courses" / COURSE / MODULE / "answers" / "reference.py").read_text("utf-8")
    cells = re.split(r'^# %% id="(\w+)"\n', text, flags=re.MULTILINE)
    return dict(zip(cells[1::2], cells[2::2], strict=True))[item]


def assignment_row(learner: Visitor, box: str) -> Locator:
    """The module's line in one box of the Assignment List."""
    return learner.page.locator(f"#{box}_assignments_list .list_item", has_text=MODULE).first


def open_assignment_list(learner: Visitor) -> None:
    """Nbgrader → Assignment List."""
    learner.menu("Nbgrader", "Assignment List|作业")
    expect(learner.page.locator("#assignments")).to_be_visible()


def submit(learner: Visitor) -> None:
    """Click Submit in the Assignment List and wait until the exchange has taken the attempt.

    The answer itself is awaited, not the list: a list that is still loading grows without any submission.
    """
    button = assignment_row(learner, "fetched").get_by_role("button", name=re.compile("Submit|提交"))
    with learner.page.expect_response(re.compile(r"/assignments/submit")) as answer:
        button.click()
    assert answer.value.json()["success"], answer.value.text()


def attempts_on_portal(learner: Visitor, count: int) -> None:
    """Wait on the module's page until so many attempts are marked; it refreshes by itself."""
    learner.go(f"courses/{COURSE}/{MODULE}")
    expect(learner.page.locator("table.attempts tbody tr")).to_have_count(count, timeout=30_000)
    expect(learner.page.locator("table.attempts .chip.waiting")).to_have_count(0, timeout=60_000)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_stranger_reads_the_login_page_in_their_browsers_language(
    browser: Browser, platform: Running, pictures: Path, lang: str
) -> None:
    for size, viewport in (("desk", DESK), ("phone", PHONE)):
        context = browser.new_context(viewport=viewport, locale={"zh": "zh-CN", "en": "en-GB"}[lang])  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(platform.url)
        expect(page.locator("#login_submit")).to_have_text({"zh": "登录", "en": "Log in"}[lang])
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
        page.screenshot(path=pictures / f"login-{lang}-{size}.png", full_page=True)
        context.close()


def test_the_invitation_led_to_the_portal(learner: Visitor) -> None:
    expect(learner.page.locator("h1")).to_contain_text("你好")
    mine = learner.page.locator(".card.course h3 a").filter(has_text=load_course(COURSE).title["zh"])
    expect(mine).to_be_visible()
    assert learner.errors == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_page_reads_in_both_languages_on_a_desk_and_on_a_phone(learner: Visitor, lang: str) -> None:
    for name, path in PAGES.items():
        for size, viewport in (("desk", DESK), ("phone", PHONE)):
            learner.page.set_viewport_size(viewport)  # type: ignore[arg-type]
            learner.go(path)
            if learner.page.locator("form button.quiet").count():
                learner.speak(lang)
                learner.go(path)
            assert learner.page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], (name, size)
            learner.shoot(f"{name}-{lang}-{size}")
    learner.page.set_viewport_size(DESK)  # type: ignore[arg-type]
    assert learner.errors == []


def test_the_portal_loads_nothing_from_elsewhere_and_no_script(learner: Visitor) -> None:
    asked: list[tuple[str, str]] = []
    learner.page.on("request", lambda request: asked.append((request.url, request.resource_type)))
    for path in PAGES.values():
        learner.go(path)
    assert {url for url, _ in asked if not url.startswith((learner.base, "data:"))} == set()
    assert {url for url, kind in asked if kind in {"script", "xhr", "fetch", "websocket"}} == set()


def test_the_portal_is_usable_with_the_keyboard_alone(learner: Visitor) -> None:
    learner.go("")
    learner.page.keyboard.press("Tab")
    focus = learner.page.locator(":focus")
    expect(focus).to_have_attribute("href", "#content")
    assert focus.evaluate("node => node.getBoundingClientRect().top >= 0")
    learner.page.keyboard.press("Enter")
    expect(learner.page.locator(":focus")).to_have_attribute("id", "content")
    for _ in range(12):
        learner.page.keyboard.press("Tab")
        if learner.page.locator(":focus").get_attribute("href") == f"/services/portal/courses/{COURSE}":
            break
    assert learner.page.locator(":focus").evaluate("node => getComputedStyle(node).outlineStyle") != "none"
    learner.page.keyboard.press("Enter")
    learner.page.wait_for_url(f"**/courses/{COURSE}")


def test_the_portal_prints_and_is_readable_in_the_dark(learner: Visitor) -> None:
    learner.page.emulate_media(color_scheme="dark")
    learner.go(f"courses/{COURSE}")
    background = learner.page.locator("html").evaluate("node => getComputedStyle(node).backgroundColor")
    assert sum(map(int, re.findall(r"\d+", background)[:3])) < 200
    learner.shoot("course-dark")
    learner.page.emulate_media(color_scheme="light", media="print")
    expect(learner.page.locator("header nav")).to_be_hidden()
    learner.page.emulate_media(media="screen")


def test_a_click_on_the_portal_fetches_and_opens_the_notebook(learner: Visitor) -> None:
    learner.go(f"courses/{COURSE}/{MODULE}")
    learner.speak("zh")
    learner.go(f"courses/{COURSE}/{MODULE}")
    learner.page.locator("aside .button").click()
    learner.page.wait_for_url(f"**/lab/tree/{NOTEBOOK}**", timeout=600_000)  # the data are made first
    learner.page.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=60_000)
    expect(learner.page.locator(".jp-Notebook")).to_contain_text(load_course(COURSE).module(MODULE).title["zh"][:4])
    learner.shoot("notebook-zh")


def test_the_assignment_list_shows_it_as_fetched(learner: Visitor) -> None:
    open_assignment_list(learner)
    expect(assignment_row(learner, "fetched")).to_be_visible()
    learner.shoot("assignment-list")


def test_a_wrong_answer_typed_and_submitted_is_explained_on_the_portal_in_both_languages(learner: Visitor) -> None:
    learner.open_lab(f"lab/tree/{NOTEBOOK}")
    learner.page.wait_for_selector(".jp-Notebook .jp-CodeCell")
    learner.write_cell(f"def {ITEM}", WRONG)
    learner.page.keyboard.press("Control+s")
    expect(learner.page.locator(".jp-mod-current .jp-mod-dirty")).to_have_count(0)
    open_assignment_list(learner)
    submit(learner)
    attempts_on_portal(learner, 1)
    learner.speak("zh")
    expect(learner.page.locator(f"#item-{ITEM}")).to_contain_text(re.compile("整天|小数"))
    learner.shoot("module-wrong-zh")
    learner.speak("en")
    expect(learner.page.locator(f"#item-{ITEM}")).to_contain_text(re.compile("whole day|fraction"))
    learner.shoot("module-wrong-en")


def test_the_right_answer_typed_into_the_cell_gets_its_points(learner: Visitor) -> None:
    learner.speak("zh")
    learner.open_lab(f"lab/tree/{NOTEBOOK}")
    learner.page.wait_for_selector(".jp-Notebook .jp-CodeCell")
    learner.write_cell(f"def {ITEM}", right_answer(ITEM))
    learner.page.keyboard.press("Control+s")
    expect(learner.page.locator(".jp-mod-current .jp-mod-dirty")).to_have_count(0)
    learner.shoot("notebook-answered")
    open_assignment_list(learner)
    submit(learner)
    attempts_on_portal(learner, 2)
    points = load_course(COURSE).module(MODULE).item(ITEM).points
    expect(learner.page.locator(f"#item-{ITEM} .score")).to_have_text(re.compile(rf"^{points:g}\s*/\s*{points:g}$"))
    for lang in ("zh", "en"):
        learner.speak(lang)
        for size, viewport in (("desk", DESK), ("phone", PHONE)):
            learner.page.set_viewport_size(viewport)  # type: ignore[arg-type]
            learner.shoot(f"module-marked-{lang}-{size}")
    learner.page.set_viewport_size(DESK)  # type: ignore[arg-type]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_whole_marked_notebook_is_read_on_the_portal(learner: Visitor, lang: str) -> None:
    learner.go(f"courses/{COURSE}/{MODULE}")
    learner.speak(lang)
    learner.page.locator("a.button.second").click()
    frame = learner.inner("iframe.feedback")
    expect(frame.locator("body")).to_contain_text(f"def {ITEM}")
    learner.page.locator("iframe.feedback").scroll_into_view_if_needed()
    learner.page.screenshot(path=learner.pictures / f"attempt-{lang}-desk.png")
    learner.page.goto(f"{learner.page.url}/notebook")
    expect(learner.page.locator("body")).to_contain_text(f"def {ITEM}")
    learner.shoot(f"marked-notebook-{lang}")
    assert learner.errors == []


def test_the_feedback_is_read_in_jupyterlab_through_the_assignment_list(learner: Visitor) -> None:
    learner.open_lab()
    open_assignment_list(learner)
    links = learner.page.locator("#submitted_assignments_list a", has_text=re.compile("feedback"))
    expect(links.first).to_be_visible()
    learner.shoot("assignment-list-submitted")
    links.last.click()  # nbgrader shows the feedback's folder in the file browser
    learner.page.locator(".jp-DirListing-item", has_text=f"{MODULE}.html").dblclick()
    expect(learner.inner(".jp-HTMLViewer iframe").locator("body")).to_contain_text(f"def {ITEM}")
    learner.shoot("feedback-in-jupyterlab")
    assert learner.errors == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_class_overview_shows_the_learners_marks(instructor: Visitor, lang: str) -> None:
    instructor.go(f"teach/{COURSE}")
    instructor.speak(lang)
    expect(instructor.page.locator("table.matrix tbody tr", has_text="learner")).to_be_visible()
    expect(instructor.page.locator("table.difficulty tbody tr").first).to_be_visible()
    for size, viewport in (("desk", DESK), ("phone", PHONE)):
        instructor.page.set_viewport_size(viewport)  # type: ignore[arg-type]
        assert instructor.page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
        instructor.shoot(f"teach-{lang}-{size}")
    instructor.page.set_viewport_size(DESK)  # type: ignore[arg-type]


def test_the_marks_come_as_a_spreadsheet(instructor: Visitor) -> None:
    instructor.go(f"teach/{COURSE}")
    with instructor.page.expect_download() as download:
        instructor.page.locator("a[download]").click()
    rows = list(csv.reader(io.StringIO(Path(download.value.path()).read_text("utf-8-sig"))))
    (learner,) = [row for row in rows if row[0] == "learner"]
    assert float(learner[-1]) > 0


def test_formgrader_lists_the_submission_with_its_marks(instructor: Visitor, platform: Running) -> None:
    assert platform.state.exists()
    instructor.open_lab()
    instructor.page.goto(f"{instructor.base}user/teacher/formgrader/gradebook/{MODULE}")
    expect(instructor.page.locator("table tbody tr", has_text=MODULE)).to_be_visible()
    instructor.shoot("formgrader")
    instructor.page.goto(f"{instructor.base}user/teacher/formgrader/manage_submissions/{MODULE}")
    expect(instructor.page.locator("table tbody tr", has_text="learner")).to_be_visible()
    instructor.shoot("formgrader-submissions")

"""An instructor's way: the class overview, the spreadsheet, and nbgrader's formgrader with the learner's submission."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.e2e.stage import DESK, MARKS, PHONE, Visitor

if TYPE_CHECKING:
    from tests.e2e.stage import Running

pytestmark = MARKS
COURSE, MODULE = "his", "los"


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
    expect(instructor.page.locator("table tbody tr").first).to_be_visible()
    instructor.shoot("formgrader")
    instructor.page.goto(f"{instructor.base}user/teacher/formgrader/manage_submissions/{MODULE}")
    expect(instructor.page.locator("table tbody tr", has_text="learner")).to_be_visible()
    instructor.shoot("formgrader-submissions")

from __future__ import annotations

from typing import TYPE_CHECKING

from hub_config.portal.views import Person, Status

if TYPE_CHECKING:
    from conftest import Town

LEARNER = Person("wang_li", frozenset({"nbgrader-his"}))


def test_a_course_nobody_published_is_not_there(town: Town) -> None:
    assert town.source.course(LEARNER, "nothing", "zh") is None


def test_people_see_only_courses_of_their_groups(town: Town) -> None:
    assert town.source.courses_of(Person("stranger"), "zh") == ()
    (course,) = town.source.courses_of(LEARNER, "en")
    assert (course.title, course.learns, course.teaches) == ("Hospital information systems", True, False)


def test_a_module_goes_from_new_to_full_marks(town: Town) -> None:
    def status() -> Status:
        course = town.source.course(LEARNER, "his", "zh")
        assert course
        return course.modules[1].status

    assert status() is Status.NEW
    town.fetch("wang_li", "los")
    assert status() is Status.FETCHED
    town.reject("wang_li", "los", {"zh": "不是笔记本", "en": "not a notebook"})
    assert status() is Status.REFUSED
    town.mark("wang_li", "los", [2, 0, 4], hours=2)
    assert status() is Status.PARTIAL
    town.mark("wang_li", "los", [4, 4, 4], hours=3)
    assert status() is Status.FULL
    town.queue("wang_li", "los")
    assert status() is Status.WAITING


def test_the_best_attempt_is_the_mark_of_the_module_and_of_the_course(town: Town) -> None:
    for n, points in enumerate([[2, 0, 0], [4, 4, 2], [0, 0, 0]]):
        town.mark("wang_li", "los", points, hours=n)
    course = town.source.course(LEARNER, "his", "zh")
    assert course
    assert course.marks.reached == 10
    assert course.marks.possible == 20
    rows = town.source.attempts("wang_li", "his", "los", "zh")
    assert [row.number for row in rows] == [3, 2, 1]
    assert [row.best for row in rows] == [False, True, False]


def test_items_speak_the_readers_language(town: Town) -> None:
    attempt = town.source.attempt(town.mark("wang_li", "los", [2, 4, 0]))
    assert attempt
    zh, en = town.source.items(attempt, "zh"), town.source.items(attempt, "en")
    assert [item.title for item in zh] == ["每次住院的住院日", "每天零点的在院人数", "病床使用率"]
    assert "whole days only" in str(en[0].feedback)
    assert "整天" in str(zh[0].feedback)
    assert [item.marks.reached for item in en] == [2, 4, 0]


def test_a_chosen_language_outlives_the_browser_and_goes_where_fetching_reads_it(town: Town) -> None:
    town.enrol("wang_li", "王丽")
    assert town.source.language("wang_li", None) == "zh"
    assert town.source.language("wang_li", "en") == "en"
    town.source.choose_language("wang_li", "en")
    assert town.source.language("wang_li", "zh") == "en"
    assert town.store.language_of("wang_li") == "en"
    assert town.source.accounts
    person = town.source.accounts.find("wang_li")
    assert person
    assert person.language == "en"


def test_a_changed_course_file_is_read_again(town: Town) -> None:
    file = town.courses / "his" / "course.yaml"
    before = town.source.course(LEARNER, "his", "en")
    file.write_text(file.read_text("utf-8").replace("Follow a patient", "Walk with a patient"), "utf-8")
    after = town.source.course(LEARNER, "his", "en")
    assert before
    assert after
    assert before.summary.startswith("Follow")
    assert after.summary.startswith("Walk")


def test_a_course_without_files_of_its_own_is_shown_from_what_was_published(town: Town) -> None:
    town.source.courses = town.courses / "elsewhere"
    course = town.source.course(LEARNER, "his", "en")
    assert course
    assert course.modules[1].title == "Bed flow and length of stay"
    assert course.modules[1].outcomes == ()
    attempt = town.source.attempt(town.mark("wang_li", "los", [2, 4, 0]))
    assert attempt
    assert town.source.items(attempt, "en")[0].title == "los_days"


def test_hours_make_credits_only_where_the_course_says_so(town: Town) -> None:
    course = town.source.course(LEARNER, "his", "en")
    assert course
    assert course.credit == "0.7 (continuing education)"

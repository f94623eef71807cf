from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hub_config.portal.teaching import Teaching
from hub_config.portal.views import Person

if TYPE_CHECKING:
    from conftest import Town

    from hub_config.portal.views import TeachingView

GAO = Person("gao", frozenset({"formgrade-his"}))


def view(town: Town) -> TeachingView:
    found = Teaching(town.source).view(GAO, "his", "en")
    assert found
    return found


def test_learners_who_have_done_nothing_are_in_the_table_too(town: Town) -> None:
    town.enrol("wang_li", "王丽")
    town.enrol("gao", "高老师", "instructor")
    town.enrol("elsewhere", "Elsewhere", courses=("c2",))
    (row,) = view(town).matrix
    assert (row.learner, row.name, row.total.reached, row.attempts) == ("wang_li", "王丽", None, (0, 0))


def test_a_row_holds_best_marks_and_counts_attempts(town: Town) -> None:
    town.enrol("wang_li", "王丽")
    town.mark("wang_li", "los", [4, 2, 0], hours=1)
    town.mark("wang_li", "los", [0, 0, 0], hours=2)
    (row,) = view(town).matrix
    assert [cell.reached for cell in row.cells] == [None, 6]
    assert row.attempts == (0, 2)
    assert view(town).submissions == 2
    assert view(town).active == 1


def test_an_items_difficulty_counts_each_learners_best_attempt_once(town: Town) -> None:
    town.mark("wang_li", "los", [0, 0, 0], hours=1, misconceptions=("hours",))
    town.mark("wang_li", "los", [4, 2, 0], hours=2, misconceptions=("truncated",))
    town.mark("chen_hao", "los", [0, 4, 0], misconceptions=("truncated", "sign"))
    rows = {row.item: row for row in view(town).difficulty}
    assert list(rows) == ["los_days", "census", "occupancy"]
    assert rows["los_days"].title == "Length of each stay"
    assert rows["los_days"].mean == pytest.approx(0.5)
    assert (rows["los_days"].full, rows["los_days"].zero, rows["occupancy"].zero) == (0.5, 0.5, 1)
    assert rows["occupancy"].misconceptions == (("truncated", 2), ("hours", 1), ("sign", 1))


def test_a_misconception_counts_once_for_a_learner_even_when_it_was_overcome(town: Town) -> None:
    for hours in range(3):
        town.mark("wang_li", "los", [0, 4, 4], hours=hours)
    town.mark("wang_li", "los", [4, 4, 4], hours=3)
    rows = {row.item: row for row in view(town).difficulty}
    assert (rows["los_days"].learners, rows["los_days"].mean) == (1, 1)
    assert rows["los_days"].misconceptions == (("truncated", 1),)


def test_the_latest_submission_stands_first(town: Town) -> None:
    for hours, user in enumerate(("wang_li", "chen_hao", "li_na")):
        town.mark(user, "los", [4, 4, 4], hours=hours)
    assert [row.learner for row in view(town).latest] == ["li_na", "chen_hao", "wang_li"]


def test_waiting_jobs_and_refused_attacks_are_told(town: Town) -> None:
    town.queue("wang_li", "los")
    town.attack("chen_hao", "los", "data -> /etc")
    assert view(town).queue.waiting == 1
    assert view(town).queue.oldest_s is not None
    assert [row.what for row in view(town).incidents] == ["symlink: data -> /etc"]

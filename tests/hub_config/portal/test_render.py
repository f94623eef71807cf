from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError

from hub_config.portal.render import Words, inline, markdown, number, percent, templates
from hub_config.portal.views import Marks


@pytest.mark.parametrize(("value", "written"), [(3.0, "3"), (2.5, "2.5"), (1 / 3, "0.33"), (10.0, "10"), (0, "0")])
def test_points_are_written_without_needless_digits(value: float, written: str) -> None:
    assert number(value) == written


def test_a_share_is_written_as_whole_per_cent() -> None:
    assert percent(2 / 3) == "67\u202f%"


def test_feedback_keeps_emphasis_code_and_tables() -> None:
    html = markdown("**2/4** `.dt.days`\n\n| a | b |\n|---|---|\n| 1 | 2 |")
    assert "<strong>2/4</strong>" in html
    assert "<code>.dt.days</code>" in html
    assert "<td>1</td>" in html


@given(st.text(alphabet="<>\"'=/:()[]! \njavascriptonerroimgsvg&#;`*_", max_size=60))
def test_no_feedback_text_makes_a_tag_that_could_run_or_load_anything(source: str) -> None:
    html = markdown(source) + inline(source)
    for danger in ("<script", "<img", "<svg", "<a", "<iframe", "<style"):
        assert danger not in html.lower()


def test_an_item_marked_in_full_is_ten_tenths_and_nothing_less_is() -> None:
    assert Marks(12, 12).tenth == 10
    assert Marks(11.99, 12).tenth == 9
    assert Marks(None, 12).tenth == 0
    assert Marks(0, 0).share == 0


def test_a_time_carries_its_offset_for_machines() -> None:
    html = Words("en").when(datetime(2026, 11, 20, 1, 30, tzinfo=UTC))
    assert html.startswith('<time datetime="2026-11-2')
    assert "+" in html.split(">")[0] or "-" in html.split("T")[1]


def test_a_template_that_asks_for_what_is_not_there_fails_loudly() -> None:
    with pytest.raises(UndefinedError):
        templates().from_string("{{ nothing }}").render()

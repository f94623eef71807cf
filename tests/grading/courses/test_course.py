from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from grading.course import course_names, load_course, select
from grading.errors import FormatError, GradingError

Write = Callable[..., Path]


def test_every_course_here_is_well_formed() -> None:
    for name in course_names():
        course = load_course(name)
        assert [module.id for module in course.loaded] == list(course.modules)


@pytest.mark.parametrize(
    ("changes", "key", "right"),
    [
        ({"minuts": 45}, "minuts", "did you mean `minutes`?"),
        ({"minutes": 0}, "minutes", "greater than or equal to 10"),
        ({"title": {"zh": "只有中文"}}, "title", "zh and en"),
        ({"items": []}, "items", "at least 1 item"),
        ({"items": [{"id": "Bad Name", "points": 1, "title": {"zh": "一", "en": "a"}}]}, "items[0].id", "lower-case"),
        ({"items": [{"id": "a", "points": -1, "title": {"zh": "一", "en": "a"}}]}, "items[0].points", "greater than 0"),
        ({"policy": {"max_attempts": 0}}, "policy.max_attempts", "greater than or equal to 1"),
        ({"outcomes": [{"codes": "I99", "zh": "一", "en": "a"}]}, "outcomes[0].codes", "competencies"),
    ],
)
def test_a_wrong_module_says_file_key_and_what_would_be_right(
    tmp_path: Path, write: Write, changes: dict[str, object], key: str, right: str
) -> None:
    write(tmp_path, **changes)
    with pytest.raises(FormatError) as error:
        load_course("tiny", tmp_path)
    assert error.value.file.name == "module.yaml"
    assert error.value.key == key
    assert right in str(error.value)


def test_a_missing_key_is_named(tmp_path: Path, write: Write) -> None:
    folder = write(tmp_path)
    content = yaml.safe_load((folder / "course.yaml").read_text(encoding="utf-8"))
    del content["audience"]
    (folder / "course.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
    with pytest.raises(FormatError, match=r"course\.yaml: audience: .*required"):
        load_course("tiny", tmp_path)


def test_a_line_that_is_not_yaml_is_named(tmp_path: Path, write: Write) -> None:
    folder = write(tmp_path)
    (folder / "course.yaml").write_text("title: [\nabout: x\n", encoding="utf-8")
    with pytest.raises(FormatError, match="line 3"):
        load_course("tiny", tmp_path)


def test_a_module_that_is_listed_but_not_there_is_named(tmp_path: Path, write: Write) -> None:
    folder = write(tmp_path)
    text = (folder / "course.yaml").read_text(encoding="utf-8").replace("- one", "- one\n- two")
    (folder / "course.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(FormatError, match="'two'; there is no folder of this name"):
        load_course("tiny", tmp_path)


def test_a_course_that_does_not_exist_is_answered_with_those_that_do(tmp_path: Path, write: Write) -> None:
    write(tmp_path)
    with pytest.raises(GradingError, match="there is: tiny"):
        load_course("hiz", tmp_path)
    with pytest.raises(GradingError, match="no module two; it has one"):
        list(select("tiny/two", tmp_path))


def test_optional_manual_points_do_not_count_towards_the_automatic_mark(tmp_path: Path, write: Write) -> None:
    write(tmp_path)
    module = load_course("tiny", tmp_path).module("one")
    assert module.points == 2
    assert [cell.points for cell in module.manual] == [0]

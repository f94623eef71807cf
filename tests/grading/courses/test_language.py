"""What learners read is written as each language is written."""

import re
from collections.abc import Iterator

import pytest

from grading.cells import read_cells
from grading.checks.registry import load_checks
from grading.course import Module, course_names, load_course
from grading.messages import LANGUAGES, MESSAGES, both, say

MODULES = [module for name in course_names() for module in load_course(name).loaded]
CODE = re.compile(r"`[^`]*`|\]\([^)]*\)|\{\w+\}")
ASCII_IN_CHINESE = re.compile(r"[\u4e00-\u9fff][,;:?!]|[\u4e00-\u9fff]\([^()]*[\u4e00-\u9fff]")


def chinese_texts(module: Module) -> Iterator[str]:
    yield from (cell.source for cell in read_cells(module.assignment) if cell.lang == "zh" and cell.markdown)
    for texts in load_checks(module).texts.values():
        yield from (text["zh"] for text in texts.values())
    yield from (module.title["zh"], module.about["zh"], *(outcome.zh for outcome in module.outcomes))
    yield from (text["zh"] for text in module.data.files.values())


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.id)
def test_chinese_prose_has_chinese_punctuation(module: Module) -> None:
    found = [line for text in chinese_texts(module) for line in text.splitlines()]
    assert [line for line in found if ASCII_IN_CHINESE.search(CODE.sub("x", line))] == []


def test_chinese_messages_have_chinese_punctuation() -> None:
    texts = [text["zh"] for key, text in MESSAGES.items() if key != "mark_cell"]
    assert [text for text in texts if ASCII_IN_CHINESE.search(CODE.sub("x", text))] == []


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.id)
def test_every_misconception_can_be_met_and_every_one_met_is_explained(module: Module) -> None:
    source = module.checks.read_text(encoding="utf-8")
    names = set(load_checks(module).texts["MISCONCEPTIONS"])
    assert [name for name in sorted(names) if len(re.findall(rf"\b{name}\b", source)) < 2] == []


def test_messages_fill_in_the_same_names_in_both_languages() -> None:
    for key, text in MESSAGES.items():
        fields = {lang: sorted(set(re.findall(r"\{(\w+)\}", text[lang]))) for lang in LANGUAGES}
        assert fields["zh"] == fields["en"], key
    assert both("timeout", name="f")["en"] == say("timeout", "en", name="f")
    with pytest.raises(KeyError):
        say("no such message", "zh")

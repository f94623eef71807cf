from collections.abc import Callable

import pytest

from grading.build import build_notebook, notebook_bytes
from grading.course import Module
from grading.errors import FormatError
from grading.messages import LANGUAGES


def test_building_twice_gives_the_same_bytes(los: Module) -> None:
    assert notebook_bytes(build_notebook(los, "zh")) == notebook_bytes(build_notebook(los, "zh"))


def test_editions_differ_only_in_prose(los: Module) -> None:
    chinese, english = build_notebook(los, "zh").cells, build_notebook(los, "en").cells
    assert [cell.id for cell in chinese] == [cell.id for cell in english]
    for a, b in zip(chinese, english, strict=True):
        assert a.metadata == b.metadata
        if a.cell_type == "code" or "nbgrader" in a.metadata:
            assert a.source == b.source


def test_every_prose_cell_of_an_edition_is_in_its_language(los: Module) -> None:
    def chinese(text: str) -> int:
        return sum("\u4e00" <= letter <= "\u9fff" for letter in text)

    for lang in ("zh", "en"):
        for cell in build_notebook(los, lang).cells:
            if cell.cell_type == "markdown" and "nbgrader" not in cell.metadata:
                assert (chinese(cell.source) > len(cell.source) / 10) == (lang == "zh"), cell.source[:80]


def test_answers_replace_the_solution_cells(module: Module) -> None:
    notebook = build_notebook(module, "en", {"stays_in": "stays_in = 7"})
    assert [cell.source for cell in notebook.cells if cell.id == "stays_in"] == ["stays_in = 7"]


def test_plain_code_may_differ_between_the_editions(module: Module) -> None:
    def with_twins(ids: tuple[str, str]) -> None:
        zh, en = (f'# %% id="{name}" lang="{lang}"\nREAD = "{lang}"\n' for name, lang in zip(ids, LANGUAGES, strict=True))
        module.assignment.write_text(f"{zh}{en}{text}", encoding="utf-8")

    text = module.assignment.read_text(encoding="utf-8")
    with_twins(("read", "read"))
    for lang in LANGUAGES:
        assert [cell.source for cell in build_notebook(module, lang).cells if cell.id == "read"] == [f'READ = "{lang}"']
    with_twins(("read", "write"))
    with pytest.raises(FormatError, match=r'code, id=read, with lang="en" must follow'):
        build_notebook(module, "zh")


def replaced(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (replaced('nb="solution"', 'nb="solutoin"'), "nb is one of locked, solution, test, manual"),
        (replaced('# %% [markdown] lang="en"\n# # Title', "# %% [markdown]\n# # Title"), 'lang="en" must follow'),
        (replaced('lang="zh"', 'lang="cn"'), "lang is zh or en"),
        (replaced('nb="locked" id="setup"', 'nb="locked" id="setup" lang="zh"'), "stand once, for both languages"),
        (replaced('id="stays_in_mark" points=2', 'id="stays_in_mark"'), "a test cell says its points"),
        (replaced("points=2", "points=two"), "points is a number"),
        (replaced("points=2", "points=3"), "module.yaml says"),
        (replaced('id="stays_in_mark"', 'id="other_mark"'), "stays_in_mark"),
        (replaced("### END SOLUTION", ""), "### BEGIN SOLUTION and ### END SOLUTION"),
        (replaced('nb="locked" id="setup"', 'nb="locked" id="stays_in"'), "has this id already"),
        (replaced('nb="locked" id="setup"', 'nb="locked" ID="setup"'), "the options are"),
        (replaced('nb="locked" id="setup"', 'nb="locked" id="setup'), "quotation mark"),
        (replaced('nb="manual" id="so_what"', 'nb="manual" id="so_why"'), "no such entry under manual"),
    ],
)
def test_a_wrong_cell_says_where_it_is_and_what_would_be_right(
    module: Module, change: Callable[[str], str], says: str
) -> None:
    before = module.assignment.read_text(encoding="utf-8")
    module.assignment.write_text(change(before), encoding="utf-8")
    assert change(before) != before
    with pytest.raises(FormatError) as error:
        build_notebook(module, "zh")
    assert says in str(error.value)
    assert error.value.key.startswith(("line ", "cells"))

"""A broken submission is refused with a reason a learner can act on; a good one keeps only the learner's words."""

import json
from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from grading.errors import SubmissionError
from grading.marking.reading import MOST_BYTES, read_submission
from grading.marking.texts import TEXTS, reason_of


def notebook(**told: Any) -> dict[str, Any]:
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [], **told}


def refusal(content: object) -> SubmissionError:
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    with pytest.raises(SubmissionError) as caught:
        read_submission("los.ipynb", data)
    return caught.value


CODE: dict[str, Any] = {"cell_type": "code", "source": "x", "metadata": {}, "outputs": [], "execution_count": None}


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b"\xff\xfe\x00", b"PK\x03\x04", b"[" * 100_000, b'{"a":' * 50_000, b"1e999999",
     notebook(cells={}), notebook(cells=[1]), notebook(cells=[{}]), notebook(cells=[{**CODE, "source": 5}]),
     notebook(cells=[{**CODE, "cell_type": "evil"}]), notebook(cells=[{**CODE, "cell_type": []}])],
    ids=lambda content: repr(content)[:30],
)  # fmt: skip
def test_what_is_not_a_notebook_is_refused(content: object) -> None:
    assert refusal(content).message in {"not_notebook", "old_notebook"}


@pytest.mark.parametrize("version", [3, 5, "4", None, [4]])
def test_another_version_of_the_format_is_refused(version: object) -> None:
    assert refusal(notebook(nbformat=version)).message == "old_notebook"


def test_an_oversize_notebook_is_refused_with_its_size() -> None:
    error = refusal(b" " * (MOST_BYTES + 1))
    assert error.message == "too_large"
    assert "21.0 MB" in reason_of(error)["en"]


def test_too_many_cells_are_refused() -> None:
    assert refusal(notebook(cells=[CODE] * 1001)).message == "too_many_cells"


@pytest.mark.parametrize("key", [key for key in TEXTS if "{name}" in TEXTS[key]["en"]])
def test_every_reason_is_there_in_both_languages(key: str) -> None:
    values = {"name": "a.ipynb", "cells": "b", "limit": 1, "size_mb": 1, "limit_mb": 1}
    reason = reason_of(SubmissionError(key, **values))
    assert set(reason) == {"zh", "en"}
    assert all("{" not in text for text in reason.values())
    assert any("\u4e00" <= letter <= "\u9fff" for letter in reason["zh"])


def test_only_words_and_grade_ids_survive() -> None:
    told = notebook(
        metadata={"kernelspec": {"name": "evil"}, "widgets": {"state": {}}, "language_info": {"pygments_lexer": "x"}},
        cells=[
            {**CODE, "id": '"><script>', "outputs": [{"output_type": "stream"}], "execution_count": "x",
             "source": ["a\n", "b"],
             "metadata": {"nbgrader": {"grade_id": "f", "points": 100}, "tags": ["raises-exception"], "evil": 1}},
            {**CODE, "id": "same"},
            {**CODE, "id": "same"},
            {"cell_type": "markdown", "source": "![](attachment:a.png)", "metadata": {},
             "attachments": {"a.png": {"image/png": "AA=="}, "b": {"text/html": "x"},
                             "c": {"image/png": '"><script>'}, "d": {"image/png": "AAA"}}},
        ],
    )  # fmt: skip
    got = read_submission("los.ipynb", json.dumps(told).encode())
    assert got.metadata == {
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
        "language_info": {"name": "python"},
    }
    assert got.cells[0].metadata == {"nbgrader": {"grade_id": "f"}}
    assert (got.cells[0].source, got.cells[0].outputs, got.cells[0].id) == ("a\nb", [], "cell-0")
    assert got.cells[1].id != got.cells[2].id
    assert got.cells[3].attachments == {"a.png": {"image/png": "AA=="}}


def test_a_lone_surrogate_becomes_a_question_mark() -> None:
    got = read_submission("los.ipynb", json.dumps(notebook(cells=[{**CODE, "source": "x = '\ud800'"}])).encode())
    assert got.cells[0].source == "x = '?'"


def test_an_ordinary_notebook_is_read() -> None:
    told = new_notebook(cells=[new_markdown_cell("住院日"), new_code_cell("x = 1")])
    got = read_submission("los.ipynb", json.dumps(told).encode("utf-8-sig"))
    assert [cell.source for cell in got.cells] == ["住院日", "x = 1"]

"""A module of ours from the author's files to the learner's feedback, with a very small data set."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from grading.checks.inputs import Materials
from grading.course import Module, load_module
from grading.marking import Job, Marked, Marker
from grading.release import build_module
from grading.sandbox import Limits

MODULE = """
title: {zh: 住院日, en: Length of stay}
about: {zh: 住院日, en: Length of stay}
minutes: 10
outcomes: [{codes: I14, zh: 会算, en: Can compute it}]
data: {dataset: tiny, files: {stays.csv: {zh: 住院, en: stays}}}
items:
  - {id: los_days, points: 4, title: {zh: 住院日, en: Length of stay in days}}
  - {id: total, points: 2, kind: value, title: {zh: 合计, en: Total}}
"""
ASSIGNMENT = """# %% [markdown] lang="zh"
# # 住院日
# %% [markdown] lang="en"
# # Length of stay
# %% nb="locked" id="setup"
import pandas as pd

stays = pd.read_csv("data/stays.csv")
# %% nb="solution" id="los_days"
def los_days(stays):
    ### BEGIN SOLUTION
    return stays["hours"] / 24
    ### END SOLUTION
# %% nb="test" id="los_days_mark" points=4
# %% nb="solution" id="total"
### BEGIN SOLUTION
total = float(los_days(stays).sum())
### END SOLUTION
# %% nb="test" id="total_mark" points=2
"""
CHECKS = '''"""How it is marked."""
import pandas as pd
from grading.checks import close, data, item, points

SECRET_OF_THE_CHECK = "4711-checks"

@data
def files(world, rng):
    return {"stays.csv": pd.DataFrame({"hours": rng.integers(1, 500, 20)})}

@item("los_days", points=4)
def los_days(ask, hidden, reference):
    table = hidden.files()["stays.csv"]
    got, want = ask("los_days", table), reference("los_days", table)
    yield points(4, close(got, want)).unless(whole=close(got, want // 1))

@item("total", points=2)
def total(ask, learner):
    yield points(2, close(ask.value("total"), learner.files()["stays.csv"]["hours"].sum() / 24))

MISCONCEPTIONS = {"whole": {"zh": "你只数了整天。", "en": "You counted whole days only."}}
'''
REFERENCE = """# %% id="los_days"
def los_days(stays):
    return stays["hours"] / 24
# %% id="total"
total = float(los_days(stays).sum())
"""


class Tiny:
    """A pool in which every world is empty: the files of this module come from the generator alone."""

    def learner(self, number: int) -> Mapping[str, pl.DataFrame]:
        del number
        return {}

    def hidden(self, number: int) -> Mapping[str, pl.DataFrame]:
        del number
        return {}


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Write the module as an author would, and release it; gives the folder of courses and the state folder."""
    root = tmp_path_factory.mktemp("module")
    folder = root / "courses" / "tiny" / "los"
    (folder / "answers").mkdir(parents=True)
    for name, text in {"module.yaml": MODULE, "assignment.py": ASSIGNMENT, "checks.py": CHECKS}.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "answers" / "reference.py").write_text(REFERENCE, encoding="utf-8")
    build_module(load_module(folder), ("zh", "en"), root / "state")
    return root / "courses", root / "state"


def materials(module: Module, state: Path) -> Materials:
    return Materials(module, state, secret=b"tests", worlds=Tiny())


@pytest.fixture(scope="module")
def own_marker(places: tuple[Path, Path]) -> Iterator[Marker]:
    marker = Marker(materials, limits=Limits(notebook_s=8.0, cell_s=3.0, ask_s=2.0), courses=places[0])
    yield marker
    marker.close()


@pytest.fixture
def mark(own_marker: Marker, places: tuple[Path, Path]) -> Callable[..., Marked]:
    def run(language: str = "en", student: str = "alice", number: int = 1, **answers: str) -> Marked:
        state = places[1]
        notebook = json.loads((state / "editions" / "tiny" / "los" / language / "los.ipynb").read_text())
        for cell in notebook["cells"]:
            grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id")
            cell["source"] = answers.get(grade_id, cell["source"])
        when = datetime(2026, 3, number, tzinfo=UTC)
        files = {"los.ipynb": json.dumps(notebook).encode()}
        job: dict[str, Any] = {"course": "tiny", "assignment": "los", "student": student, "number": number}
        job |= {"submitted_at": when, "language": language, "files": files, "state": state}
        return own_marker.mark(Job.model_validate(job))

    return run


RIGHT = {"los_days": 'def los_days(stays): return stays["hours"] / 24', "total": "total = los_days(stays).sum()"}


def test_a_right_answer_earns_everything(mark: Callable[..., Marked]) -> None:
    marked = mark(**RIGHT)
    assert (marked.status, marked.score, marked.max_score, marked.recorded) == ("marked", 6, 6, True)
    assert [item.points for item in marked.items] == [4, 2]


def test_an_untouched_notebook_earns_nothing(mark: Callable[..., Marked]) -> None:
    marked = mark(student="bob")
    assert (marked.status, marked.score) == ("marked", 0)


def test_a_misconception_is_named_in_both_languages(mark: Callable[..., Marked]) -> None:
    marked = mark(student="carol", los_days='def los_days(stays): return stays["hours"] // 24')
    assert marked.misconceptions == ["whole"]
    assert "You counted whole days only." in marked.feedback["en"]
    assert "你只数了整天。" in marked.feedback["zh"]


def test_both_editions_share_one_row(mark: Callable[..., Marked], places: tuple[Path, Path]) -> None:
    assert mark(language="zh", student="dora", number=1, los_days=RIGHT["los_days"]).score == 4
    assert mark(language="en", student="dora", number=2, **RIGHT).score == 6
    page = (places[1] / "courses" / "tiny" / "feedback" / "dora" / "los" / "los.html").read_text()
    assert 'lang="en"' in page


def test_each_learner_has_data_of_their_own(mark: Callable[..., Marked]) -> None:
    constant = mark(
        student="alice", number=2, los_days=RIGHT["los_days"], total="total = los_days(stays).sum(); print(total)"
    )
    assert constant.score == 6
    printed = constant.feedback["en"].partition("print")[2]
    number = printed.partition("<pre>")[2].partition("</pre>")[0].strip()
    copied = mark(student="eve", los_days=RIGHT["los_days"], total=f"total = {number}")
    assert (float(number) > 0, copied.score) == (True, 4)


def test_the_verdict_is_the_output_of_the_locked_cell(mark: Callable[..., Marked], places: tuple[Path, Path]) -> None:
    mark(student="frank", los_days='def los_days(stays): return stays["hours"] // 24')
    path = places[1] / "courses" / "tiny" / "autograded" / "frank" / "los" / "los.ipynb"
    cells = {c["metadata"].get("nbgrader", {}).get("grade_id"): c for c in json.loads(path.read_text())["cells"]}
    result, told = cells["los_days_mark"]["outputs"]
    assert "".join(result["data"]["text/plain"]) == "0"
    assert "whole days" in "".join(told["data"]["text/markdown"])


def test_a_learner_who_prints_a_verdict_gets_none(mark: Callable[..., Marked]) -> None:
    fake = "from IPython.display import Markdown, display\ndisplay(Markdown('**4/4**'))\ndef los_days(stays): return 4"
    assert mark(student="gina", los_days=fake, los_days_mark="4").score == 0


def test_nothing_of_the_checks_reaches_the_notebook(mark: Callable[..., Marked]) -> None:
    spy = """
import gc, os, sys
def los_days(stays):
    texts = [str(o)[:2000] for o in gc.get_objects() if isinstance(o, (str, dict, list))]
    raise ValueError([text for text in texts if '4711-' + 'checks' in text][:1])
found = []
for root, folders, names in os.walk('/'):
    folders[:] = [f for f in folders if not os.path.join(root, f).startswith(('/usr', '/proc', sys.prefix))]
    found += [root] * ('checks.py' in names)
print('FOUND', found)
"""
    marked = mark(student="hal", los_days=spy)
    assert "4711-checks" not in marked.model_dump_json()
    assert "FOUND []" in marked.feedback["en"]


def test_how_it_ended_is_said(mark: Callable[..., Marked]) -> None:
    marked = mark(student="ivan", los_days="import os; os._exit(1)")
    assert (marked.status, marked.score) == ("marked", 0)
    assert "process ended while it ran" in marked.feedback["en"]
    assert "退出" in marked.feedback["zh"]

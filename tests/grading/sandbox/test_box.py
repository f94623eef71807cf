"""Notebooks run as a learner expects, and answer questions about what they left."""

import numpy as np
import pandas as pd
import psutil
import pytest

from grading.errors import LearnerError, SandboxError
from grading.sandbox import InnerTest, Limits, Sandbox


def kind_of(session: object, name: str, *args: object) -> tuple[str, str]:
    with pytest.raises(LearnerError) as caught:
        session.ask(name, *args)  # type: ignore[attr-defined]  # a Session
    return caught.value.kind, caught.value.detail


def test_cells_share_their_names_and_show_their_results(box: Sandbox) -> None:
    with box.run(["x = 1", "print('a'); print('b'); x + 1", "x;"]) as session:
        stream, result = session.cells[1].outputs
    assert stream == {"output_type": "stream", "name": "stdout", "text": "a\nb\n"}
    assert result["data"] == {"text/plain": "2"}
    assert session.cells[2].outputs == []
    assert [cell.count for cell in session.cells] == [1, 2, 3]


def test_files_lie_where_the_notebook_looks_for_them(box: Sandbox) -> None:
    with box.run(
        ["import pandas as pd\nn = len(pd.read_csv('data/stays.csv'))"], {"data/stays.csv": b"a\n1\n2\n"}
    ) as session:
        assert session.ask.value("n") == 2


@pytest.mark.parametrize("name", ["/etc/x", "../x", "a/../../x", ""])
def test_files_with_other_names_are_refused(box: Sandbox, name: str) -> None:
    with pytest.raises(SandboxError, match="relative name"), box.run(["1"], {name: b""}):
        pass


def test_an_error_is_shown_and_the_next_cell_runs(box: Sandbox) -> None:
    with box.run(["1 / 0", "y = 2", "def broken(:"]) as session:
        [error] = session.cells[0].outputs
        assert (error["ename"], error["evalue"]) == ("ZeroDivisionError", "division by zero")
        assert not any("\x1b" in line for line in error["traceback"])
        assert session.ask.value("y") == 2
        assert session.cells[2].outputs[0]["ename"] == "SyntaxError"


def test_a_cell_may_leave_with_exit(box: Sandbox) -> None:
    with box.run(["import sys; sys.exit(1)", "y = 2"]) as session:
        assert session.ask.value("y") == 2


def test_what_notebooks_do_besides_python_works(box: Sandbox) -> None:
    cells = [
        "!echo hi",
        "%%bash\necho there",
        "import asyncio\nawait asyncio.sleep(0)\n5",
        "_ + 1",
        "exit()",
        "input()",
    ]
    with box.run(cells) as session:
        outputs = [cell.outputs for cell in session.cells]
    assert outputs[0][0]["text"].strip() == "hi"
    assert outputs[1][0]["text"] == "there\n"
    assert outputs[2][0]["data"]["text/plain"] == "5"
    assert outputs[3][0]["data"]["text/plain"] == "6"
    assert outputs[4] == []
    assert outputs[5][-1]["ename"] == "EOFError"


def test_plots_tables_and_magics_work(box: Sandbox) -> None:
    cells = [
        "%matplotlib inline\nimport pandas as pd",
        "pd.Series([1, 2]).plot();",
        "pd.DataFrame({'a': [1]})",
        "%time 1 + 1",
        "await_me = 3",
    ]
    with box.run(cells) as session:
        assert "image/png" in session.cells[1].outputs[-1]["data"]
        assert "<table" in session.cells[2].outputs[0]["data"]["text/html"]
        assert session.cells[3].outputs[-1]["data"]["text/plain"] == "2"


def test_chinese_survives(box: Sandbox) -> None:
    with box.run(["print('住院日')\n病区 = {'甲': 1}"]) as session:
        assert session.cells[0].outputs[0]["text"] == "住院日\n"
        assert session.ask.value("病区") == {"甲": 1}


def test_a_function_is_asked_with_tables_and_gives_one_back(box: Sandbox) -> None:
    table = pd.DataFrame({"a": [1.0, np.nan], "t": pd.to_datetime(["2026-01-01", "NaT"])}, index=[7, 9])
    with box.run(["def f(t, *, n=1):\n    t['b'] = t['a'] * n\n    return t"]) as session:
        got = session.ask("f", table, n=2)
    assert isinstance(got, pd.DataFrame)
    pd.testing.assert_frame_equal(got, table.assign(b=table["a"] * 2))


def test_every_question_starts_from_what_the_notebook_left(box: Sandbox) -> None:
    with box.run(["seen = []\ndef f(x):\n    seen.append(x)\n    return list(seen)"]) as session:
        assert session.ask("f", 1) == [1]
        assert session.ask("f", 2) == [2]


def test_each_way_of_not_answering_has_its_name(box: Sandbox) -> None:
    source = """
import os
number = 1
def broken(x): return {}[x]
def leaves(): os._exit(0)
def exits(): raise SystemExit
def odd(): return object()
"""
    with box.run([source]) as session:
        assert kind_of(session, "nothing") == ("missing", "nothing")
        assert kind_of(session, "number")[0] == "missing"
        assert kind_of(session, "broken", "k") == ("raised", "KeyError: 'k' · def broken(x): return {}[x]")
        assert kind_of(session, "leaves")[0] == "crashed"
        assert kind_of(session, "exits")[0] == "raised"
        assert kind_of(session, "odd") == ("not_plain", "object")
        assert session.ask.value("number") == 1


def test_a_notebook_that_ends_itself_leaves_no_answers(box: Sandbox) -> None:
    with box.run(["import os; os._exit(0)", "x = 1"]) as session:
        assert session.over == "crashed"
        assert [cell.outputs for cell in session.cells] == [[], []]
        assert kind_of(session, "f")[0] == "crashed"


def test_the_sandbox_starts_again_by_itself(box: Sandbox) -> None:
    with box.run(["1"]):
        pass
    box.close()
    with box.run(["x = 1"]) as session:
        assert session.ask.value("x") == 1


def cpu_seconds(box: Sandbox) -> float:
    processes = psutil.Process(box._pid()).children(recursive=True)
    return sum(sum(process.cpu_times()[:4]) for process in processes)


def test_a_notebook_takes_a_fraction_of_a_second_of_computing(box: Sandbox) -> None:
    load = "import pandas as pd\nt = pd.DataFrame({'a': range(1000)})"
    cells = [load, *["t['a'].describe()"] * 8, "def f(x): return x.mean()"]
    with box.run(cells):
        pass
    before = cpu_seconds(box)
    with box.run(cells) as session:
        for _ in range(5):
            session.ask("f", pd.Series([1.0, 2.0]))
    assert cpu_seconds(box) - before < 0.8


def test_a_test_cell_gives_its_value_or_its_error(box: Sandbox) -> None:
    with box.run(
        ["x = 2", InnerTest("assert x == 2\nx * 1.5"), InnerTest("assert x == 3, 'no'"), InnerTest("%time x")]
    ) as session:
        assert session.cells[1].outputs[0]["data"] == {"text/plain": "3.0"}
        assert session.cells[2].outputs[0]["evalue"] == "no"


def test_matplotlib_finds_chinese_fonts_or_says_so_quietly(box: Sandbox) -> None:
    with box.run(["import matplotlib.pyplot as plt\nplt.title('病区'); plt.show()"]) as session:
        assert any("image/png" in output.get("data", {}) for output in session.cells[0].outputs)


def test_two_sandboxes_run_beside_each_other(box: Sandbox) -> None:
    with Sandbox(Limits(ask_s=1.0)) as other, box.run(["x = 1"]) as one, other.run(["x = 2"]) as two:
        assert (one.ask.value("x"), two.ask.value("x")) == (1, 2)

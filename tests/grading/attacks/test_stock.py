"""Attacks that give full marks, or the hidden tests, on stock nbgrader 0.9.6; here they give neither."""

from collections.abc import Callable
from typing import Any

import pytest

MarkStock = Callable[..., tuple[Any, Any]]
SECRET = "hidden-4711"

STUB = "def f(x):\n    ### BEGIN SOLUTION\n    return x + 1\n    ### END SOLUTION"
VISIBLE = "assert f(1) == 2"
HIDDEN = f"{VISIBLE}\n### BEGIN HIDDEN TESTS\nassert f(41) == 42, '{SECRET}'\n### END HIDDEN TESTS"
RIGHT, WRONG = "def f(x): return x + 1", "def f(x): return 0"


@pytest.fixture
def tried(mark_stock: MarkStock, cell: Callable[..., Any]) -> Callable[..., Any]:
    """Mark this answer, with this code before it, against one visible and one partly hidden test."""

    def run(answer: str, *before: str, test: str = HIDDEN, points: float = 4) -> Any:
        cells = [cell("solution", "f", STUB), cell("test", "f_test", test, points=points)]
        return mark_stock(cells, {"f": answer}, before)[0]

    return run


def test_right_is_right(tried: Callable[..., Any]) -> None:
    assert tried(RIGHT).score == 4


def test_wrong_is_wrong(tried: Callable[..., Any]) -> None:
    assert tried(WRONG).score == 0


CHEATS = {
    "input transformer that turns cells into pass": """
def drop(lines): return ['pass\\n'] if any('assert' in l for l in lines) else lines
get_ipython().input_transformers_cleanup.append(drop)""",
    "input transformer that returns the points": """
def four(lines): return ['4\\n'] if any('assert' in l for l in lines) else lines
get_ipython().input_transformers_post.append(four)""",
    "AST transformer that removes assertions": """
import ast
class Drop(ast.NodeTransformer):
    def visit_Assert(self, node): return ast.Pass()
get_ipython().ast_transformers.append(Drop())""",
    "run_cell replaced": """
ip = get_ipython()
ip.run_cell = lambda *a, **k: None
type(ip).run_cell = lambda *a, **k: None""",
    "compile replaced": """
import builtins
keep = builtins.compile
builtins.compile = lambda s, *a, **k: keep('pass' if isinstance(s, str) and 'assert' in s else s, *a, **k)""",
    "exec replaced": "import builtins; builtins.exec = lambda *a, **k: None",
    "trace function that swallows": """
import sys
def trace(frame, event, arg):
    frame.f_trace_lines = True
    return trace
sys.settrace(trace)""",
    "showtraceback silenced": """
type(get_ipython()).showtraceback = lambda *a, **k: None
type(get_ipython())._showtraceback = lambda *a, **k: None""",
    "display hook that shows the points": """
import sys
sys.displayhook = lambda v: None
type(get_ipython()).displayhook = property(lambda self: (lambda v: None))""",
}


@pytest.mark.parametrize("cheat", CHEATS.values(), ids=CHEATS.keys())
def test_a_wrong_answer_stays_wrong_after(tried: Callable[..., Any], cheat: str) -> None:
    assert tried(WRONG, cheat).score == 0


EQUAL = "class Yes(int):\n    def __eq__(self, other): return True\n    __hash__ = None\n"
SELECTIVE = "class Yes:\n    def __eq__(self, other): return isinstance(other, int)\n    __hash__ = None\n"


@pytest.mark.parametrize("liar", [EQUAL, SELECTIVE])
def test_an_object_equal_to_everything_earns_nothing_and_is_reported(tried: Callable[..., Any], liar: str) -> None:
    marked = tried(f"{liar}def f(x): return Yes()")
    assert marked.score == 0
    assert any("equal to everything" in incident.detail for incident in marked.incidents)


def test_patched_test_helpers_are_put_back_and_reported(tried: Callable[..., Any]) -> None:
    test = "import numpy as np\nnp.testing.assert_allclose(f(1), 2)"
    patch = "import numpy as np\nnp.testing.assert_allclose = lambda *a, **k: None"
    marked = tried(WRONG, patch, test=test)
    assert marked.score == 0
    assert any("assert_allclose" in incident.detail for incident in marked.incidents)


def test_an_honest_class_with_equality_is_not_a_cheat(tried: Callable[..., Any]) -> None:
    honest = """
class P:
    def __init__(self, x): self.x = x
    def __eq__(self, other): return isinstance(other, P) and other.x == self.x
def f(x): return P(x)"""
    marked = tried(honest, test="assert f(1) == P(1)\nassert not f(1) == P(2)")
    assert marked.score == 4
    assert marked.incidents == []


HOOK = """
seen = []
def hook(info):
    seen.append(info.raw_cell)
    print('SEEN', info.raw_cell)
    open('/tmp/seen', 'a').write(info.raw_cell)
get_ipython().events.register('pre_run_cell', hook)"""
PEEK = """
import sys, linecache, inspect
notes = []
def f(x):
    frame = sys._getframe(1)
    notes.append(linecache.getlines(frame.f_code.co_filename))
    notes.append(frame.f_code.co_consts)
    print('PEEK', notes)
    open('/tmp/peek', 'w').write(str(notes))
    return x + 1"""


def test_hidden_tests_reach_no_hook_and_no_feedback(tried: Callable[..., Any]) -> None:
    marked = tried(WRONG, HOOK)
    assert all(SECRET not in page for page in marked.feedback.values())
    assert SECRET not in marked.model_dump_json()


def test_code_that_looks_at_its_caller_tells_nobody(mark_stock: MarkStock, cell: Callable[..., Any]) -> None:
    cells = [
        cell("solution", "f", STUB),
        cell("test", "f_test", HIDDEN),
        cell("solution", "g", "### BEGIN SOLUTION\n1\n### END SOLUTION"),
        cell("test", "g_test", "assert True"),
    ]
    tell = "print(notes)\nraise ValueError(notes)"
    marked, _ = mark_stock(cells, {"f": PEEK, "g": tell})
    assert SECRET not in marked.model_dump_json()


NAMED = """
import sys
def f(x):
    texts = [c for c in sys._getframe(1).f_code.co_consts if isinstance(c, str)]
    raise type('-'.join(texts) or 'Nothing', (Exception,), {})"""
REPORTED = """
import sys
def f(x):
    texts = [c for c in sys._getframe(1).f_code.co_consts if isinstance(c, str)]
    kept = get_ipython().outputs.list
    kept.append({'output_type': 'replaced', 'names': texts})
    kept.append({'output_type': 'replaced', 'names': 5})
    kept.append({'output_type': 'error', 'ename': str(texts), 'evalue': str(texts), 'traceback': []})
    return 0"""


@pytest.mark.parametrize("answer", [NAMED, REPORTED])
def test_hidden_tests_do_not_leave_as_names_of_exceptions_or_reports(tried: Callable[..., Any], answer: str) -> None:
    marked = tried(answer)
    assert marked.score == 0
    assert SECRET not in marked.model_dump_json()


def test_many_reports_do_not_drown_the_canary(tried: Callable[..., Any]) -> None:
    drown = """
import sys
shell = get_ipython()
guard = sys.modules['inside.guard']
guard._exec = lambda *a: [shell.outputs.list.append({'output_type': 'replaced', 'names': ['x']}) for _ in range(50)]"""
    marked = tried(WRONG, drown)
    assert marked.score == 0
    assert marked.incidents[0].code == "canary"


def test_the_message_of_a_failed_hidden_test_is_not_shown(tried: Callable[..., Any]) -> None:
    marked = tried("def f(x): return 2")
    assert marked.score == 0
    assert SECRET not in marked.model_dump_json()
    assert "41" not in marked.feedback["en"].partition("<h1>")[2]


def test_a_number_printed_by_the_learner_is_not_a_partial_mark(tried: Callable[..., Any]) -> None:
    assert tried("def f(x):\n    from IPython.display import display\n    display(4); print(4); return 0").score == 0


def test_more_points_than_the_cell_has_are_not_given(tried: Callable[..., Any]) -> None:
    assert tried(RIGHT, test="f(1) * 50").score == 0


def test_a_partial_mark_of_the_test_is_kept(tried: Callable[..., Any]) -> None:
    assert tried(RIGHT, test="f(1) * 1.0").score == 2


def test_metadata_in_the_submission_is_not_believed(
    stock_course: Callable[..., Any],
    marker: Any,
    cell: Callable[..., Any],
) -> None:
    course = stock_course([cell("solution", "f", STUB), cell("test", "f_test", HIDDEN, points=4)])
    notebook = course.notebook({"f": WRONG})
    told = notebook["cells"][1]["metadata"]["nbgrader"]
    told.update(points=1000, locked=False, grade=False, solution=True)
    notebook["cells"][1]["source"] = "1000"
    notebook["metadata"] = {"kernelspec": {"name": "evil", "display_name": "e", "language": "e"}, "widgets": {"x": 1}}
    marked = marker.mark(course.job(notebook))
    assert (marked.score, marked.max_score) == (0, 4)
    text = next((course.root / "autograded").rglob("*.ipynb")).read_text()
    assert "evil" not in text
    assert SECRET not in text  # nbgrader's own feedback would be made of this

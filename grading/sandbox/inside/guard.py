"""Runs a test that stands in the notebook (stock nbgrader) so that what the learner's cells changed matters less.

A test is compiled and run by functions kept from before any learner's code: no input transformer, no pre_run_cell
hook, no AST transformer, no trace function sees it, and the built-ins and the usual test helpers are put back.
It is still the learner's process: whoever wants to cheat there can. Marking from outside (job.py) cannot be cheated.
"""

import ast
import contextlib
import importlib
import sys
import threading
import traceback
from types import ModuleType
from typing import TYPE_CHECKING, Any

from IPython.core.inputtransformer2 import TransformerManager

from .equality import LiarError, Rewriter, equal

if TYPE_CHECKING:
    from .shell import NotebookShell

_compile, _exec, _eval, _repr, _settrace, _setprofile = compile, exec, eval, repr, sys.settrace, sys.setprofile
_Expression, _Expr, _Error, _format = ast.Expression, ast.Expr, Exception, traceback.format_exception
_threading_trace, _threading_profile = threading.settrace, threading.setprofile
_transform = TransformerManager().transform_cell
_KEPT = ("builtins", "math", "operator", "unittest.case", "numpy", "numpy.testing", "pandas", "pandas.testing")
_CHANGING = frozenset({"_", "__", "___", "__doc__", "__spec__", "__loader__", "__builtins__"})
_modules: dict[str, ModuleType] = {}
_kept: dict[str, dict[str, Any]] = {}


def remember() -> None:
    """Keep what the test helpers are now, before any learner's code runs."""
    for name in _KEPT:
        with contextlib.suppress(ImportError):
            _modules[name] = importlib.import_module(name)
            _kept[name] = dict(vars(_modules[name]))


def put_back() -> list[str]:
    """Restore what was replaced in those modules; gives the names, such as `numpy.testing.assert_allclose`."""
    _settrace(None)
    _setprofile(None)
    _threading_trace(None)
    _threading_profile(None)
    replaced = []
    for name, kept in _kept.items():
        now = vars(_modules[name])
        for key, value in kept.items():
            if key not in _CHANGING and now.get(key) is not value:
                now[key] = value
                replaced.append(f"{name}.{key}")
    return replaced


def run_test(shell: "NotebookShell", source: str) -> None:
    """Run one test cell; a value of its last expression becomes an execute_result, an exception an error output."""
    replaced = put_back()
    if replaced:
        shell.outputs.list.append({"output_type": "replaced", "names": replaced[:20]})
    namespace, rewriter = shell.user_ns, Rewriter()
    namespace[rewriter.name] = equal
    try:
        tree: Any = rewriter.visit(_compile(_transform(source), "<test>", "exec", ast.PyCF_ONLY_AST))
        last = tree.body.pop() if tree.body and type(tree.body[-1]) is _Expr else None
        _exec(_compile(tree, "<test>", "exec"), namespace)
        if last is not None:
            value = _eval(_compile(_Expression(last.value), "<test>", "eval"), namespace)
            if value is not None:
                shell.outputs.data("execute_result", {"text/plain": _repr(value)}, {}, shell.execution_count)
    except LiarError as error:
        shell.outputs.list.append({"output_type": "replaced", "names": ["an object that is equal to everything"]})
        shell.outputs.error(error, [])
    except _Error as error:
        shell.outputs.error(error, _format(error))
    namespace.pop(rewriter.name, None)
    shell.execution_count += 1

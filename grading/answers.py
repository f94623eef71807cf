"""The answers of a module that prove its marking: what each holds, and what must come out."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from grading.build import build_notebook
from grading.cells import read_cells
from grading.checks.registry import load_checks
from grading.course import Item, Module
from grading.errors import FormatError
from grading.messages import MESSAGES

Kind = Literal["reference", "right", "wrong", "stub", "attack"]
RIGHT_AT_LEAST, WRONG_AT_LEAST = 3, 5
_EXPECT = re.compile(r"^# expect: (?P<points>[\d.]+)/(?P<max>[\d.]+)(?P<names>( [a-z0-9_]+)*)\s*$")


@dataclass(frozen=True, slots=True)
class Expected:
    """What must come out for one item; `names` are misconceptions, `reasons` what stopped it or was wrong in form.

    exact: the misconceptions must be these and no others, not only the mark.
    """

    points: float
    names: frozenset[str] = frozenset()
    reasons: frozenset[str] = frozenset()
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: code for each solution cell (None: the untouched notebook), and what each item must earn."""

    kind: Kind
    name: str
    cells: Mapping[str, str] | None
    expected: Mapping[str, Expected]


def answer_cells(file: Path) -> dict[str, str]:
    """Read an answer file: item id -> code of its cell. Cells without an id serve reference(...) only."""
    return {cell.id: cell.source for cell in read_cells(file) if cell.id and not cell.markdown}


def all_answers(module: Module) -> list[Answer]:
    """Give every answer of a module; FormatError for a file that is not what it should be."""
    full = {item.id: Expected(item.points) for item in module.items}
    nothing = {item.id: Expected(0) for item in module.items}
    reference = _complete(module, module.reference, answer_cells(module.reference))
    answers = [
        Answer("reference", "reference", reference, full),
        Answer("right", "assignment", _written_in_assignment(module), full),
    ]
    answers += [
        Answer("right", file.stem, {**reference, **_known(module, file, answer_cells(file))}, full)
        for file in sorted((module.folder / "answers" / "right").glob("*.py"))
    ]
    answers += [answer for item in module.items for answer in _wrong_answers(module, item, reference)]
    answers.append(Answer("stub", "untouched", None, nothing))
    answers += [Answer("attack", name, cells, nothing) for name, cells in _attacks(module)]
    return answers


def shortcomings(module: Module) -> list[str]:
    """Say what is still missing before a module's marking counts as proven."""
    folder, missing = module.folder / "answers", []
    right = len(list((folder / "right").glob("*.py")))
    if right < RIGHT_AT_LEAST:
        missing.append(f"answers/right/: {right} other right answers, at least {RIGHT_AT_LEAST} are needed")
    for item in module.items:
        wrong = len(list((folder / "wrong" / item.id).glob("*.py")))
        if wrong < WRONG_AT_LEAST:
            missing.append(f"answers/wrong/{item.id}/: {wrong} wrong answers, at least {WRONG_AT_LEAST} are needed")
    return missing


def _complete(module: Module, file: Path, cells: dict[str, str]) -> dict[str, str]:
    for item in module.items:
        if item.id not in cells:
            raise FormatError(file, "cells", None, f'a cell # %% id="{item.id}" is needed')
    return _known(module, file, cells)


def _known(module: Module, file: Path, cells: dict[str, str]) -> dict[str, str]:
    known = {item.id for item in module.items}
    for name in cells:
        if name not in known:
            raise FormatError(file, f'id="{name}"', name, f"the items are {', '.join(sorted(known))}")
    if not cells:
        raise FormatError(file, "cells", None, 'at least one cell with a header such as # %% id="…" is needed')
    return cells


def _written_in_assignment(module: Module) -> dict[str, str]:
    source = build_notebook(module, "zh")
    return {cell.id: cell.source for cell in source.cells if cell.metadata.get("nbgrader", {}).get("solution")}


def _wrong_answers(module: Module, item: Item, reference: Mapping[str, str]) -> Iterator[Answer]:
    for file in sorted((module.folder / "answers" / "wrong" / item.id).glob("*.py")):
        expected = _expectation(module, item, file)
        code = file.read_text(encoding="utf-8")
        yield Answer("wrong", f"{item.id}/{file.stem}", {**reference, item.id: code}, {item.id: expected})


def _expectation(module: Module, item: Item, file: Path) -> Expected:
    first = (file.read_text(encoding="utf-8").splitlines() or [""])[0]
    found = _EXPECT.match(first)
    if not found or float(found["max"]) != item.points or float(found["points"]) >= item.points:
        right = (
            f"the first line says mark and misconceptions, such as `# expect: 0/{item.points:g} name_of_misconception`"
        )
        raise FormatError(file, "line 1", first, right)
    words = frozenset(found["names"].split())
    names = words & set(load_checks(module).texts["MISCONCEPTIONS"])
    unknown = words - names - set(MESSAGES)
    if unknown:
        raise FormatError(file, "line 1", min(unknown), f"{module.checks.name} has no such name under MISCONCEPTIONS")
    return Expected(float(found["points"]), names, words - names, exact=True)


_EQUAL_TO_EVERYTHING = """
class Anything(float):
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __lt__(self, other): return True
    def __gt__(self, other): return True
    def __sub__(self, other): return self
    def __bool__(self): return True
    def __hash__(self): return 0
    def __array__(self, *args, **kwargs): return self
    def __getattr__(self, name): return self
    def __call__(self, *args, **kwargs): return self
    def __iter__(self): return iter(())
{name} = Anything()
"""
_LEAVES = """
import os
def {name}(*args, **kwargs):
    os._exit(0)
"""
_ALWAYS_AGREES = """
import builtins, numpy, pandas
numpy.isclose = numpy.allclose = lambda *args, **kwargs: True
pandas.Series.equals = pandas.DataFrame.equals = lambda *args, **kwargs: True
builtins.isinstance = lambda *args: True
def {name}(*args, **kwargs):
    return args
"""


def _attacks(module: Module) -> Iterator[tuple[str, dict[str, str]]]:
    """Answers that every module must give nothing for, whatever its checks are."""
    for title, code in (("equal to everything", _EQUAL_TO_EVERYTHING), ("leaves", _LEAVES), ("agrees", _ALWAYS_AGREES)):
        yield title, {item.id: code.replace("{name}", item.id) for item in module.items}

"""@data and @item: what checks.py declares, and how it is loaded and held against module.yaml."""

import inspect
import runpy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar, cast

import numpy as np
import pandas as pd
import polars as pl

from grading.checks.outcome import Part
from grading.course import BothLanguages, Module
from grading.errors import FormatError
from grading.messages import LANGUAGES

World = Mapping[str, pl.DataFrame]
Files = dict[str, pd.DataFrame]
Texts = dict[str, dict[str, BothLanguages]]
MakeFiles = Callable[[World, np.random.Generator], Files]
PARAMETERS: Final = ("ask", "hidden", "reference", "learner")
TEXTS: Final = ("MISCONCEPTIONS", "PARTS", "HINTS", "INSIGHTS")
_MARK = "__xinglin__"
Function = TypeVar("Function", bound=Callable[..., Any])


def data(function: Function) -> Function:
    """Declare the function `(world, rng) -> {file name: table}` that cuts one learner's files out of a world."""
    setattr(function, _MARK, ("data", None))
    return function


def item(name: str, points: float) -> Callable[[Function], Function]:
    """Declare how one item is marked: a generator of parts, whose parameters are any of PARAMETERS."""

    def mark(function: Function) -> Function:
        setattr(function, _MARK, (name, points))
        return function

    return mark


@dataclass(frozen=True, slots=True)
class ItemCheck:
    """How one item is marked; `parameters` are those of PARAMETERS that the function names."""

    id: str
    points: float
    function: Callable[..., Iterator[Part]]
    parameters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Checks:
    """A module's checks.py, loaded: its data function, its items in the order of module.yaml, and its texts.

    texts: MISCONCEPTIONS (name -> text), PARTS (label -> text), HINTS and INSIGHTS (item -> text).
    """

    module: Module
    files: MakeFiles
    items: tuple[ItemCheck, ...]
    texts: Texts


_loaded: dict[tuple[Path, int], Checks] = {}


def load_checks(module: Module) -> Checks:
    """Load checks.py once for each version of the file; FormatError says what does not fit module.yaml."""
    file = module.checks
    if not file.is_file():
        raise FormatError(file, "file", None, "this file must exist")
    key = (file, file.stat().st_mtime_ns)
    if key not in _loaded:
        _loaded[key] = _load(module)
    return _loaded[key]


def _load(module: Module) -> Checks:
    file = module.checks
    try:
        names = runpy.run_path(str(file), run_name=f"checks_{module.id}")
    except Exception as error:
        raise FormatError(file, "file", f"{type(error).__name__}: {error}", "it must run on its own") from error
    declared = {
        getattr(value, _MARK): value for value in names.values() if inspect.isfunction(value) and hasattr(value, _MARK)
    }
    makers = [value for (name, _), value in declared.items() if name == "data"]
    if len(makers) != 1:
        raise FormatError(file, "@data", len(makers), "exactly one function is decorated with @data")
    found = {name: (points, function) for (name, points), function in declared.items() if name != "data"}
    items = tuple(_item(file, entry.id, entry.points, found.pop(entry.id, None)) for entry in module.items)
    if found:
        raise FormatError(file, "@item", min(found), "module.yaml has no such item")
    return Checks(
        module, cast("MakeFiles", makers[0]), items, {name: _texts(file, name, names.get(name, {})) for name in TEXTS}
    )


def _item(file: Path, name: str, points: float, found: tuple[float, Callable[..., Any]] | None) -> ItemCheck:
    if found is None:
        raise FormatError(
            file, "@item", None, f"item {name} of module.yaml has no function here: @item({name!r}, {points:g})"
        )
    if found[0] != points:
        raise FormatError(file, f"@item({name!r})", found[0], f"module.yaml says {points:g} points")
    parameters = tuple(inspect.signature(found[1]).parameters)
    for parameter in parameters:
        if parameter not in PARAMETERS:
            raise FormatError(file, f"@item({name!r})", parameter, f"the parameters are any of {', '.join(PARAMETERS)}")
    return ItemCheck(name, points, found[1], parameters)


def _texts(file: Path, name: str, texts: object) -> dict[str, BothLanguages]:
    if not isinstance(texts, dict):
        raise FormatError(file, name, texts, "a dict of name -> {'zh': …, 'en': …} is needed")
    for key, text in texts.items():
        if not isinstance(text, dict) or set(text) != set(LANGUAGES) or not all(str(t).strip() for t in text.values()):
            raise FormatError(file, f"{name}[{key!r}]", text, "a text needs exactly the keys zh and en, neither empty")
    return texts

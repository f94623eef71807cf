"""What checks ask about: the learner's own files, hidden files that nobody can predict, and the reference.

Everything random comes from a generator that is seeded with an HMAC of the server's secret: whoever does not
know the secret can regenerate nothing, even with the simulator at hand.
"""

import ast
import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pandas as pd

from grading.cells import read_cells
from grading.checks.registry import Checks, Files, World, load_checks
from grading.course import Module
from grading.data import as_file, data_secret, secret_number, secret_rng
from grading.errors import FormatError, GradingError
from grading.worlds import worlds_of


class Worlds(Protocol):
    """The pool of worlds of a data set: those that learners' files are cut from, and disjoint hidden ones."""

    def learner(self, number: int) -> World:
        """Give one of the learners' worlds; any number will do."""
        ...

    def hidden(self, number: int) -> World:
        """Give one of the hidden worlds; any number will do."""
        ...


def learner_tables(checks: Checks, secret: bytes, learner_key: str, worlds: Worlds) -> Files:
    """Cut one learner's files; the same secret, module and learner always give the same."""
    names = (checks.module.course, checks.module.id, "learner", learner_key)
    world = worlds.learner(secret_number(secret, *names, "world"))
    return _made(checks, world, secret_rng(secret, *names, "files"))


def _made(checks: Checks, world: World, rng: np.random.Generator) -> Files:
    files = checks.files(world, rng)
    declared = set(checks.module.data.files)
    if set(files) != declared:
        wanted = ", ".join(sorted(declared))
        raise FormatError(checks.module.checks, "@data", sorted(files), f"module.yaml says data.files: {wanted}")
    return files


class Learner:
    """What this learner was given."""

    def __init__(self, checks: Checks, secret: bytes, learner_key: str, worlds: Worlds) -> None:
        self._make: Callable[[], Files] = lambda: learner_tables(checks, secret, learner_key, worlds)
        self._files: Files | None = None

    def files(self) -> Files:
        """Give the learner's own files, as copies."""
        if self._files is None:
            self._files = self._make()
        return {name: table.copy() for name, table in self._files.items()}


class Hidden:
    """Inputs that nobody has seen; each attempt of each learner gets its own, and gets them again when re-marked."""

    def __init__(self, checks: Checks, secret: bytes, learner_key: str, attempt: int, worlds: Worlds) -> None:
        self._checks, self._secret, self._worlds = checks, secret, worlds
        self._names = (checks.module.course, checks.module.id, "hidden", learner_key, attempt)
        self._files: dict[int, Files] = {}

    def files(self, number: int = 0) -> Files:
        """Cut the files of another, invented learner out of a hidden world; another number gives other files."""
        if number not in self._files:
            world = self._worlds.hidden(secret_number(self._secret, *self._names, number, "world"))
            self._files[number] = _made(self._checks, world, self.rng(f"files {number}"))
        return {name: table.copy() for name, table in self._files[number].items()}

    def rng(self, name: str) -> np.random.Generator:
        """Give a generator for inputs that the check makes up itself; the same name gives the same draw."""
        return secret_rng(self._secret, *self._names, name)


class Reference:
    """The functions of answers/reference.py, run here, outside the sandbox: `reference("los", stays)`."""

    def __init__(self, module: Module) -> None:
        self._file = module.reference
        self._names = _definitions(module.reference)

    def __call__(self, name: str, *args: object) -> Any:  # noqa: ANN401 - the author knows what the function returns
        """Call one function on copies of the arguments, so that it cannot change what the learner's is asked."""
        function = self._names.get(name)
        if not callable(function):
            raise GradingError(f"{self._file}: there is no function {name}")
        return function(*[_copy(argument) for argument in args])


def _copy(value: object) -> object:
    return value.copy() if isinstance(value, pd.DataFrame | pd.Series) else copy.deepcopy(value)


def _definitions(file: Path) -> dict[str, Any]:
    """Run imports, functions, classes and constants of all cells; what uses the notebook's variables stays out."""
    cells = [cell for cell in read_cells(file) if not cell.markdown]
    names: dict[str, Any] = {"__name__": f"reference_{file.parents[1].name}", "pd": pd, "np": np}
    for cell in cells:
        padded = "\n" * cell.line + cell.source
        try:
            tree = ast.parse(padded, str(file))
        except SyntaxError as error:
            raise FormatError(file, f"line {error.lineno}", error.text or "", "this is not valid Python") from None
        tree.body = [node for node in tree.body if _defines(node)]
        exec(compile(tree, str(file), "exec"), names)  # noqa: S102 - the course author's own code
    return names


def _defines(node: ast.stmt) -> bool:
    if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
        return all(
            isinstance(
                part, ast.Constant | ast.Dict | ast.List | ast.Tuple | ast.Set | ast.Load | ast.UnaryOp | ast.USub
            )
            for part in ast.walk(node.value)
        )
    return isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom)


class Materials:
    """The materials of one module, from the state folder unless given."""

    def __init__(
        self, module: Module, state: Path, *, secret: bytes | None = None, worlds: Worlds | None = None
    ) -> None:
        self._module = module
        self.secret: bytes = secret or data_secret(state)
        self.worlds: Worlds = worlds or worlds_of(module, state)

    def files(self, learner: str) -> dict[str, bytes]:
        """Give what this learner finds beside the notebook: relative name (`data/stays.csv`) -> content."""
        tables = learner_tables(load_checks(self._module), self.secret, learner, self.worlds)
        return {f"data/{name}": as_file(name, table) for name, table in tables.items()}


def learner_files(module: Module, state: Path, learner: str) -> dict[str, bytes]:
    """Give one learner's files, for the exchange to hand out with the notebook."""
    return Materials(module, state).files(learner)

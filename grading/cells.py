"""Read `assignment.py` and the answers: jupytext's percent format with shorthand headers.

A cell begins with `# %%`. What may follow:

    # %%                                   code that everyone sees
    # %% id="guess"                        the same, with a name
    # %% id="setting" lang="zh"            code that differs between the editions; its twin (lang="en") must follow at once
    # %% [markdown] lang="zh"              prose; its English twin must follow at once (lang="en")
    # %% [markdown]                        prose without words: a picture, a formula
    # %% nb="locked" id="setup"            code that is put back before marking
    # %% nb="solution" id="los"            the learner's cell; what stands between ### BEGIN SOLUTION and ### END SOLUTION is cut
    # %% nb="test" id="los_mark" points=4  where the verdict on item `los` will stand
    # %% [markdown] nb="manual" id="why"   a cell that a person may mark (points=0 unless given)
"""  # noqa: E501 - the headers are shown as they are written

import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

from grading.errors import FormatError
from grading.messages import LANGUAGES

Kind = Literal["plain", "locked", "solution", "test", "manual"]
BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
_HEADER = re.compile(r"^# %%(?P<markdown> \[markdown\])?(?P<options>( .*)?)$")
_OPTIONS = ("id", "lang", "nb", "points")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a percent file. `line` is where its header stands; source has no comment signs in prose."""

    line: int
    markdown: bool
    source: str
    kind: Kind = "plain"
    id: str | None = None
    lang: str | None = None
    points: float | None = None


@dataclass(slots=True)
class _Open:
    """A cell while its lines are still being read."""

    line: int
    markdown: bool
    options: dict[str, str]
    lines: list[str] = field(default_factory=list)


def read_cells(file: Path) -> list[Cell]:
    """Read all cells of a percent file; text before the first header (a jupytext header, say) is ignored."""
    try:
        text = file.read_text(encoding="utf-8")
    except (FileNotFoundError, UnicodeDecodeError):
        raise FormatError(file, "file", "nothing readable", "a UTF-8 text file must stand here") from None
    opened: list[_Open] = []
    for number, line in enumerate(text.splitlines(), start=1):
        header = _HEADER.match(line)
        if header:
            options = _options(file, number, header["options"])
            opened.append(_Open(number, bool(header["markdown"]), options))
        elif line.startswith("# %%"):
            raise FormatError(
                file, f"line {number}", line, 'after `# %%` comes nothing, ` [markdown]`, or ` name="value"`'
            )
        elif opened:
            opened[-1].lines.append(line)
    return [_close(file, cell) for cell in opened]


def _options(file: Path, number: int, text: str) -> dict[str, str]:
    options: dict[str, str] = {}
    try:
        words = shlex.split(text)
    except ValueError:
        raise FormatError(file, f"line {number}", text.strip(), "a quotation mark is missing") from None
    for word in words:
        name, _, value = word.partition("=")
        if name not in _OPTIONS or not value:
            raise FormatError(file, f"line {number}", word, f"the options are {', '.join(f'{o}=…' for o in _OPTIONS)}")
        options[name] = value
    return options


def _close(file: Path, cell: _Open) -> Cell:
    where, options = f"line {cell.line}", cell.options
    kind = options.get("nb", "plain")
    if kind not in get_args(Kind):
        raise FormatError(file, where, f'nb="{kind}"', "nb is one of locked, solution, test, manual")
    if kind != "plain" and "id" not in options:
        raise FormatError(file, where, f'nb="{kind}"', "such a cell needs an id")
    if options.get("lang", "zh") not in LANGUAGES:
        raise FormatError(file, where, options["lang"], "lang is zh or en")
    if "lang" in options and kind != "plain":
        raise FormatError(file, where, f'nb="{kind}" lang', "locked and marked cells stand once, for both languages")
    lines = [re.sub(r"^# ?", "", line) for line in cell.lines] if cell.markdown else cell.lines
    return Cell(
        line=cell.line,
        markdown=cell.markdown,
        source="\n".join(lines).strip("\n").rstrip(),
        kind=kind,  # type: ignore[arg-type] # checked above
        id=options.get("id"),
        lang=options.get("lang"),
        points=_points(file, where, options.get("points"), kind),
    )


def _points(file: Path, where: str, text: str | None, kind: str) -> float | None:
    if text is None:
        if kind == "test":
            raise FormatError(file, where, "no points", "a test cell says its points: points=4")
        return 0.0 if kind == "manual" else None
    if kind not in {"test", "manual"}:
        raise FormatError(file, where, f"points={text}", "only test and manual cells carry points")
    try:
        return float(text)
    except ValueError:
        raise FormatError(file, where, f"points={text}", "points is a number") from None


def paired(file: Path, cells: list[Cell]) -> list[tuple[Cell, ...]]:
    """Group twins (zh, en); every other cell stands alone. FormatError where a twin is missing."""
    groups: list[tuple[Cell, ...]] = []
    waiting: Cell | None = None
    for cell in cells:
        if waiting is not None:
            if (cell.lang, cell.markdown, cell.id) != ("en", waiting.markdown, waiting.id):
                raise _lonely(file, waiting)
            groups.append((waiting, cell))
            waiting = None
        elif cell.lang == "zh":
            waiting = cell
        elif cell.lang == "en":
            raise FormatError(
                file, f"line {cell.line}", 'lang="en"', 'the same text with lang="zh" must come before it'
            )
        else:
            groups.append((cell,))
    if waiting is not None:
        raise _lonely(file, waiting)
    return groups


def _lonely(file: Path, cell: Cell) -> FormatError:
    what = "text" if cell.markdown else f"code, id={cell.id}," if cell.id else "code"
    return FormatError(file, f"line {cell.line}", 'lang="zh"', f'the same {what} with lang="en" must follow')


def without_solution(source: str) -> str:
    """Give what the learner may see of a solution cell: everything outside the solution's region."""
    kept, inside = [], False
    for line in source.splitlines():
        if line.strip() == BEGIN:
            inside = True
        elif line.strip() == END:
            inside = False
        elif not inside:
            kept.append(line)
    return "\n".join(kept)

"""The matrix of `course check`: answers down, items across, and what differs from what must come out."""

from collections import Counter
from collections.abc import Sequence

from rich.table import Table

from grading.answers import Answer, Expected, shortcomings
from grading.course import Item, Module
from grading.gate import Tried

_ORDER = {"reference": 0, "right": 1, "wrong": 2, "stub": 3, "attack": 4}


def matrix(module: Module, tried: Sequence[Tried]) -> Table:
    """Draw the matrix; a cell is what must come out, in red what came out instead and how often."""
    table = Table(
        title=f"{module.course}/{module.id}: {module.title['zh']} · {module.title['en']}", title_justify="left"
    )
    table.add_column("answer", overflow="fold")
    for item in module.items:
        table.add_column(item.id, overflow="fold")
    table.add_column("draws", justify="right")
    for one in _sorted(module, tried):
        right = one.seeds - len({d.seed for d in one.differences})
        draws = f"[green]{right}[/]" if right == one.seeds else f"[red]{right}/{one.seeds}[/]"
        table.add_row(_name(one.answer), *[_cell(item, one) for item in module.items], draws)
    return table


def summary(module: Module, tried: Sequence[Tried]) -> tuple[bool, str]:
    """Say in a few lines whether the marking is proven, and if not, what to look at."""
    differ = [one for one in tried if one.differences]
    missing = shortcomings(module)
    seconds = sum(one.seconds for one in tried)
    runs = sum(one.seeds for one in tried)
    word = "[red]not proven[/]" if differ or missing else "[green]proven[/]"
    lines = [f"{module.course}/{module.id}: {word}: {len(tried)} answers, {runs} runs, {seconds:.1f} s of marking"]
    lines += [f"  [red]{_name(one.answer)}[/]: {_first(one)}" for one in _sorted(module, differ)]
    lines += [f"  [red]missing[/] {text}" for text in missing]
    return not differ and not missing, "\n".join(lines)


def _sorted(module: Module, tried: Sequence[Tried]) -> list[Tried]:
    items = [item.id for item in module.items]

    def key(one: Tried) -> tuple[int, int, str]:
        of_item = items.index(one.answer.name.partition("/")[0]) if one.answer.kind == "wrong" else 0
        return _ORDER[one.answer.kind], of_item, one.answer.name

    return sorted(tried, key=key)


def _name(answer: Answer) -> str:
    return answer.name if answer.kind in {"reference", "wrong"} else f"{answer.kind}: {answer.name}"


def _cell(item: Item, one: Tried) -> str:
    expected = one.answer.expected.get(item.id)
    if expected is None:
        return ""
    other = Counter(d.got for d in one.differences if d.item == item.id)
    lines = [_expected(item, expected)]
    lines += [f"[red]{count} times {got}[/]" for got, count in other.most_common(2)]
    return "\n".join(lines)


def _expected(item: Item, expected: Expected) -> str:
    return " ".join([f"{expected.points:g}/{item.points:g}", *sorted(expected.names), *sorted(expected.reasons)])


def _first(one: Tried) -> str:
    first = one.differences[0]
    must = one.answer.expected[first.item]
    words = " ".join([f"{must.points:g}", *sorted(must.names | must.reasons)])
    return f"item {first.item}, draw {first.seed}: must be {words}, came {first.got}"

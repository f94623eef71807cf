"""`xinglin bench NAME`: measured speed and memory, beside peers where there are any."""

import importlib
from collections.abc import Callable
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from hub_config.errors import HubError

MODULES = ("simulator.bench", "grading.bench")


def benches() -> dict[str, Callable[[], Table]]:
    """Every benchmark by name."""
    found: dict[str, Callable[[], Table]] = {}
    for module in MODULES:
        found |= importlib.import_module(module).BENCHES
    return found


def bench(name: Annotated[str, typer.Argument(help="What to measure; without it, the list.")] = "") -> None:
    """Measure speed and memory and print a table."""
    known = benches()
    if not name:
        for each, function in sorted(known.items()):
            typer.echo(f"{each:12} {(function.__doc__ or '').splitlines()[0]}")
        return
    if name not in known:
        raise HubError(f"no benchmark is called {name!r}; there are: {', '.join(sorted(known))}")
    Console().print(known[name]())

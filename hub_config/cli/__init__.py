"""The one command line: `xinglin COMMAND`. Only the package that a command needs is imported."""

import importlib
import os
import sys
import traceback

import typer
from rich.console import Console

from hub_config.settings import load_settings
from hub_config.unprivileged import hand_over, leave_root

COMMANDS = {
    "up": "hub_config.cli.up:up",
    "down": "hub_config.cli.down:down",
    "status": "hub_config.cli.status:status",
    "doctor": "hub_config.cli.doctor:doctor",
    "user": "hub_config.cli.user:user",
    "course": "grading.cli:course",
    "dataset": "grading.cli:dataset",
    "simulate": "simulator.cli:simulate",
    "validate": "simulator.cli:validate",
    "story": "simulator.story_cli:story",
    "export": "simulator.export_cli:export",
    "warehouse": "simulator.warehouse_cli:warehouse",
    "knowledge": "simulator.knowledge_cli:knowledge",
    "bench": "hub_config.cli.bench:bench",
    "test": "hub_config.cli.test:test",
}
TOLD_PLAINLY = {"simulator.errors.SimulatorError", "grading.errors.GradingError", "hub_config.errors.HubError"}
ORDINARY_USER = {("up",), ("bench",), ("course", "check"), ("course", "preview"), ("dataset", "build")}
"""Commands that run programs of learners, or servers: started by root, they go on as an ordinary user."""

BAD_INPUT, INTERNAL = 2, 70


def attach(app: typer.Typer, name: str) -> None:
    """Import one command and hang it into the application."""
    module, _, attribute = COMMANDS[name].partition(":")
    command = getattr(importlib.import_module(module), attribute)
    if isinstance(command, typer.Typer):
        app.add_typer(command, name=name)
    else:
        app.command(name)(command)


def application(name: str | None = None) -> typer.Typer:
    """Build the command line with one command, or with all of them when `name` is none of ours."""
    app = typer.Typer(
        name="xinglin",
        help="Xinglin 杏林: a training platform for medicine and information technology.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich",
    )
    app.callback()(lambda: None)
    for command in [name] if name in COMMANDS else COMMANDS:
        attach(app, command)
    return app


def told_plainly(error: BaseException) -> bool:
    """Whether an error was written for people: it says what, where and what would be right."""
    return any(f"{kind.__module__}.{kind.__qualname__}" in TOLD_PLAINLY for kind in type(error).__mro__)


def run(arguments: list[str]) -> None:
    """Run one command as the right user."""
    state = load_settings().state
    if {tuple(arguments[:1]), tuple(arguments[:2])} & ORDINARY_USER:
        leave_root(state)
    try:
        application(arguments[0] if arguments else None)(prog_name="xinglin")
    finally:
        hand_over(state)


def main() -> None:
    """Run the command line; errors written for people become one line and exit code 2, never a traceback."""
    console = Console(stderr=True)
    try:
        run(sys.argv[1:])
    except KeyboardInterrupt:
        console.print("[yellow]interrupted[/]")
        sys.exit(130)
    except Exception as error:  # noqa: BLE001 - the last line of defence between a person and a traceback
        if os.environ.get("XINGLIN_DEBUG"):
            traceback.print_exc()
        if told_plainly(error):
            console.print(f"[red]error:[/] {error}", highlight=False, markup=True)
            sys.exit(BAD_INPUT)
        where = traceback.extract_tb(error.__traceback__)[-1]
        console.print("[red]internal error[/]", end=" ")
        console.print(f"{type(error).__name__}: {error} ({where.name}, line {where.lineno})", markup=False)
        console.print("Set XINGLIN_DEBUG=1 to see where, and please report it.")
        sys.exit(INTERNAL)

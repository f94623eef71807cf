"""`xinglin up`: the whole platform in the foreground."""

import contextlib
import signal
import subprocess
from collections.abc import Iterator
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from grading.errors import GradingError
from hub_config import processes
from hub_config.accounts import Accounts
from hub_config.courses import build, build_datasets, course_names, outdated
from hub_config.errors import PlatformError
from hub_config.runner import Platform, started
from hub_config.settings import Settings, load_settings
from hub_config.starters import Welcome, welcome
from hub_config.state import State

console = Console()
ROUND_S = 10.0
WAYS_TO_STOP = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

WARNING = (
    "[bold]Users are not kept apart.[/] Every user can read every file of this platform: answers, marks, homes. "
    "Use this for trying out alone, never for a class."
)


def up(
    check: Annotated[
        bool, typer.Option("--check", help="Play one whole learner cycle on a fresh platform, then stop.")
    ] = False,
    port: Annotated[int | None, typer.Option(help="Port of the web pages.")] = None,
    no_isolation: Annotated[
        bool, typer.Option("--no-isolation", help="Start without bubblewrap; users are not kept apart.")
    ] = False,
) -> None:
    """Run the platform in the foreground; Ctrl-C stops it."""
    settings = load_settings(port=port, isolation=False if no_isolation else None)
    if check:
        from hub_config.check.run import check_platform  # noqa: PLC0415 - only for --check

        raise typer.Exit(check_platform(settings, console))
    with platform_of(settings) as platform:
        say_hello(platform.settings, welcome(Accounts(platform.state.accounts), platform.settings))
        watch(platform)
    console.print("Stopped.")


@contextlib.contextmanager
def platform_of(settings: Settings) -> Iterator[Platform]:
    """Courses built and published, data sets on their way, the platform started and its login page answering."""
    state = State(settings.state)
    state.prepare()
    processes.refuse_second(state)
    settings = processes.with_ports(settings)
    ports = {
        name: getattr(settings, name) for name in ("port", "hub_port", "proxy_api_port", "exchange_port", "portal_port")
    }
    with stopping_signals_raise(), processes.claimed(state, settings.url, ports):
        processes.end_leftovers(state)
        prepare_courses(state)
        if not settings.isolation:
            console.print(Panel(WARNING, border_style="red", title="--no-isolation"))
        with started(settings) as platform:
            with console.status("Starting the hub"):
                platform.wait_ready()
            if course_names():
                platform.datasets = build_datasets(settings)
            yield platform


@contextlib.contextmanager
def stopping_signals_raise() -> Iterator[None]:
    """Every signal that asks us to stop does so as Ctrl-C does, so that leaving the blocks cleans up."""
    before = {number: signal.signal(number, _interrupt) for number in WAYS_TO_STOP}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _interrupt(number: int, _frame: object) -> None:
    for other in WAYS_TO_STOP:  # a second Ctrl-C must not interrupt the cleaning up
        signal.signal(other, signal.SIG_IGN)
    raise KeyboardInterrupt(signal.Signals(number).name)


def prepare_courses(state: State) -> None:
    """Build and publish what has changed since the last time."""
    waiting = outdated(state)
    if not waiting:
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        for course in waiting:
            task = progress.add_task(f"Building course {course}", total=None)
            try:
                for module in build(state, course):
                    progress.update(task, description=f"Built {course}/{module}")
            except GradingError as error:  # one course's mistake must not keep the others from their learners
                console.print(f"[red]Course {course} is not published as it stands now:[/] {escape(str(error))}")


def say_hello(settings: Settings, welcomes: list[Welcome]) -> None:
    """One address, and how to log in."""
    console.print(f"\n[bold green]Xinglin 杏林[/]  {settings.url}", highlight=False)
    for one in welcomes:
        who = "To look around as a learner" if one.role == "learner" else "To begin as an instructor"
        console.print(f"{who} ({escape(one.username)}), choose a password here, once:", highlight=False)
        console.print(f"  {one.link}", soft_wrap=True, highlight=False)
    if not welcomes:
        console.print(
            "Log in with your username and password. `xinglin user` adds people and gives new links.", highlight=False
        )
    console.print("Ctrl-C stops everything.\n", highlight=False)


def watch(platform: Platform) -> None:
    """Wait until somebody asks us to stop. Raises PlatformError if the hub ends by itself."""
    with contextlib.suppress(KeyboardInterrupt):
        while True:
            with contextlib.suppress(subprocess.TimeoutExpired):
                code = platform.hub.wait(ROUND_S)
                raise PlatformError(
                    f"the hub ended by itself ({code}); the end of {platform.log}:\n{platform.last_words()}"
                )
            platform.bury()

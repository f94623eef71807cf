"""From settings to a platform whose login page answers, told on a console as it goes."""

import contextlib
import signal
from collections.abc import Iterator

from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from grading.errors import GradingError
from hub_config import processes
from hub_config.courses import build, build_datasets, course_names, outdated
from hub_config.runner import Platform, started
from hub_config.settings import Settings
from hub_config.state import State

WAYS_TO_STOP = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

WARNING = (
    "[bold]Users are not kept apart.[/] Every user can read every file of this platform: answers, marks, homes. "
    "Use this for trying out alone, never for a class."
)


@contextlib.contextmanager
def platform_of(settings: Settings, console: Console) -> Iterator[Platform]:
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
        prepare_courses(state, console)
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


def prepare_courses(state: State, console: Console) -> None:
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

"""`up --check`: a fresh platform on free ports, one whole cycle, a table, and an exit code."""

import secrets
import shutil
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from hub_config.accounts import Accounts, Person
from hub_config.check.cycle import Cycle, Step
from hub_config.check.notebook import answers_to_try
from hub_config.errors import PlatformError
from hub_config.processes import last_lines
from hub_config.runner import Platform
from hub_config.settings import Settings
from hub_config.starters import invitation
from hub_config.starting import platform_of

COURSE, MODULE = "his", "los"
THROWN_AWAY = "xinglin-check-"
PORTS = dict.fromkeys(("port", "hub_port", "proxy_api_port", "exchange_port", "portal_port"), 0)


def check_platform(settings: Settings, console: Console) -> int:
    """0 where every step went as it must, else 1. A state folder that nobody named is a new one, thrown away."""
    own = settings.state == Settings.model_fields["state"].default
    state = Path(tempfile.mkdtemp(prefix=THROWN_AWAY)) if own else settings.state
    try:
        return _check(
            settings.model_copy(update=PORTS | {"state": state, "public_url": "", "bind": "127.0.0.1"}), console
        )
    finally:
        if own:
            shutil.rmtree(state, ignore_errors=True)


def _check(settings: Settings, console: Console) -> int:
    from grading.course import load_course  # noqa: PLC0415 - only for the check

    module = next((one for one in load_course(COURSE).loaded if one.id == MODULE), None)
    if module is None:
        raise PlatformError(f"courses/{COURSE} has no module {MODULE}; the check needs it")
    answers_to_try(module)  # a course that cannot be read is said before anything starts
    tag = secrets.token_hex(3)
    learner, instructor = f"check-{tag}", f"check-teacher-{tag}"
    start = time.perf_counter()
    steps: list[Step] = []
    with platform_of(settings, console) as platform:
        steps.append(Step("start the platform", time.perf_counter() - start, platform.settings.url, right=True))
        report(console, steps[0])
        accounts = Accounts(platform.state.accounts)
        accounts.add(
            Person(learner, "Check", "learner", "en", (COURSE,)),
            Person(instructor, "Check", "instructor", "en", (COURSE,)),
        )
        links = {name: invitation(accounts, platform.settings, name) for name in (learner, instructor)}
        cycle = Cycle(
            platform.settings.url,
            module,
            learner,
            instructor,
            secrets.token_urlsafe(16),
            lambda step: report(console, step),
        )
        well = cycle.step("build data sets", lambda: built(platform)) and cycle.run(links)
        stopping = time.perf_counter()
    console.print(
        table([*steps, *cycle.steps, Step("stop everything", time.perf_counter() - stopping, "done", right=True)])
    )
    works, wrong = "[bold green]The whole cycle works.[/]", "[bold red]Something is wrong.[/]"
    console.print(works if well else f"{wrong} {last_words(settings)}")
    return 0 if well else 1


def built(platform: Platform) -> str:
    """Wait for the data sets that `up` builds beside everything else."""
    if platform.datasets and platform.datasets.wait():
        raise PlatformError(f"building data sets failed: {last_lines(platform.state.logs / 'datasets.log')}")
    return "learners' and hidden worlds"


def report(console: Console, step: Step) -> None:
    """One line as it happens."""
    mark, why = ("[green]ok [/]", "") if step.right else ("[red]BAD[/]", f": {escape(step.outcome)}")
    console.print(f"{mark} {step.seconds:6.1f} s  {step.title}{why}", highlight=False)


def table(steps: list[Step]) -> Table:
    """All steps with seconds and outcome."""
    drawn = Table("step", "seconds", "outcome", title="One whole learner cycle")
    drawn.columns[1].justify = "right"
    for step in steps:
        colour = "green" if step.right else "red"
        drawn.add_row(step.title, f"{step.seconds:.1f}", f"[{colour}]{escape(step.outcome)}[/]")
    return drawn


def last_words(settings: Settings) -> str:
    """Where to look."""
    if settings.state.name.startswith(THROWN_AWAY):
        return "Set XINGLIN_STATE to a folder that is kept, run again, and read its logs/."
    return f"Read {settings.state}/logs."

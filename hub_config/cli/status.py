"""`xinglin status`: what runs."""

import contextlib
import time
from typing import Any

import httpx
import psutil
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from hub_config import processes
from hub_config.memory import fair_share
from hub_config.settings import load_settings
from hub_config.state import State

ANSWER_S = 3.0
MB = 2**20
PARTS = {"hub": "hub_port", "proxy": "port", "exchange": "exchange_port", "portal": "portal_port"}
PATHS = {
    "hub": "/hub/health",
    "proxy": "/hub/login",
    "exchange": "/services/exchange/health",
    "portal": "/services/portal/",
}


def status() -> None:
    """Show hub, proxy, services, the queue and users' servers; exit 1 where nothing runs or a part does not answer."""
    state = State(load_settings().state)
    platform = processes.running(state)
    console = Console()
    if platform is None:
        console.print(f"No platform runs on {state.root}. `xinglin up` starts one.")
        raise typer.Exit(1)
    since = time.strftime("%Y-%m-%d %H:%M", time.localtime(platform.started))
    console.print(f"{platform.url}  (process {platform.pid}, since {since})", highlight=False)
    answers = {part: seconds_to_answer(platform, part) for part in PARTS}
    table = Table("part", "port", "answers in")
    for part, seconds in answers.items():
        said = "[red]no answer[/]" if seconds is None else f"{seconds * 1000:.0f} ms"
        table.add_row(part, str(platform.ports[PARTS[part]]), said)
    console.print(table)
    console.print(queue_line(state))
    console.print(servers_table(state, platform))
    raise typer.Exit(1 if None in answers.values() else 0)


def seconds_to_answer(platform: processes.Platform, part: str) -> float | None:
    """How long a part takes to answer, s; None where it does not."""
    scheme = "https" if part == "proxy" and platform.url.startswith("https") else "http"
    start = time.perf_counter()
    try:
        with httpx.Client(timeout=ANSWER_S, trust_env=False, verify=False) as http:  # noqa: S501 - loopback
            answer = http.get(f"{scheme}://127.0.0.1:{platform.ports[PARTS[part]]}{PATHS[part]}")
    except httpx.HTTPError:
        return None
    return None if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR else time.perf_counter() - start


def queue_line(state: State) -> str:
    """What waits to be marked."""
    from grading.exchange.store import Store  # noqa: PLC0415 - only here

    store = Store.open(state.root)
    try:
        queue: Any = store.queue_status()
    finally:
        store.engine.dispose()
    return "queue: " + ", ".join(f"{name} {value}" for name, value in vars_of(queue).items())


def vars_of(record: Any) -> dict[str, Any]:  # noqa: ANN401 - any dataclass
    """A record's fields that say something."""
    fields = getattr(record, "__dataclass_fields__", {})
    return {name: getattr(record, name) for name in fields if getattr(record, name) is not None}


def servers_table(state: State, platform: processes.Platform) -> Table:
    """Every user's server that runs, with its memory, found among the platform's processes."""
    table = Table("server of", "process", "memory, MB", "since", title="Users' servers")
    homes = {str(home): home.name for home in state.homes.glob("*")}
    rooms: dict[str, psutil.Process] = {}
    for process in psutil.Process(platform.pid).children(recursive=True):
        with contextlib.suppress(psutil.Error):
            for user in {homes[word] for word in process.cmdline() if word in homes}:
                rooms.setdefault(user, process)  # bwrap is there twice; the outer one comes first
    for user, process in sorted(rooms.items()):
        with contextlib.suppress(psutil.Error):
            memory = sum(fair_share(one.pid) for one in process.children(recursive=True)) / MB
            since = time.strftime("%H:%M", time.localtime(process.create_time()))
            table.add_row(escape(user), str(process.pid), f"{memory:.0f}", since)
    return table

"""`xinglin down`: stop a running platform."""

from rich.console import Console

from hub_config import processes
from hub_config.settings import load_settings
from hub_config.state import State


def down() -> None:
    """Stop the platform that runs on this state folder."""
    state = State(load_settings().state)
    platform = processes.running(state)
    console = Console()
    if platform is None:
        console.print(f"No platform runs on {state.root}.")
        return
    with console.status(f"Stopping {platform.url}"):
        processes.stop(platform)
    console.print("Stopped.")

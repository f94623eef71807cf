"""`xinglin up`: the whole platform in the foreground."""

import contextlib
import subprocess
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from hub_config.accounts import Accounts
from hub_config.errors import PlatformError
from hub_config.runner import Platform
from hub_config.settings import Settings, load_settings
from hub_config.starters import Welcome, welcome
from hub_config.starting import platform_of

console = Console()
ROUND_S = 10.0


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
    with platform_of(settings, console) as platform:
        say_hello(platform.settings, welcome(Accounts(platform.state.accounts), platform.settings))
        watch(platform)
    console.print("Stopped.")


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

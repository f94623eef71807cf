"""The command `export`: a world in one of the formats."""

import datetime as dt
from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from simulator.errors import ExportError
from simulator.formats import FORMATS
from simulator.formats.folder import fill
from simulator.formats.format import Period
from simulator.formats.portions import encounters
from simulator.scenario import Scenario
from simulator.world.world import World

MOMENTS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M"]


def export(
    folder: Annotated[Path, typer.Argument(help="A world made by `simulate`.")],
    format_name: Annotated[str, typer.Argument(metavar="FORMAT", help=f"One of {', '.join(FORMATS)}.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder to write to; a former export there is replaced.")],
    begin: Annotated[
        dt.datetime | None,
        typer.Option("--from", formats=MOMENTS, help="Only encounters registered from then on."),
    ] = None,
    end: Annotated[
        dt.datetime | None,
        typer.Option("--to", formats=MOMENTS, help="Only encounters registered before."),
    ] = None,
) -> None:
    """Write a world in one of the formats; times are the hospital's own."""
    if format_name not in FORMATS:
        raise ExportError(f"there is no format {format_name}; there are {', '.join(FORMATS)}")
    world, made = World.read(folder), FORMATS[format_name]
    period = Period(_moment(world.scenario, begin), _moment(world.scenario, end))
    total, begun = len(encounters(world, period)), perf_counter()
    if not total:
        raise ExportError(f"{folder} has no encounter in that period; its days begin with {world.scenario.start}")
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(made.en, total=total)
        count = fill(world, made, out, period, lambda done: bar.update(task, completed=done))
    Console().print(f"{count:,} {made.items} in {perf_counter() - begun:.1f} s -> {out}", soft_wrap=True)


def _moment(scenario: Scenario, local: dt.datetime | None) -> dt.datetime | None:
    return None if local is None else local.replace(tzinfo=scenario.calendar.zone)

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
from simulator.vendors import fill_vendor, vendor_names
from simulator.world.world import World

VENDOR = "vendor"
MOMENTS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M"]


def export(  # noqa: PLR0913, PLR0917  # one for each option
    folder: Annotated[Path, typer.Argument(help="A world made by `simulate`.")],
    format_name: Annotated[str, typer.Argument(metavar="FORMAT", help=f"One of {', '.join([*FORMATS, VENDOR])}.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder to write to; a former export there is replaced.")],
    begin: Annotated[
        dt.datetime | None,
        typer.Option("--from", formats=MOMENTS, help="Only encounters registered from then on."),
    ] = None,
    end: Annotated[
        dt.datetime | None,
        typer.Option("--to", formats=MOMENTS, help="Only encounters registered before."),
    ] = None,
    vendor: Annotated[
        str | None, typer.Option(help=f"With {VENDOR}: whose system, one of {', '.join(vendor_names())}.")
    ] = None,
    defects: Annotated[
        Path | None,
        typer.Option(help=f"With {VENDOR}: a YAML file of defects and their rates, such as lost_row: 0.01."),
    ] = None,
    defect_seed: Annotated[int, typer.Option(help="Another number puts the defects elsewhere.")] = 0,
) -> None:
    """Write a world in one of the formats; times are the hospital's own."""
    if format_name not in [*FORMATS, VENDOR]:
        raise ExportError(f"there is no format {format_name}; there are {', '.join([*FORMATS, VENDOR])}")
    if format_name != VENDOR and (vendor or defects):
        raise ExportError(f"--vendor and --defects belong to the format {VENDOR}, not to {format_name}")
    world = World.read(folder)
    period = Period(_moment(world.scenario, begin), _moment(world.scenario, end))
    total, begun = len(encounters(world, period)), perf_counter()
    if not total:
        raise ExportError(f"{folder} has no encounter in that period; its days begin with {world.scenario.start}")
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(format_name, total=total)

        def progress(done: int) -> None:
            bar.update(task, completed=done)

        if format_name == VENDOR:
            rows, found = fill_vendor(world, vendor, out, period, progress, defects=defects, seed=defect_seed)
            told = f"{rows:,} rows with {found:,} defects (their key beside it, in {out.name}-key)"
        else:
            made = FORMATS[format_name]
            told = f"{fill(world, made, out, period, progress):,} {made.items}"
    Console().print(f"{told} in {perf_counter() - begun:.1f} s -> {out}", soft_wrap=True)


def _moment(scenario: Scenario, local: dt.datetime | None) -> dt.datetime | None:
    return None if local is None else local.replace(tzinfo=scenario.calendar.zone)

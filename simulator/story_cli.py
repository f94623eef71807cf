"""`xinglin story`: read one patient's story."""

from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.text import Text

from simulator.errors import WorldError
from simulator.schema import values
from simulator.story import Story, pick, read_story
from simulator.story.page import write_page
from simulator.world.world import World

STYLES = ("", "yellow", "bold red")


def story(  # noqa: PLR0913, PLR0917  # one parameter for each option
    folder: Annotated[Path, typer.Argument(help="A world made by `simulate`.")],
    encounter: Annotated[int | None, typer.Argument(help="Id of an encounter; without it one is picked.")] = None,
    kind: Annotated[str, typer.Option(help=f"Pick among these: {', '.join(values.ENCOUNTER_KIND)}.")] = "inpatient",
    department: Annotated[str | None, typer.Option(help="Pick among a department's, by its code: cardiology.")] = None,
    seed: Annotated[int, typer.Option(help="Which one is picked.")] = 0,
    language: Annotated[Literal["zh", "en"], typer.Option("--lang", help="Language of the story.")] = "en",
    html: Annotated[Path | None, typer.Option(help="Write a page with plots, in both languages, as well.")] = None,
) -> None:
    """Tell what happened to one patient, in order of time."""
    if kind not in values.ENCOUNTER_KIND:
        raise WorldError(f"--kind {kind}: must be one of {', '.join(values.ENCOUNTER_KIND)}")
    world = World.read(folder)
    chosen = pick(world, kind, department, seed) if encounter is None else encounter
    told = read_story(world, chosen)
    _print(told, zh=language == "zh")
    if html is not None:
        write_page(told, html)
        Console(stderr=True).print(f"-> {html}")


def _print(told: Story, *, zh: bool) -> None:
    console = Console()
    console.print(Text(told.head[0 if zh else 1], style="bold"))
    day = None
    for event in told.events:
        at = event.at.astimezone(told.zone)
        if at.date() != day:
            day = at.date()
            console.print(Text(f"\n{day:%Y-%m-%d}", style="bold"))
        first, *more = (event.zh if zh else event.en).split("\n")
        console.print(Text(f"  {at:%H:%M}  {first}", style=STYLES[event.weight]))
        for line in more:
            console.print(Text(f"         {line}", style="dim"))

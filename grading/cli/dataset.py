"""`xinglin dataset build`, `xinglin dataset list`."""

import time
from typing import Annotated

import typer
from rich.table import Table

from grading.cli.common import console, progress, state_folder
from grading.data import dataset_names, load_recipe
from grading.worlds import build_dataset, is_built

dataset = typer.Typer(help="Data sets that differ per learner.", no_args_is_help=True)


@dataset.command()
def build(
    name: Annotated[str | None, typer.Argument(help="One data set; all of them if not given.")] = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Worlds simulated at the same time.")] = 2,
) -> None:
    """Simulate what is missing of the worlds that learners' files are cut from; can be stopped and started again."""
    state = state_folder()
    for recipe in [load_recipe(one) for one in ([name] if name else dataset_names())]:
        begun, built = time.perf_counter(), 0
        with progress() as bar:
            task = bar.add_task(recipe.id, total=len(recipe.worlds))
            there = sum(is_built(recipe, state, *world) for world in recipe.worlds)
            bar.update(task, completed=there)
            for _ in build_dataset(recipe, state, workers):
                built += 1
                bar.advance(task)
        seconds = f" in {time.perf_counter() - begun:.1f} s" if built else ""
        console.print(f"{recipe.id}: {built} worlds built{seconds}, {there} were there", highlight=False)


@dataset.command("list")
def list_() -> None:
    """List the data sets, where they come from, and how much of each is built."""
    state = state_folder()
    table = Table("data set", "title", "scenario", "learners' worlds", "hidden worlds")
    for recipe in map(load_recipe, dataset_names()):
        counts = {"learner": 0, "hidden": 0}
        for pool, number in recipe.worlds:
            counts[pool] += is_built(recipe, state, pool, number)
        title = f"{recipe.title['zh']}\n{recipe.title['en']}"
        sizes = [f"{counts['learner']}/{recipe.pool.learner}", f"{counts['hidden']}/{recipe.pool.hidden}"]
        table.add_row(recipe.id, title, recipe.scenario, *sizes)
    console.print(table)

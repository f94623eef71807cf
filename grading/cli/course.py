"""`xinglin course new | build | check | preview | import`."""

from pathlib import Path
from typing import Annotated

import typer

from grading.cli.common import console, progress, state_folder
from grading.course import course_names, select
from grading.errors import GradingError

course = typer.Typer(help="Courses as code: write, build, check.", no_args_is_help=True)

What = Annotated[str | None, typer.Argument(metavar="[COURSE[/MODULE]]", help="Everything if not given.")]


@course.command()
def new(
    what: Annotated[str, typer.Argument(metavar="COURSE/MODULE", help="Where the module is to stand.")],
    data: Annotated[str, typer.Option("--data", help="The data set its data come from.")] = "county-beds",
) -> None:
    """Write the skeleton of a module, in both languages, that passes `course check`."""
    from grading.skeleton import new_module  # noqa: PLC0415 - each command loads only what it needs

    for file in new_module(what, data):
        console.print(f"  {file}", highlight=False)
    console.print(f"Next: [bold]xinglin course check {what}[/], then edit; docs/authoring.md is the guide.")


@course.command()
def build(what: What = None) -> None:
    """Build nbgrader's source and release notebooks, its gradebook, and the editions in both languages."""
    from grading.release import build_module  # noqa: PLC0415 - imports nbgrader

    state = state_folder()
    for its_course, module in list(select(what)):
        editions = build_module(module, its_course.languages, state)
        versions = ", ".join(f"{edition.lang} {edition.version}" for edition in editions)
        console.print(f"{module.course}/{module.id}: {versions}", highlight=False)


@course.command()
def check(
    what: What = None,
    seeds: Annotated[int, typer.Option(min=1, max=1000, help="Learners and attempts to draw.")] = 20,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Sandboxes at the same time.")] = 2,
    item: Annotated[str | None, typer.Option(help="Try the wrong answers of this item only.")] = None,
) -> None:
    """Prove the marking: every answer of a module must earn exactly what it says. Exit 1 if anything differs."""
    from grading.gate import gate_recipe, try_module, worlds_for  # noqa: PLC0415 - imports nbgrader and the sandbox
    from grading.matrix import matrix, summary  # noqa: PLC0415 - the same

    state, sound = state_folder(), True
    modules = [module for _, module in select(what)]
    if item:
        modules = [module for module in modules if module.item(item)]
    with progress() as bar:
        for recipe in {module.data.dataset: gate_recipe(module) for module in modules}.values():
            task = bar.add_task(f"data set {recipe.id}", total=None)
            for _ in worlds_for(recipe, state, workers):
                bar.advance(task)
            bar.remove_task(task)
        for module in modules:
            task = bar.add_task(f"{module.course}/{module.id}", total=None)
            tried = []
            for one in try_module(module, state, seeds, workers, item):
                tried.append(one)
                bar.advance(task)
            bar.remove_task(task)
            console.print(matrix(module, tried))
            fine, text = summary(module, tried)
            console.print(text, highlight=False)
            sound = sound and fine
    raise typer.Exit(0 if sound else 1)


@course.command()
def preview(
    what: What = None,
    out: Annotated[Path, typer.Option("--out", help="The folder for the pages.")] = Path("preview"),
) -> None:
    """Write both editions as web pages, with the outputs of the reference answer."""
    from grading.preview import preview_module  # noqa: PLC0415 - imports nbconvert and the sandbox

    state = state_folder()
    for _, module in list(select(what)):
        for page in preview_module(module, state, out):
            console.print(f"  {page}", highlight=False)


@course.command("import")
def import_(
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="An nbgrader course: it has source/.")],
    name: Annotated[str, typer.Option("--as", help="The course's short name here.")] = "",
) -> None:
    """Take in a stock nbgrader course, unmodified: release it, and publish it on this platform."""
    from grading.importing import import_course  # noqa: PLC0415 - imports nbgrader

    name = name or folder.resolve().name.lower()
    if name in course_names():
        raise GradingError(f"there is a course {name} in courses/ already; give another name with --as")
    for assignment, points in import_course(folder, name, state_folder()):
        console.print(f"  {name}/{assignment}: {points:g} points", highlight=False)

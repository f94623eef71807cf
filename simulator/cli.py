"""The commands `simulate` and `validate`; exit code 0 done, 1 checked and wrong, 2 bad input."""

import secrets
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.table import Table

from simulator.output import write_world
from simulator.run import simulate as make_world
from simulator.scenario_files import load_scenario
from simulator.validation import check_world
from simulator.validation.report import RuleOutcome, TargetOutcome
from simulator.world.world import World

Out = Annotated[
    Path, typer.Option("--out", "-o", help="Folder to write the world to; a former world there is replaced.")
]


def simulate(  # noqa: PLR0913, PLR0917  # one parameter for each option
    scenario: Annotated[str, typer.Argument(help="A ready-made scenario (clinic, county) or a YAML file.")],
    out: Out = Path("world"),
    seed: Annotated[int | None, typer.Option(help="The seed; drawn at random when not given.")] = None,
    days: Annotated[int | None, typer.Option(help="Days to record instead of the scenario's.")] = None,
    scale: Annotated[float | None, typer.Option(help="Multiply people, doctors and beds.")] = None,
    override: Annotated[
        list[str] | None,
        typer.Option("--set", help="Change one value: hospitals[0].population=9000. May be repeated."),
    ] = None,
    hide_seed: Annotated[bool, typer.Option("--hide-seed", help="Leave the seed out of the manifest.")] = False,
    database: Annotated[bool, typer.Option(help="Write the DuckDB file as well.")] = True,
) -> None:
    """Make a synthetic hospital and write its records to a folder."""
    console = Console(stderr=True)
    changes = _overrides(override or [])
    if days is not None:
        changes["days"] = days
    if scale is not None:
        changes["scale"] = scale
    described = load_scenario(scenario, changes)
    chosen = secrets.randbits(63) if seed is None else seed
    begun = perf_counter()
    with console.status("…") as status:
        world = make_world(described, seed=chosen, progress=status.update)
        status.update("writing files")
        write_world(world, out, seed=None if hide_seed else chosen, database=database)
    rows = sum(len(world[name]) for name in world)
    Console().print(
        f"{described.en}, {described.days} days: {len(world['encounter']):,} encounters, {rows:,} rows "
        f"in {perf_counter() - begun:.1f} s -> {out}",
        soft_wrap=True,
    )


def _overrides(pairs: list[str]) -> dict[str, object]:
    changes: dict[str, object] = {}
    for pair in pairs:
        key, found, value = pair.partition("=")
        if not found:
            raise typer.BadParameter(f"--set needs KEY=VALUE, for example days=7, got {pair!r}")
        changes[key.strip()] = value.strip()
    return changes


def validate(
    folder: Annotated[Path, typer.Argument(help="A world made by `simulate`.")],
    language: Annotated[Literal["zh", "en"], typer.Option("--lang", help="Language of the report.")] = "en",
) -> None:
    """Compare a world with published figures and check that its records agree with each other."""
    world = World.read(folder)
    report = check_world(world, folder)
    console = Console()
    zh = language == "zh"
    for name in report.files:
        changed = "缺失,或与清单(manifest.json)不符" if zh else "missing, or not as its manifest.json says"
        console.print(f"[red]{folder / name}[/]: {changed}", soft_wrap=True)
    console.print(_rules(report.rules, zh=zh))
    console.print(_targets(report.targets, zh=zh))
    if not report.passed:
        raise typer.Exit(1)


def _rules(rules: Sequence[RuleOutcome], *, zh: bool) -> Table:
    table = Table("规则" if zh else "Rule", "违反" if zh else "Violations", title="一致性规则" if zh else "Coherence")
    for rule in rules:
        table.add_row(rule.zh if zh else rule.en, f"[{'red' if rule.violations else 'green'}]{rule.violations}")
    return table


def _targets(targets: Sequence[TargetOutcome], *, zh: bool) -> Table:
    heads = (
        ("编号", "指标", "公布值", "本例", "容差", "结果", "来源")
        if zh
        else ("Id", "Quantity", "Published", "Here", "Tolerance", "", "Source")
    )
    table = Table(*heads, title="与公布数字比较" if zh else "Published figures")
    for row in targets:
        verdict = "[green]in" if row.inside else "[red]out"
        table.add_row(
            row.id,
            row.quantity,
            f"{row.published:g} {row.unit}",
            f"{row.found:.4g}",
            row.tolerance,
            verdict,
            row.source,
        )
    return table

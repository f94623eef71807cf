"""The commands `simulate` and `validate`; exit code 0 done, 1 checked and wrong, 2 bad input."""

import json
import secrets
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from simulator.fhir_cli import validate_fhir
from simulator.output import Means, produce
from simulator.output.production import expected_encounters, remembered_seed, unfinished
from simulator.scenario_files import load_scenario, names
from simulator.validation import check_world
from simulator.validation.page import write_report
from simulator.validation.report import RuleOutcome, TargetOutcome
from simulator.world.world import MANIFEST, World

COLUMNS = (
    TextColumn("{task.description}"),
    BarColumn(),
    MofNCompleteColumn(),
    TimeElapsedColumn(),
    TimeRemainingColumn(),
)
FEW = 500_000
"""Encounters up to which the database is written unasked; with more it would take as long as all the rest."""
Out = Annotated[
    Path, typer.Option("--out", "-o", help="Folder to write the world to; a former world there is replaced.")
]


def simulate(  # noqa: PLR0913, PLR0917  # one parameter for each option
    scenario: Annotated[str, typer.Argument(help=f"A ready-made scenario ({', '.join(names())}) or a YAML file.")],
    out: Out = Path("world"),
    seed: Annotated[int | None, typer.Option(help="The seed; drawn at random when not given.")] = None,
    days: Annotated[int | None, typer.Option(help="Days to record instead of the scenario's.")] = None,
    scale: Annotated[float | None, typer.Option(help="Multiply people, doctors and beds.")] = None,
    override: Annotated[
        list[str] | None,
        typer.Option("--set", help="Change one value: hospitals[0].population=9000. May be repeated."),
    ] = None,
    hide_seed: Annotated[bool, typer.Option("--hide-seed", help="Leave the seed out of the manifest.")] = False,
    database: Annotated[
        bool | None, typer.Option(help="Write the DuckDB file as well [default: up to half a million encounters].")
    ] = None,
    notes: Annotated[bool, typer.Option("--notes", help="Write clinical notes in both languages as well.")] = False,
    workers: Annotated[int, typer.Option(min=1, max=256, help="Processes that share the work.")] = 1,
    cluster: Annotated[
        str | None, typer.Option(help="Address of a Dask scheduler that does the work: tcp://host:8786.")
    ] = None,
) -> None:
    """Make a synthetic hospital, or many, and write their records to a folder; an interrupted run can be continued."""
    changes = _overrides(override or [])
    changes |= {key: value for key, value in (("days", days), ("scale", scale)) if value is not None}
    described = load_scenario(scenario, changes)
    expected = expected_encounters(described)
    chosen = remembered_seed(described, out) if seed is None else seed
    begun = perf_counter()
    try:
        with Progress(*COLUMNS, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task(described.en, total=expected)
            produce(
                described,
                out,
                seed=secrets.randbits(63) if chosen is None else chosen,
                means=Means(workers, cluster),
                hide_seed=hide_seed,
                database=expected <= FEW if database is None else database,
                notes=notes,
                progress=lambda done: bar.update(task, completed=done, total=max(done, expected)),
            )
    except KeyboardInterrupt:
        Console(stderr=True).print(
            f"interrupted; what is done is kept in {unfinished(out)}: the same command goes on from there"
        )
        raise typer.Exit(130) from None
    rows = json.loads((out / MANIFEST).read_text(encoding="utf-8"))["rows"]
    Console().print(
        f"{described.en}, {described.days} days: {rows['encounter']:,} encounters, {sum(rows.values()):,} rows "
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
    html: Annotated[Path | None, typer.Option(help="Write a page with plots, in both languages, as well.")] = None,
    fhir: Annotated[bool, typer.Option("--fhir", help="The folder or file is FHIR R4: check that instead.")] = False,
) -> None:
    """Compare a world with published figures and check that its records agree with each other."""
    if fhir:
        validate_fhir(folder, language)
        return
    world = World.read(folder)
    report = check_world(world, folder)
    console = Console()
    zh = language == "zh"
    for name in report.files:
        changed = "缺失,或与清单(manifest.json)不符" if zh else "missing, or not as its manifest.json says"
        console.print(f"[red]{folder / name}[/]: {changed}", soft_wrap=True)
    console.print(_rules(report.rules, zh=zh))
    console.print(_targets(report.targets, zh=zh))
    if html is not None and report.rules:
        write_report(world, folder, report, html)
    if not report.passed:
        raise typer.Exit(1)


def _rules(rules: Sequence[RuleOutcome], *, zh: bool) -> Table:
    table = Table("规则" if zh else "Rule", "违反" if zh else "Violations", title="一致性规则" if zh else "Coherence")
    for rule in rules:
        table.add_row(rule.zh if zh else rule.en, f"[{'red' if rule.violations else 'green'}]{rule.violations}")
    return table


def _targets(targets: Sequence[TargetOutcome], *, zh: bool) -> Table:
    heads = (
        ("编号", "指标", "公布值", "本例", "标准误", "容差", "结果", "来源")
        if zh
        else ("Id", "Quantity", "Published", "Here", "± SE", "Tolerance", "", "Source")
    )
    table = Table(*heads, title="与公布数字比较" if zh else "Published figures")
    for row in targets:
        verdict = "[green]in" if row.inside else "[red]out"
        table.add_row(
            row.id,
            row.quantity,
            f"{row.published:g} {row.unit}",
            f"{row.found:.4g}",
            f"{row.chance:.2g}" if row.chance else "",
            row.tolerance,
            verdict,
            row.source,
        )
    return table

"""`xinglin knowledge`: check all of it, write it as a graph."""

from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from simulator.knowledge.checking import TIERS, Inventory, find_problems, take_inventory
from simulator.knowledge.graph import PREDICATES
from simulator.knowledge.graph_files import write_graph
from simulator.knowledge.knowledge import Knowledge
from simulator.knowledge.loader import FOLDER, load_knowledge

knowledge = typer.Typer(
    help="What the hospital knows of diseases: check it, write it as a graph.", no_args_is_help=True
)
Folder = Annotated[Path, typer.Option("--folder", help="Another folder of knowledge files.", show_default=False)]
Language = Annotated[Literal["zh", "en"], typer.Option("--lang", help="Language of the report.")]

KIND_NAMES = {
    "chapters": ("章", "chapters"),
    "diseases": ("疾病", "diseases"),
    "families": ("疾病族", "families"),
    "symptoms": ("症状", "symptoms"),
    "risk_factors": ("危险因素", "risk factors"),
    "departments": ("科室", "departments"),
    "laboratory": ("检验项目", "laboratory tests"),
    "reference_ranges": ("参考区间", "reference intervals"),
    "panels": ("检验组合", "panels"),
    "vital_signs": ("生命体征", "vital signs"),
    "drugs": ("药品", "drugs"),
    "imaging": ("检查项目", "examinations"),
    "procedures": ("手术与操作", "procedures"),
    "tariffs": ("收费项目", "tariffs"),
    "sources": ("来源", "sources"),
}
EVIDENCE_NAMES = {
    "sourced": ("有出处", "with a source"),
    "estimate/high": ("估计，把握大", "estimate, high confidence"),
    "estimate/medium": ("估计，把握中等", "estimate, medium confidence"),
    "estimate/low": ("估计，把握小", "estimate, low confidence"),
}


@knowledge.command()
def check(folder: Folder = FOLDER, language: Language = "en") -> None:
    """Walk all of the knowledge, print what there is, and list every mistake."""
    found, problems = find_problems(folder)
    console = Console()
    zh = language == "zh"
    inventory = take_inventory(found)
    for table in (_kinds(inventory, zh=zh), _chapters(inventory, found, zh=zh), _evidence(inventory, zh=zh)):
        console.print(table)
    for problem in problems:
        console.print(f"[red]{escape(problem)}[/]", soft_wrap=True)
    console.print(f"{len(problems)} 处错误" if zh else f"{len(problems)} problems")
    if problems:
        raise typer.Exit(1)


@knowledge.command()
def graph(
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder to write the graph to.")],
    folder: Folder = FOLDER,
    language: Language = "en",
) -> None:
    """Write the knowledge as nodes and relations: CSV tables and one GraphML file."""
    counts = write_graph(load_knowledge(folder), out)
    zh = language == "zh"
    table = Table("关系" if zh else "Relation", "数量" if zh else "Number")
    for name, predicate in PREDICATES.items():
        table.add_row(predicate.zh if zh else predicate.en, f"{counts[name]:,}")
    whole = sum(counts[name] for name in PREDICATES)
    console = Console()
    console.print(table)
    said = f"{counts['nodes']:,} 个节点，{whole:,} 条关系" if zh else f"{counts['nodes']:,} nodes, {whole:,} relations"
    console.print(f"{said} -> {out}", soft_wrap=True)


def _kinds(inventory: Inventory, *, zh: bool) -> Table:
    table = Table("种类" if zh else "Kind", "数量" if zh else "Number")
    for kind, n in inventory.kinds.items():
        table.add_row(KIND_NAMES[kind][0 if zh else 1], f"{n:,}")
    return table


def _chapters(inventory: Inventory, found: Knowledge, *, zh: bool) -> Table:
    table = Table("章" if zh else "Chapter", "", *TIERS, "合计" if zh else "Sum")
    for chapter in found.chapters.values():
        counts = [inventory.tiers[chapter.id, tier] for tier in TIERS]
        table.add_row(chapter.id, chapter.zh if zh else chapter.en, *map(str, counts), str(sum(counts)))
    return table


def _evidence(inventory: Inventory, *, zh: bool) -> Table:
    table = Table("疾病数字的依据" if zh else "Figures of diseases", "数量" if zh else "Number", "%")
    whole = max(inventory.evidence.total(), 1)
    for name, (in_zh, in_en) in EVIDENCE_NAMES.items():
        n = inventory.evidence[name]
        table.add_row(in_zh if zh else in_en, f"{n:,}", f"{100 * n / whole:.1f}")
    return table

"""The option --fhir of `validate`: the findings as a table."""

from collections import Counter
from pathlib import Path

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from simulator.formats.fhir import Report, check_fhir

SHOWN = 50
"""Findings printed; the rest is counted."""
HEADS = {
    "en": ("File", "Line", "Resource", "Element", "Reason"),
    "zh": ("文件", "行", "资源", "元素", "原因"),
}


def validate_fhir(folder: Path, language: str) -> None:
    """Check and print; exit 1 if something is wrong, 2 if there is no FHIR."""
    if not folder.exists():
        typer.echo(f"{folder} does not exist", err=True)
        raise typer.Exit(2)
    report = check_fhir(folder)
    if not report.resources and not report.findings:
        typer.echo(f"{folder} holds no FHIR: neither *.ndjson nor *.json with resources", err=True)
        raise typer.Exit(2)
    show(report, language)
    if report.findings:
        raise typer.Exit(1)


def show(report: Report, language: str) -> None:
    """The table, and how many findings each file has."""
    console = Console()
    if report.findings:
        table = Table(*HEADS[language])
        for one in report.findings[:SHOWN]:
            table.add_row(*(escape(text) for text in (one.file, str(one.line), one.id, one.element, one.reason)))
        console.print(table)
        for file, number in Counter(one.file for one in report.findings).most_common():
            console.print(f"{file}: {number:,}", soft_wrap=True)
    told = (
        f"检查 {report.resources:,} 个资源，发现 {len(report.findings):,} 个问题"
        if language == "zh"
        else f"{report.resources:,} resources checked, {len(report.findings):,} findings"
    )
    console.print(told, soft_wrap=True)

"""The command `warehouse`: a world as one database."""

from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer
from rich.console import Console

from simulator.errors import ExportError
from simulator.warehouse import load_duckdb, load_postgres
from simulator.world.world import World


def warehouse(
    folder: Annotated[Path, typer.Argument(help="A world made by `simulate`.")],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="A DuckDB file; a former warehouse is replaced.")
    ] = None,
    address: Annotated[
        str | None, typer.Option("--to", help="A PostgreSQL database: postgresql://user@host/db.")
    ] = None,
    *,
    with_truth: Annotated[bool, typer.Option("--with-truth", help="The answer key too, in the schema truth.")] = False,
) -> None:
    """Make one database of a world: keys, indexes, comments in both languages, value sets and views."""
    if (out is None) == (address is None):
        raise ExportError("say either --out FILE.duckdb or --to postgresql://..., one of them")
    if address is not None and not address.startswith(("postgresql://", "postgres://")):
        raise ExportError("--to must begin with postgresql://")
    world, begun = World.read(folder), perf_counter()
    console = Console(stderr=True)
    with console.status("warehouse") as status:
        if address is not None:
            rows = load_postgres(world, address, truth=with_truth, told=status.update)
        else:
            rows = load_duckdb(world, Path(str(out)), truth=with_truth, told=status.update)
    place = out or "PostgreSQL, schema xinglin"
    Console().print(f"{rows:,} rows in {perf_counter() - begun:.1f} s -> {place}", soft_wrap=True)

"""The last tables of a world on disk: those that need the records of all its hospitals."""

from pathlib import Path

from simulator.knowledge import load_knowledge
from simulator.output.units import about, write_table
from simulator.payment.clearing import BILL, PAGE, clear
from simulator.scenario import Scenario
from simulator.schema import TABLES, conform
from simulator.world.world import World


def close_books(scenario: Scenario, place: Path) -> dict[str, dict[str, object]]:
    """Write the tables of the clearing beside the others; each file's name with its sha256, bytes and rows."""
    world = World(scenario, {}, place)
    pages, bills = world.lazy("front_page").select(PAGE).collect(), world.lazy("settlement").select(BILL).collect()
    files: dict[str, dict[str, object]] = {}
    for name, frame in clear(scenario, load_knowledge().payment, pages, bills).items():
        path = place / f"{name}.parquet"
        write_table(conform(TABLES[name], frame), path)
        files[path.name] = {**about(path), "rows": len(frame)}
    return files

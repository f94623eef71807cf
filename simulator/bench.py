"""How fast a world is made: counted in processor time, everything included from people to files."""

import resource
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from rich.table import Table

from simulator.output import write_world
from simulator.run import simulate
from simulator.scenario_files import load_scenario

SEED = 20250303
KIB = 1024


def bench_simulate() -> Table:
    """`simulate county` from scenario to Parquet and DuckDB, after a small world has compiled the kernels."""
    simulate(load_scenario("clinic", days=2), seed=SEED)
    scenario = load_scenario("county")
    with TemporaryDirectory() as folder:
        wall, begun = perf_counter(), process_time()
        world = simulate(scenario, seed=SEED)
        made = process_time() - begun
        write_world(world, Path(folder) / "world", seed=SEED)
        total, wall = process_time() - begun, perf_counter() - wall
        size = sum(path.stat().st_size for path in (Path(folder) / "world").iterdir())
    encounters = len(world["encounter"])
    rows = sum(len(world[name]) for name in world)
    title = f"simulate {scenario.name}: {scenario.hospitals[0].beds} beds, {scenario.days} days"
    table = Table("figure", "value", title=title)
    for name, value in (
        ("encounters", f"{encounters:,}"),
        ("rows", f"{rows:,}"),
        ("rows per encounter", f"{rows / encounters:.1f}"),
        ("processor seconds, simulation", f"{made:.2f}"),
        ("processor seconds, files included", f"{total:.2f}"),
        ("wall seconds", f"{wall:.2f}"),
        ("encounters per processor second", f"{encounters / total:,.0f}"),
        ("rows per processor second", f"{rows / total:,.0f}"),
        ("peak memory of this process, MiB", f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB:,.0f}"),
        ("files, MiB", f"{size / KIB**2:.1f}"),
    ):
        table.add_row(name, value)
    return table


BENCHES: Mapping[str, Callable[[], Table]] = {"simulate": bench_simulate}

"""How fast a world is made: counted in processor time, everything included from people to files."""

import resource
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from rich.table import Table

from simulator.output import write_world
from simulator.run import simulate
from simulator.scenario_files import load_scenario

SEED = 20250303
KIB = 1024


@dataclass(frozen=True)
class Measured:
    """One run of a scenario: counts, processor and wall seconds, MiB."""

    title: str
    encounters: int
    rows: int
    simulation_s: float
    total_s: float
    wall_s: float
    peak_mib: float
    files_mib: float


def measure(name: str = "county") -> Measured:
    """Simulate and write a scenario, after a small world has loaded the compiled kernels."""
    simulate(load_scenario("clinic", days=2), seed=SEED)
    scenario = load_scenario(name)
    with TemporaryDirectory() as folder:
        wall, begun = perf_counter(), process_time()
        world = simulate(scenario, seed=SEED)
        made = process_time() - begun
        write_world(world, Path(folder) / "world", seed=SEED)
        total, wall = process_time() - begun, perf_counter() - wall
        size = sum(path.stat().st_size for path in (Path(folder) / "world").iterdir())
    return Measured(
        title=f"simulate {name}: {scenario.hospitals[0].beds} beds, {scenario.days} days",
        encounters=len(world["encounter"]),
        rows=sum(len(world[table]) for table in world),
        simulation_s=made,
        total_s=total,
        wall_s=wall,
        peak_mib=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB,
        files_mib=size / KIB**2,
    )


def bench_simulate() -> Table:
    """`simulate county`, from scenario to Parquet and DuckDB, as a table."""
    found = measure()
    table = Table("figure", "value", title=found.title)
    for name, value in (
        ("encounters", f"{found.encounters:,}"),
        ("rows", f"{found.rows:,}"),
        ("rows per encounter", f"{found.rows / found.encounters:.1f}"),
        ("processor seconds, simulation", f"{found.simulation_s:.2f}"),
        ("processor seconds, files included", f"{found.total_s:.2f}"),
        ("wall seconds", f"{found.wall_s:.2f}"),
        ("encounters per processor second", f"{found.encounters / found.total_s:,.0f}"),
        ("rows per processor second", f"{found.rows / found.total_s:,.0f}"),
        ("peak memory of this process, MiB", f"{found.peak_mib:,.0f}"),
        ("files, MiB", f"{found.files_mib:.1f}"),
    ):
        table.add_row(name, value)
    return table


BENCHES: Mapping[str, Callable[[], Table]] = {"simulate": bench_simulate}

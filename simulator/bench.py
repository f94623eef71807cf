"""How fast worlds are made: counted in processor time, everything included from people to Parquet files."""

import json
import resource
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from rich.table import Table

from simulator.formats import FORMATS
from simulator.formats.folder import fill
from simulator.formats.format import Period
from simulator.notes import notes
from simulator.output import produce
from simulator.peers import PEERS, run
from simulator.run import simulate
from simulator.scenario import Scenario
from simulator.scenario_files import load_scenario
from simulator.world.world import World

SEED = 20250303
KIB = 1024
CITY_SHARE = 0.01
EXPORTED, EXPORTED_DAYS = "county", 10


@dataclass(frozen=True)
class Measured:
    """One run of a scenario in this process: counts, processor and wall seconds, MiB."""

    encounters: int
    rows: int
    cpu_s: float
    wall_s: float
    peak_mib: float
    files_mib: float

    @property
    def rate(self) -> float:
        """Encounters per processor second."""
        return self.encounters / self.cpu_s


def measure(scenario: Scenario) -> Measured:
    """Make a world on disk, after a small one has loaded the compiled kernels."""
    simulate(load_scenario("clinic", days=2), seed=SEED)
    with TemporaryDirectory() as folder:
        wall, begun = perf_counter(), process_time()
        world = produce(scenario, Path(folder) / "world", seed=SEED, database=False)
        cpu, wall = process_time() - begun, perf_counter() - wall
        size = sum(path.stat().st_size for path in world.rglob("*") if path.is_file())
        rows = json.loads((world / "manifest.json").read_text(encoding="utf-8"))["rows"]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB
    return Measured(rows["encounter"], sum(rows.values()), cpu, wall, peak, size / KIB**2)


def bench_simulate() -> Table:
    """`tertiary` and `county`, Parquet included, and other simulators beside them."""
    table = Table(
        "", "encounters", "rows each", "CPU s", "encounters/CPU s", "ours / theirs", "peak MiB", title="simulate"
    )
    county, tertiary = (measure(load_scenario(name)) for name in ("county", "tertiary"))
    for name, one in (("tertiary: 1,500 beds, 365 days", tertiary), ("county: 300 beds, 90 days", county)):
        table.add_row(name, *_figures(one.encounters, one.rows, one.cpu_s), "", f"{one.peak_mib:,.0f}")
    for peer in PEERS:
        found = run(peer)
        if found.trouble:
            table.add_row(peer.name, f"not run: {found.trouble}")
        else:
            ratio = tertiary.rate / (found.encounters / found.cpu_s)
            table.add_row(peer.name, *_figures(found.encounters, found.rows, found.cpu_s), f"{ratio:,.0f}")
    return table


def bench_city() -> Table:
    """A hundredth of `city`, by one process; and what the whole of it comes to at that rate."""
    whole, part = load_scenario("city"), load_scenario("city", scale=CITY_SHARE)
    found = measure(part)
    times = sum(one.population for one in whole.hospitals) / sum(one.population for one in part.hospitals)
    table = Table("", "encounters", "rows each", "CPU s", "encounters/CPU s", "peak MiB", "files GiB", title="city")
    for title, factor in ((f"city --scale {CITY_SHARE}", 1.0), ("the whole city, at this rate", times)):
        one = _figures(round(found.encounters * factor), round(found.rows * factor), found.cpu_s * factor)
        table.add_row(title, *one, f"{found.peak_mib:,.0f}", f"{found.files_mib * factor / KIB:,.1f}")
    return table


def bench_notes() -> Table:
    """The notes of a part of `county`, spans included, from tables in memory; a note has a text in each language."""
    world = simulate(load_scenario("county", days=30), seed=SEED)
    notes(simulate(load_scenario("clinic", days=2), seed=SEED), seed=SEED)
    begun = process_time()
    made = notes(world, seed=SEED)
    cpu = process_time() - begun
    written, spans = len(made["note"]), len(made["note_span"])
    letters = sum(int(made["note"][name].str.len_chars().sum()) for name in ("text_zh", "text_en"))
    table = Table("", "notes", "spans each", "characters", "CPU s", "notes/CPU s", "texts/CPU s", title="notes")
    texts = f"{2 * written / cpu:,.0f}"
    row = (f"{written:,}", f"{spans / written:.0f}", f"{letters:,}", f"{cpu:.1f}", f"{written / cpu:,.0f}", texts)
    table.add_row("county, 30 days", *row)
    return table


def bench_export() -> Table:
    """A world with notes in each format, from Parquet files to files on disk."""
    table = Table("", "items", "", "CPU s", "items/CPU s", "MiB", title=f"export of {EXPORTED}, {EXPORTED_DAYS} days")
    with TemporaryDirectory() as folder:
        scenario = load_scenario(EXPORTED, days=EXPORTED_DAYS)
        world = World.read(produce(scenario, Path(folder) / "world", seed=SEED, database=False, notes=True))
        for name, one in FORMATS.items():
            out = Path(folder) / name
            begun = process_time()
            items = fill(world, one, out, Period(), lambda done: None)  # noqa: ARG005  # nobody watches
            cpu = process_time() - begun
            size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
            table.add_row(name, f"{items:,}", one.items, f"{cpu:.1f}", f"{items / cpu:,.0f}", f"{size / KIB**2:,.0f}")
            shutil.rmtree(out)
    return table


def _figures(encounters: int, rows: int, cpu_s: float) -> tuple[str, ...]:
    return f"{encounters:,}", f"{rows / encounters:.1f}", f"{cpu_s:.1f}", f"{encounters / cpu_s:,.0f}"


BENCHES: Mapping[str, Callable[[], Table]] = {
    "simulate": bench_simulate,
    "city": bench_city,
    "notes": bench_notes,
    "export": bench_export,
}

"""Settlement lists as JSON, one line for each stay in a file for each hospital, and two tables of them as CSV."""

from pathlib import Path

import polars as pl

from simulator.formats.format import Period, Progress
from simulator.formats.portions import portions
from simulator.formats.settlement_list.content import BLOCKS, READ, STAY, blocks, codes, rows
from simulator.schema import TABLES
from simulator.world.world import World

TIME = "%Y-%m-%d %H:%M:%S"
FLAT = {"fees": "iteminfo", "payments": "payinfo"}
"""File of CSV -> block that it holds."""


def write_settlement_lists(world: World, folder: Path, period: Period, progress: Progress) -> int:
    """<hospital>.jsonl, fees.csv and payments.csv; returns the number of stays."""
    hours = world.scenario.calendar.utc_offset_hours
    zone = f"Etc/GMT{-hours:+d}"
    count, done = 0, 0
    for tables in portions(world, READ, period):
        missing = {name: pl.DataFrame(schema=TABLES[name].schema) for name in READ if name not in tables}
        parts = {name: _rendered(name, frame, zone) for name, frame in blocks(tables | missing).items()}
        lists = _lists(parts)
        for (hospital,), frame in lists.group_by("hospital", maintain_order=True):
            with (folder / f"{hospital}.jsonl").open("ab") as stream:
                frame.drop("hospital").write_ndjson(stream)
        for name, block in FLAT.items():
            path = folder / f"{name}.csv"
            begun = path.exists()
            with path.open("ab") as stream:
                parts[block].rename({STAY: "mdtrt_id"}).write_csv(stream, include_header=not begun)
        count += len(lists)
        done += len(tables["encounter"])
        progress(done)
    return count


def _rendered(block: str, frame: pl.DataFrame, zone: str) -> pl.DataFrame:
    """The block's columns under the names of the list, as JSON holds them."""
    fields = [row for row in rows("fields") if row["block"] == block]
    return frame.select(STAY, *(_value(frame, row["source"], zone).alias(row["name"]) for row in fields))


def _value(frame: pl.DataFrame, source: str, zone: str) -> pl.Expr:
    column, kind = pl.col(source), frame.schema[source]
    known = codes(source.partition(".")[2])
    if known:
        return column.cast(pl.String).replace_strict(known)
    if isinstance(kind, pl.Datetime):
        return column.dt.convert_time_zone(zone).dt.strftime(TIME)
    if source.endswith("_id") or not (kind.is_numeric() or kind == pl.String):
        return column.cast(pl.String)
    return column


def _lists(parts: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """One row for each stay: its hospital and its blocks, the first a struct, the others lists of structs."""
    head = parts[BLOCKS[0]]
    frame = head.select(STAY, pl.struct(pl.exclude(STAY)).alias(BLOCKS[0]), hospital="fixmedins_code")
    for name in BLOCKS[1:]:
        grouped = parts[name].group_by(STAY).agg(pl.struct(pl.exclude(STAY)).alias(name))
        frame = frame.join(grouped, on=STAY, how="left", maintain_order="left")
    return frame.with_columns(pl.col(name).fill_null([]) for name in BLOCKS[1:]).drop(STAY)

"""A world piece by piece, so that a format of any size is written in bounded memory."""

from collections.abc import Iterator, Sequence

import polars as pl

from simulator.formats.format import Period
from simulator.world.world import World

PORTION = 20_000
"""Encounters rendered at once."""


def portions(
    world: World, names: Sequence[str], period: Period | None = None, size: int = PORTION
) -> Iterator[dict[str, pl.DataFrame]]:
    """The named tables for `size` encounters after another; tables without an encounter are given whole each time.

    Encounters come in order of hospital and registration; a table that the world does not have is empty.
    """
    chosen = encounters(world, period or Period())
    lone = {name for name in names if name in world and "encounter_id" not in world.lazy(name).collect_schema()}
    whole = {name: world[name] for name in lone}
    for start in range(0, len(chosen), size):
        ids = chosen[start : start + size].to_frame()
        first, last = ids["encounter_id"][0], ids["encounter_id"][-1]
        yield whole | {
            name: world.lazy(name)
            .filter(pl.col("encounter_id").is_between(first, last))
            .join(ids.lazy(), on="encounter_id", how="semi", maintain_order="left")
            .collect()
            for name in names
            if name in world and name not in whole
        }


def encounters(world: World, period: Period) -> pl.Series:
    """The ids of a period's encounters, ascending."""
    rows = world.lazy("encounter")
    if period.begin is not None:
        rows = rows.filter(pl.col("registered_at") >= period.begin)
    if period.end is not None:
        rows = rows.filter(pl.col("registered_at") < period.end)
    return rows.select("encounter_id").collect().to_series().sort()

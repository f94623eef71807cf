"""What a world says in the columns that a system carries, at the precision that its profile declares."""

import re
from pathlib import Path

import polars as pl

from simulator import World
from simulator.vendors.laboratory import SAID, conversions
from simulator.vendors.profile import Profile, Sheet
from simulator.vendors.views import JOINED, LINKS

EXACT = 1e-9


def assert_same(world: World, profile: Profile, back: dict[str, pl.DataFrame]) -> int:
    """Every table equals the truth; returns the number of values compared."""
    compared = 0
    for sheet in profile.sheets:
        table, found = sheet.heading.table, back[sheet.heading.table]
        wanted, tolerances = truth(world, sheet)
        assert set(found.columns) == set(wanted.columns), f"{profile.name} {table}"
        assert len(found) == len(wanted), f"{profile.name} {table}: {len(found)} rows, should be {len(wanted)}"
        exact = [name for name in wanted.columns if name not in tolerances]
        found, wanted = (_sorted(frame, [*exact, *tolerances]) for frame in (found, wanted))
        for name in exact:
            unlike = found[name].ne_missing(wanted[name])
            assert not unlike.any(), f"{profile.name} {table}.{name}: {found.filter(unlike)} {wanted.filter(unlike)}"
        for name, tolerance in tolerances.items():
            assert found[name].is_null().equals(wanted[name].is_null()), f"{profile.name} {table}.{name}"
            allowed = _allowed(wanted, tolerance, profile)
            far = (found[name] - wanted[name]).abs().cast(pl.Float64) > allowed + 1e-5 * wanted[name].abs()
            assert not far.any(), f"{profile.name} {table}.{name}: {found.filter(far)} {wanted.filter(far)}"
        compared += found.width * len(found)
    return compared


def truth(world: World, sheet: Sheet) -> tuple[pl.DataFrame, dict[str, str]]:
    """The columns as the system should give them back, and which of them only nearly."""
    frame, near = world[sheet.heading.table], {}
    chosen: dict[str, pl.Expr] = {}
    for column in sheet.columns:
        if column.field in JOINED:
            other, name = JOINED[column.field]
            key = LINKS[column.field]
            frame = frame.join(world[other].select(key, pl.col(name).cast(pl.String).alias(column.field)), on=key)
    for column in sheet.columns:
        for field in SAID.get(column.field, (column.field,)):
            value = pl.col(field)
            if column.precision == "minute":
                value = value.dt.truncate("1m")
            elif match := re.fullmatch(r"(\d+) characters", column.precision):
                value = value.cast(pl.String).str.head(int(match[1]))
            elif column.precision != "exact" and frame.schema[field].is_float():
                near[field] = column.precision
            chosen[field] = value.alias(field)
    return frame.select(chosen.values()), near


def _allowed(wanted: pl.DataFrame, tolerance: str, profile: Profile) -> pl.Series | float:
    if tolerance != "laboratory":
        return float(tolerance) / 2 + EXACT
    cap = 0.0 if profile.cover.decimals is None else 0.5 * 10.0**-profile.cover.decimals
    if not profile.cover.conventional_units:
        return cap + EXACT
    rules = conversions().select("test_code", (0.5 * 10.0 ** -pl.col("decimals") / pl.col("factor")).alias("allowed"))
    codes = wanted.select(pl.col("test_code").cast(pl.String))
    return codes.join(rules, on="test_code", how="left", maintain_order="left")["allowed"].fill_null(cap) + EXACT


def _sorted(frame: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    texts = [pl.col(name).cast(pl.String) for name, kind in frame.schema.items() if kind in (pl.Categorical, pl.Enum)]
    return frame.select(names).with_columns(texts).sort(names, nulls_last=True)


def files(folder: Path) -> dict[str, bytes]:
    """Every file of a folder by its name."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

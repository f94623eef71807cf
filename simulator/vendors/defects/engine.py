"""Puts defects into the sheets of an export, kind after kind, each from random streams of its own."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from simulator.formats.format import Period
from simulator.seeds import SeedTree, stream
from simulator.vendors.defects import cells, codes, people, records
from simulator.vendors.defects.key import numbered
from simulator.vendors.defects.page import Mask, Page, Rows
from simulator.vendors.defects.spec import checked, defect_kinds
from simulator.vendors.profile import Profile
from simulator.vendors.views import REGISTRY
from simulator.world.world import World


@dataclass(frozen=True)
class Scene:
    """A portion: its pages by sheet, its new patients, its encounters."""

    pages: Mapping[str, Page]
    newcomers: pl.DataFrame
    visits: pl.DataFrame


KINDS: Mapping[str, Callable[["DefectEngine", Scene, float], None]] = {
    "code_drift": codes.code_drift,
    "duplicate_patient": people.duplicate_patient,
    "merged_identity": people.merged_identity,
    "missing_identifier": people.missing_identifier,
    "spelling_variant": people.spelling_variant,
    "unit_slip": cells.unit_slip,
    "decimal_shift": cells.decimal_shift,
    "impossible_time": cells.impossible_time,
    "stale_copy": cells.stale_copy,
    "timezone_slip": cells.timezone_slip,
    "swapped_columns": cells.swapped_columns,
    "mojibake": records.mojibake,
    "truncated": records.truncated,
    "lost_row": records.lost_row,
    "repeated_row": records.repeated_row,
}


class DefectEngine:
    """The defects of one export. rates: kind -> 0 to 1; the same seed gives the same defects.

    upgrade: from this moment on (that of the encounter's registration), codes have drifted.
    """

    def __init__(self, profile: Profile, rates: Mapping[str, float], seed: int, upgrade: dt.datetime) -> None:
        given = checked(rates, "defects")
        self.profile, self.upgrade = profile, upgrade
        self.rates = {kind: given[kind] for kind in defect_kinds() if given.get(kind)}
        self.merged = pl.DataFrame(schema={"patient_id": pl.Int64, "into": pl.Int64, "into_mrn": pl.String})
        self.drift: dict[str, Mapping[str, str]] = {}
        self._tree = SeedTree(seed)
        self._streams: dict[tuple[str, str], np.random.Generator] = {}
        self._key: list[pl.DataFrame] = []

    def apply(
        self, sources: Mapping[str, pl.DataFrame], newcomers: pl.DataFrame, visits: pl.DataFrame
    ) -> dict[str, pl.DataFrame]:
        """The damaged text of the sheets; what was done to them is added to the key."""
        pages = {sheet.name: Page(sheet, self.profile, sources[sheet.name]) for sheet in self.profile.sheets}
        scene = Scene({name: page for name, page in pages.items() if page.table not in REGISTRY}, newcomers, visits)
        for kind, rate in self.rates.items():
            KINDS[kind](self, scene, rate)
        self._key += [part for page in pages.values() for part in page.key]
        return {name: page.result() for name, page in pages.items()}

    def key(self) -> pl.DataFrame:
        """The answer key of all that was applied so far."""
        return numbered(self.profile.name, self._key)

    def stream(self, kind: str, name: str) -> np.random.Generator:
        """The stream of one kind in one sheet, going on from portion to portion."""
        if (kind, name) not in self._streams:
            self._streams[kind, name] = stream(self._tree, "vendors", self.profile.name, kind, name)
        return self._streams[kind, name]

    def pick(self, kind: str, page: Page, rate: float, eligible: Mask, columns: list[str] | None) -> Rows:
        """The rows of a page that the rate falls on, of those eligible and not yet touched in these columns."""
        drawn = self.stream(kind, page.sheet.name).random(len(eligible)) < rate
        return np.flatnonzero(drawn & eligible & page.free(columns))


def middle(world: World, period: Period) -> dt.datetime:
    """The moment halfway through what is exported: when an upgrade comes."""
    rows = world.lazy("encounter").select(pl.col("registered_at"))
    begin, end = period.begin, period.end
    rows = rows if begin is None else rows.filter(pl.col("registered_at") >= begin)
    rows = rows if end is None else rows.filter(pl.col("registered_at") < end)
    first, last = (
        rows.select(pl.col("registered_at").min(), pl.col("registered_at").max().alias("last")).collect().row(0)
    )
    halfway: dt.datetime = first + (last - first) / 2
    return halfway

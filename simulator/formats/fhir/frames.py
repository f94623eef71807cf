"""The tables of one portion as the renderers want them: each prepared once, when it is first asked for."""

import datetime as dt
from collections.abc import Mapping

import polars as pl

from simulator.formats.fhir.json_text import prepared
from simulator.scenario import Scenario
from simulator.schema import TABLES


class Frames:
    """Tables by name. `raw(name)`: as in the world; `frames[name]`: every column as text for JSON."""

    def __init__(self, scenario: Scenario, tables: Mapping[str, pl.DataFrame]) -> None:
        self.hours = int(scenario.calendar.utc_offset_hours)
        self.end = dt.datetime.combine(scenario.start, dt.time(), scenario.calendar.zone) + dt.timedelta(scenario.days)
        self._tables = tables
        self._done: dict[str, pl.DataFrame] = {}

    def raw(self, name: str) -> pl.DataFrame:
        """A table as it is in the world; empty if the world does not have it."""
        return self._tables[name] if name in self._tables else pl.DataFrame(schema=TABLES[name].schema)

    def text(self, frame: pl.DataFrame) -> pl.DataFrame:
        """A frame of one's own as text."""
        return prepared(frame, self.hours)

    def __getitem__(self, name: str) -> pl.DataFrame:
        if name not in self._done:
            self._done[name] = self.text(self.raw(name))
        return self._done[name]

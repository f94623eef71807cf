"""A world: a read-only mapping of table name to table, in memory or read from Parquet as needed, plus its scenario."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import polars as pl

from simulator.errors import WorldError
from simulator.scenario import Scenario
from simulator.scenario_files import parse
from simulator.schema import TABLES, conform

MANIFEST = "manifest.json"


class World(Mapping[str, pl.DataFrame]):
    """Tables by name, in the order of the data dictionary."""

    def __init__(self, scenario: Scenario, tables: Mapping[str, pl.DataFrame], folder: Path | None = None) -> None:
        self.scenario = scenario
        self._tables = {name: conform(TABLES[name], tables[name]) for name in TABLES if name in tables}
        self._folder = folder
        present = [name for name in TABLES if folder is not None and self.files(name)]
        self._names = tuple(present or self._tables)

    @classmethod
    def read(cls, folder: Path | str) -> "World":
        """The world in a folder; a table is read when it is first asked for. WorldError if the folder holds none."""
        folder = Path(folder)
        try:
            manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
            scenario = parse(manifest["scenario"], f"{folder / MANIFEST}: scenario")
        except FileNotFoundError:
            raise WorldError(
                f"{folder} holds no world: it has no {MANIFEST}; make one with `xinglin simulate`"
            ) from None
        except (json.JSONDecodeError, KeyError, UnicodeDecodeError) as error:
            raise WorldError(f"{folder / MANIFEST} is damaged ({error}); simulate again") from error
        return cls(scenario, {}, folder)

    def __getitem__(self, name: str) -> pl.DataFrame:
        if name not in self._tables:
            self._tables[name] = conform(TABLES[name], self.lazy(name).collect())
        return self._tables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def lazy(self, name: str) -> pl.LazyFrame:
        """A table as a lazy query, so that only the columns and rows asked for are read."""
        if name in self._tables:
            return self._tables[name].lazy()
        if name not in self._names or self._folder is None:
            raise KeyError(name)
        try:
            schema = TABLES[name].schema
            return pl.scan_parquet(self.files(name)).cast(schema)
        except (OSError, pl.exceptions.PolarsError) as error:
            raise WorldError(f"{self._folder / name}.parquet cannot be read ({error}); simulate again") from error

    def files(self, name: str) -> list[Path]:
        """The Parquet files of a table: one, or one for each part of each hospital, in order; none in memory."""
        if self._folder is None:
            return []
        whole = self._folder / f"{name}.parquet"
        return [whole] if whole.is_file() else sorted((self._folder / name).glob("h*.parquet"))

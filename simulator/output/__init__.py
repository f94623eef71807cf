"""A world as files: Parquet tables, one DuckDB database, a manifest and the data dictionary."""

from simulator.output.folder import write_world

__all__ = ["write_world"]

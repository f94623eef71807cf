"""A world as files: Parquet tables, one DuckDB database, a manifest and the data dictionary."""

from simulator.output.folder import write_world
from simulator.output.production import Means, produce

__all__ = ["Means", "produce", "write_world"]

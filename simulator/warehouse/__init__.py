"""A world as one database with keys, comments, value sets and views, in DuckDB or PostgreSQL."""

from simulator.warehouse.duck import load_duckdb
from simulator.warehouse.postgres import load_postgres

__all__ = ["load_duckdb", "load_postgres"]

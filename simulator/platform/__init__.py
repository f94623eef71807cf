"""The regional platform of a consortium: daily batches of many systems, checked and joined; one index of patients."""

from simulator.platform.index import Index, link, score
from simulator.platform.packing import SCHEMA_VERSION, Manifest, one_hospital, pack
from simulator.platform.receiving import Platform

__all__ = ["SCHEMA_VERSION", "Index", "Manifest", "Platform", "link", "one_hospital", "pack", "score"]

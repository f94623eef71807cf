"""Which defects are wanted and how often: a YAML file {kind: rate}, checked."""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from simulator.errors import ExportError, KnowledgeError
from simulator.knowledge.reading import read_yaml

TABLE = Path(__file__).parent / "kinds.csv"


@cache
def defect_kinds() -> Mapping[str, tuple[str, str]]:
    """Kind -> (zh, en), in the order in which they are applied: who comes later leaves cells of who came before."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {row["kind"]: (row["zh"], row["en"]) for row in csv.DictReader(file)}


def read_spec(path: Path) -> dict[str, float]:
    """The rates in a file; ExportError names file, key, value and what would be right."""
    try:
        found = read_yaml(path, str(path))
    except KnowledgeError as error:
        raise ExportError(str(error)) from None
    return checked(found, str(path))


def checked(rates: Mapping[str, object], where: str) -> dict[str, float]:
    """The rates as numbers; ExportError names the first that is wrong."""
    for kind, rate in rates.items():
        if kind not in defect_kinds():
            raise ExportError(f"{where}: {kind} is no kind of defect; there are {', '.join(defect_kinds())}")
        if isinstance(rate, bool) or not isinstance(rate, int | float) or not 0 <= rate <= 1:
            raise ExportError(f"{where}: {kind} must be a rate from 0 to 1, for example 0.01, got {rate!r}")
    return {kind: float(str(rate)) for kind, rate in rates.items()}

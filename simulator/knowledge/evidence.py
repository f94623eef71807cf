"""Where a number comes from: a source that exists, or an estimate with a word of confidence.

In a file a number is written plainly (then the block's ``evidence`` speaks for it) or with its own source::

    incidence: {v: 505.2, src: stroke-2020}
    median_d: {v: 7, src: estimate/low}

`split` takes such a tree apart into plain values and the evidence of every path.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from simulator.errors import KnowledgeError

CONFIDENCES = ("low", "medium", "high")
ESTIMATE = "estimate"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One statement about a number: a source's id or `estimate`, and how far to trust it."""

    source: str
    confidence: str

    @property
    def is_estimate(self) -> bool:
        """Whether nobody published the number."""
        return self.source == ESTIMATE


def parse(text: object, where: str, sources: Mapping[str, object]) -> Evidence:
    """Read `source` or `source/confidence`; KnowledgeError unless the source is known and an estimate says how sure."""
    source, _, confidence = str(text).partition("/")
    if source != ESTIMATE and source not in sources:
        raise KnowledgeError(
            f"{where}: {text!r} is not a source; write an id of sources.yaml "
            f"or estimate/low, estimate/medium, estimate/high"
        )
    if source == ESTIMATE and not confidence:
        raise KnowledgeError(f"{where}: {text!r} lacks its confidence; write {text}/low, {text}/medium or {text}/high")
    confidence = confidence or "high"
    if confidence not in CONFIDENCES:
        raise KnowledgeError(f"{where}: confidence {confidence!r} must be one of {', '.join(CONFIDENCES)}")
    return Evidence(source, confidence)


def split(tree: object, path: str = "") -> tuple[Any, dict[str, str]]:
    """Replace every ``{v: …, src: …}`` by its value; returns (plain tree, {path: src as written})."""
    if isinstance(tree, dict):
        if "v" in tree and set(tree) <= {"v", "src"}:
            return tree["v"], {path: str(tree.get("src", ""))}
        plain: dict[Any, Any] = {}
        found: dict[str, str] = {}
        for key, value in tree.items():
            plain[key], below = split(value, f"{path}.{key}" if path else str(key))
            found |= below
        return plain, found
    return tree, {}


def lookup(stated: Mapping[str, Evidence], path: str) -> Evidence | None:
    """Evidence of the longest stated prefix of a dotted path; `default` is the shortest of all."""
    parts = path.split(".")
    for n in range(len(parts), 0, -1):
        if (found := stated.get(".".join(parts[:n]))) is not None:
            return found
    return stated.get("default")


def numbers(tree: object, path: str = "") -> Iterator[tuple[str, float]]:
    """Every number of a plain tree with its dotted path (booleans are not numbers)."""
    if isinstance(tree, Mapping):
        for key, value in tree.items():
            yield from numbers(value, f"{path}.{key}" if path else str(key))
    elif isinstance(tree, list | tuple):
        for value in tree:
            yield from numbers(value, path)
    elif isinstance(tree, int | float) and not isinstance(tree, bool):
        yield path, float(tree)

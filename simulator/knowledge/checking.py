"""`knowledge check`: every problem of the knowledge files, and what they hold: counts, chapters, tiers, evidence."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from simulator.knowledge.evidence import numbers
from simulator.knowledge.knowledge import Knowledge
from simulator.knowledge.loader import read_knowledge
from simulator.knowledge.models import Disease

TIERS = ("A", "B", "C")
KINDS = (
    "chapters", "diseases", "families", "symptoms", "risk_factors", "departments", "laboratory", "reference_ranges",
    "panels", "vital_signs", "drugs", "imaging", "procedures", "tariffs", "sources",
)  # fmt: skip
NOT_FIGURES = ("occurrence.of.ages", "occurrence.age.first", "occurrence.age.last")
"""Paths that bound a figure and are none themselves."""


@dataclass(frozen=True)
class Inventory:
    """What there is: entries by kind, diseases by (chapter, tier), figures of diseases by where they come from."""

    kinds: dict[str, int]
    tiers: Counter[tuple[str, str]]
    evidence: Counter[str]


def find_problems(folder: Path) -> tuple[Knowledge, list[str]]:
    """All that can be read of a folder of knowledge files, and every complaint about the rest, in reading order.

    Raises KnowledgeError for a file that cannot be read at all.
    """
    found: list[str] = []
    knowledge = read_knowledge(folder, tell=lambda error: found.append(str(error)))
    return knowledge, list(dict.fromkeys(found))


def take_inventory(knowledge: Knowledge) -> Inventory:
    """Count what a set of knowledge holds."""
    diseases = list(knowledge.diseases.values())
    return Inventory(
        kinds={kind: len(getattr(knowledge, kind)) for kind in KINDS},
        tiers=Counter((d.chapter, d.tier) for d in diseases),
        evidence=sum((figures(d) for d in diseases), Counter[str]()),
    )


def figures(disease: Disease) -> Counter[str]:
    """How many of a disease's figures are `sourced`, and how many are estimates of which confidence."""
    tree = disease.model_dump(exclude={"evidence"}, exclude_unset=True)
    stated = [disease.evidence_for(path) for path, _ in numbers(tree) if path not in NOT_FIGURES]
    return Counter(f"estimate/{e.confidence}" if e.is_estimate else "sourced" for e in stated)

"""`load_knowledge()`: every file of this folder, read once per process, checked, joined."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from simulator.errors import KnowledgeError
from simulator.knowledge import catalogue as cat
from simulator.knowledge.base import Named
from simulator.knowledge.disease_files import read_diseases
from simulator.knowledge.knowledge import Knowledge
from simulator.knowledge.reading import build, by_id, read_csv, read_yaml
from simulator.knowledge.references import check_references

FOLDER = Path(__file__).parent
Entry = TypeVar("Entry", bound=Named)


@cache
def load_knowledge(folder: Path = FOLDER) -> Knowledge:
    """Read and check all knowledge files; the same object for every call of a process.

    Raises KnowledgeError naming file, key or line, value and what would be right.
    """
    sources = _yaml(folder, "sources.yaml", cat.Source)
    family_tree = read_yaml(folder / "families.yaml")
    knowledge = Knowledge(
        sources=sources,
        departments=_csv(folder, "departments.csv", cat.Department),
        symptoms=_csv(folder, "symptoms.csv", cat.Symptom),
        risk_factors=_csv(folder, "risk_factors.csv", cat.RiskFactor),
        laboratory=_csv(folder, "laboratory.csv", cat.LabTest),
        reference_ranges=tuple(read_csv(folder / "laboratory_ranges.csv", cat.ReferenceRange)),
        panels=_yaml(folder, "panels.yaml", cat.Panel),
        vital_signs=_csv(folder, "vital_signs.csv", cat.VitalSign),
        vital_ranges=tuple(read_csv(folder / "vital_sign_ranges.csv", cat.VitalRange)),
        drugs=_csv(folder, "drugs.csv", cat.Drug),
        imaging=_yaml(folder, "imaging.yaml", cat.Imaging),
        procedures=_csv(folder, "procedures.csv", cat.Procedure),
        tariffs=_csv(folder, "tariffs.csv", cat.Tariff),
        census=tuple(read_csv(folder / "census.csv", cat.AgeGroup)),
        families=_families(family_tree),
        diseases=MappingProxyType(read_diseases(folder, family_tree, sources)),
    )
    check_references(knowledge)
    return knowledge


def _csv(folder: Path, name: str, model: type[Entry]) -> Mapping[str, Entry]:
    return MappingProxyType(by_id(name, read_csv(folder / name, model)))


def _yaml(folder: Path, name: str, model: type[Any]) -> Mapping[str, Any]:
    """Entries by id; a line `evidence: …` at the head speaks for every entry that states no `source` of its own."""
    tree = read_yaml(folder / name)
    common = {"source": tree.pop("evidence")} if "evidence" in tree else {}
    found: dict[str, Any] = {}
    for key, entry in tree.items():
        about = {"id": key, **common, **_mapping(entry, f"{name} {key}")}
        found[key] = build(model, about, lambda part, key=key: f"{name} {key}.{part}")  # type: ignore[misc]
    return MappingProxyType(found)


def _families(tree: dict[str, Any]) -> Mapping[str, cat.Family]:
    names: dict[str, cat.Family] = {}
    for key, entry in tree.items():
        entry = _mapping(entry, f"families.yaml {key}")  # noqa: PLW2901  # the same entry, now known to be a mapping
        about: dict[str, Any] = {"id": key, **{k: entry[k] for k in ("zh", "en") if k in entry}}
        names[key] = build(cat.Family, about, lambda k, key=key: f"families.yaml {key}.{k}")  # type: ignore[misc]
    return MappingProxyType(names)


def _mapping(entry: object, where: str) -> dict[str, Any]:
    if not isinstance(entry, dict):
        raise KnowledgeError(f"{where}: must hold keys and values, got {entry!r}")
    return entry

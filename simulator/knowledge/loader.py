"""`load_knowledge()`: every file of this folder, read once per process, checked, joined."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from simulator.errors import KnowledgeError
from simulator.knowledge import catalogue as cat
from simulator.knowledge.base import Named
from simulator.knowledge.demography import read_demography
from simulator.knowledge.disease_files import read_diseases
from simulator.knowledge.home import read_home
from simulator.knowledge.knowledge import Knowledge
from simulator.knowledge.payment_files import read_payment, ungrouped
from simulator.knowledge.reading import Tell, at_once, build, by_id, read_csv, read_yaml
from simulator.knowledge.references import check_references

FOLDER = Path(__file__).parent
Entry = TypeVar("Entry", bound=Named)


@cache
def load_knowledge(folder: Path = FOLDER) -> Knowledge:
    """Read and check all knowledge files; the same object for every call of a process.

    Raises KnowledgeError naming file, key or line, value and what would be right.
    """
    return read_knowledge(folder)


def read_knowledge(folder: Path, tell: Tell = at_once) -> Knowledge:
    """Read all files; each mistake goes to `tell`, and unless that raises, its entry is left out."""
    sources = _yaml(folder, "sources.yaml", cat.Source, tell)
    family_tree = read_yaml(folder / "families.yaml")
    chapters, diseases = read_diseases(folder, family_tree, sources, tell)
    knowledge = Knowledge(
        sources=sources,
        departments=_csv(folder, "departments.csv", cat.Department, tell),
        symptoms=_csv(folder, "symptoms.csv", cat.Symptom, tell),
        risk_factors=_csv(folder, "risk_factors.csv", cat.RiskFactor, tell),
        laboratory=_csv(folder, "laboratory.csv", cat.LabTest, tell),
        reference_ranges=tuple(read_csv(folder / "laboratory_ranges.csv", cat.ReferenceRange, tell)),
        panels=_yaml(folder, "panels.yaml", cat.Panel, tell),
        vital_signs=_csv(folder, "vital_signs.csv", cat.VitalSign, tell),
        vital_ranges=tuple(read_csv(folder / "vital_sign_ranges.csv", cat.VitalRange, tell)),
        drugs=_csv(folder, "drugs.csv", cat.Drug, tell),
        imaging=_yaml(folder, "imaging.yaml", cat.Imaging, tell),
        procedures=_csv(folder, "procedures.csv", cat.Procedure, tell),
        alternatives=_yaml(folder, "alternatives.yaml", cat.Alternative, tell),
        tariffs=_csv(folder, "tariffs.csv", cat.Tariff, tell),
        census=tuple(read_csv(folder / "census.csv", cat.AgeGroup, tell)),
        families=_families(family_tree, tell),
        chapters=MappingProxyType(chapters),
        diseases=MappingProxyType(diseases),
        payment=read_payment(folder, tell),
        demography=read_demography(folder, tell),
        home=read_home(folder, diseases.values(), tell),
    )
    check_references(knowledge, tell)
    _check_regions(knowledge, tell)
    for complaint in ungrouped(knowledge.payment, chapters.values(), diseases.values()):
        tell(KnowledgeError(complaint))
    return knowledge


def _check_regions(knowledge: Knowledge, tell: Tell) -> None:
    for row in knowledge.demography.regional:
        disease = knowledge.diseases.get(row.disease)
        if disease is None or disease.occurrence.prevalence is None:
            tell(KnowledgeError(f"regional.csv: disease must be a long-standing one, got {row.disease}"))


def _csv(folder: Path, name: str, model: type[Entry], tell: Tell) -> Mapping[str, Entry]:
    return MappingProxyType(by_id(name, read_csv(folder / name, model, tell), tell))


def _yaml(folder: Path, name: str, model: type[Any], tell: Tell) -> Mapping[str, Any]:
    """Entries by id; a line `evidence: …` at the head speaks for every entry that states no `source` of its own."""
    tree = read_yaml(folder / name)
    common = {"source": tree.pop("evidence")} if "evidence" in tree else {}
    found: dict[str, Any] = {}
    for key, entry in tree.items():
        try:
            about = {"id": key, **common, **_mapping(entry, f"{name} {key}")}
            found[key] = build(model, about, lambda part, key=key: f"{name} {key}.{part}")  # type: ignore[misc]
        except KnowledgeError as error:
            tell(error)
    return MappingProxyType(found)


def _families(tree: dict[str, Any], tell: Tell) -> Mapping[str, cat.Family]:
    names: dict[str, cat.Family] = {}
    for key, entry in tree.items():
        try:
            written = _mapping(entry, f"families.yaml {key}")
            about: dict[str, Any] = {"id": key, **{k: written[k] for k in ("zh", "en") if k in written}}
            names[key] = build(cat.Family, about, lambda k, key=key: f"families.yaml {key}.{k}")  # type: ignore[misc]
        except KnowledgeError as error:
            tell(error)
    return MappingProxyType(names)


def _mapping(entry: object, where: str) -> dict[str, Any]:
    if not isinstance(entry, dict):
        raise KnowledgeError(f"{where}: must hold keys and values, got {entry!r}")
    return entry

"""Reads diseases/<chapter>.yaml: one file per ICD-10 chapter, each disease laid over the defaults of its family."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import Field

from simulator.errors import KnowledgeError
from simulator.knowledge.base import Entry, Text
from simulator.knowledge.catalogue import Chapter
from simulator.knowledge.evidence import Evidence, parse, split
from simulator.knowledge.models import Disease
from simulator.knowledge.reading import Tell, at_once, build, read_yaml

Tree = dict[str, Any]
Code = Annotated[str, Field(pattern=r"^[A-Z]\d\d$")]
WHOLE = frozenset({"settings", "stay", "physiology"})
"""Blocks whose figures make sense only together: a disease's own replaces the family's."""


class ChapterFile(Entry):
    """The head of a chapter file and the diseases below it.

    evidence: statements, by path, for all diseases of the file that do not speak of that path themselves.
    """

    chapter: Annotated[str, Field(pattern=r"^[IVX]+$")]
    zh: Text
    en: Text
    first: Code
    last: Code
    evidence: Mapping[str, str] = {}
    diseases: Annotated[Mapping[str, Mapping[str, Any]], Field(min_length=1)]


@dataclass(frozen=True)
class Layer:
    """One written tree with the evidence it states; `name` says where it stands."""

    name: str
    tree: Tree
    evidence: dict[str, Evidence]

    @cached_property
    def leaves(self) -> dict[str, Evidence]:
        """The evidence of each of its leaves, so that a family's statement never speaks for a disease's figure."""
        return {path: evidence for path, evidence in _leaves(self.tree, self.evidence) if evidence is not None}


def read_diseases(
    folder: Path, family_tree: Tree, sources: Mapping[str, object], tell: Tell = at_once
) -> tuple[dict[str, Chapter], dict[str, Disease]]:
    """All chapters by number and diseases by id, chapter files in alphabetical order; a wrong disease is left out."""
    families = _family_layers(family_tree, sources, tell)
    chapters: dict[str, Chapter] = {}
    found: dict[str, Disease] = {}
    for path in sorted((folder / "diseases").glob("*.yaml")):
        file = f"diseases/{path.name}"
        tree = read_yaml(path, file)
        try:
            chapter = build(ChapterFile, tree, lambda key, file=file: f"{file} {key}")  # type: ignore[misc]
        except KnowledgeError as error:
            tell(error)
            continue
        head = {key: getattr(chapter, key) for key in ("zh", "en", "first", "last")}
        chapters[chapter.chapter] = Chapter(id=chapter.chapter, **head)
        for name, entry in chapter.diseases.items():
            try:
                found[name] = _one(name, dict(entry), (file, chapter), families, sources, found)
            except KnowledgeError as error:
                tell(error)
    return chapters, found


def _one(  # noqa: PLR0913, PLR0917  # what a disease is made of
    name: str,
    entry: Tree,
    place: tuple[str, ChapterFile],
    families: Mapping[str, Layer],
    sources: Mapping[str, object],
    found: Mapping[str, Disease],
) -> Disease:
    """The disease `name` of a chapter file, laid over its family."""
    file, chapter = place
    where = f"{file} {name}"
    if name in found:
        raise KnowledgeError(f"{where}: stands already in chapter {found[name].chapter}")
    own = _layer(where, entry, sources, chapter.evidence)
    about = {"id": name, "chapter": chapter.chapter, "file": file}
    disease = _disease(about, own, _family_of(own, families))
    _in_chapter(where, disease, chapter)
    return disease


def _family_layers(tree: Tree, sources: Mapping[str, object], tell: Tell) -> dict[str, Layer]:
    layers: dict[str, Layer] = {}
    for name, entry in tree.items():
        try:
            layers[name] = _family_layer(name, entry, sources)
        except KnowledgeError as error:
            tell(error)
    return layers


def _family_of(own: Layer, families: Mapping[str, Layer]) -> Layer:
    family = families.get(str(own.tree.get("family")))
    if family is None:
        raise KnowledgeError(f"{own.name}.family: must be one of {', '.join(families)}, got {own.tree.get('family')!r}")
    return family


def _in_chapter(where: str, disease: Disease, chapter: ChapterFile) -> None:
    if not chapter.first <= disease.icd10[:3] <= chapter.last:
        raise KnowledgeError(
            f"{where}.icd10: must lie in chapter {chapter.chapter}, {chapter.first} to {chapter.last}, "
            f"got {disease.icd10!r}"
        )


def _family_layer(name: str, entry: Tree, sources: Mapping[str, object]) -> Layer:
    where = f"families.yaml {name}"
    if "evidence" not in entry:
        raise KnowledgeError(f"{where}.evidence: is missing; state at least a default such as estimate/medium")
    return _layer(where, {k: v for k, v in entry.items() if k not in {"zh", "en"}}, sources)


def _layer(
    where: str, tree: Tree, sources: Mapping[str, object], common: Mapping[str, str] = MappingProxyType({})
) -> Layer:
    """Split a written tree into plain values and evidence (its `evidence` statements and its own `{v, src}`)."""
    stated = tree.pop("evidence", {})
    if isinstance(stated, str):
        stated = {"default": stated}
    if not isinstance(stated, dict):
        raise KnowledgeError(f"{where}.evidence: must be a source or a mapping of path to source, got {stated!r}")
    plain, own = split(tree)
    written = {**common, **stated}
    evidence = {path: parse(text, f"{where}.evidence.{path}", sources) for path, text in written.items()}
    evidence |= {path: parse(text, f"{where}.{path}", sources) for path, text in own.items()}
    return Layer(where, plain, evidence)


def _disease(about: dict[str, str], own: Layer, family: Layer) -> Disease:
    if "default" not in own.evidence:
        raise KnowledgeError(f"{own.name}.evidence: is missing; state at least a default such as estimate/medium")
    evidence = {"default": own.evidence["default"], **family.leaves, **own.leaves}
    merged = {**_over(family.tree, own.tree), **about, "evidence": evidence}
    return build(Disease, merged, lambda key: _origin(key, own, family))


def _leaves(
    tree: Tree, stated: Mapping[str, Evidence], above: str = "", nearest: Evidence | None = None
) -> Iterator[tuple[str, Evidence | None]]:
    """Path and evidence of every leaf: the statement about the longest part of its path, the default's at last."""
    nearest = nearest or stated.get("default")
    for key, value in tree.items():
        path = f"{above}.{key}" if above else str(key)
        spoken = stated.get(path, nearest)
        if isinstance(value, dict) and value:
            yield from _leaves(value, stated, path, spoken)
        else:
            yield path, spoken


def _over(base: Tree, top: Tree) -> Tree:
    """Lay `top` over `base`: mappings merge, a null removes the default, anything else replaces it."""
    merged = dict(base)
    for key, value in top.items():
        if value is None:
            merged.pop(key, None)
        elif key == "departments" and isinstance(value, dict):
            merged[key] = {**merged.get(key, {}), **value}  # the shares of one setting make sense only together
        elif key in WHOLE:
            merged[key] = value
        elif isinstance(value, dict) and isinstance(merged.get(key), dict) and "curve" not in value:
            merged[key] = _over(merged[key], value)
        else:
            merged[key] = value
    return merged


def _origin(key: str, own: Layer, family: Layer) -> str:
    """Name the file in which the wrong value stands: the disease's own, or else its family's."""
    node: object = own.tree
    for part in key.split("."):
        if not isinstance(node, dict) or part not in node:
            inherited = _written(family.tree, key)
            return f"{family.name}.{key} (used by {own.name})" if inherited else f"{own.name}.{key}"
        node = node[part]
    return f"{own.name}.{key}"


def _written(tree: object, key: str) -> bool:
    for part in key.split("."):
        if not isinstance(tree, dict) or part not in tree:
            return False
        tree = tree[part]
    return True

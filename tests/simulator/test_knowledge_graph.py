"""The knowledge as a graph: what is written can be read back, and every relation has both of its ends."""

import csv
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from typer.testing import CliRunner

from simulator.errors import KnowledgeError
from simulator.knowledge import load_knowledge
from simulator.knowledge.graph import AXES, EVENTS, PREDICATES, Relation, nodes, relations
from simulator.knowledge.graph_files import write_graph
from simulator.knowledge.models import AXES as AXES_OF_DISEASES
from simulator.knowledge.models import EVENTS as EVENTS_OF_DISEASES
from simulator.knowledge_cli import knowledge as command

K = load_knowledge()
NS = {"g": "http://graphml.graphdrawing.org/xmlns"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("graph") / "out"
    write_graph(K, out)
    return out


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_no_two_nodes_share_an_id() -> None:
    assert [name for name, n in Counter(node.id for node in nodes(K)).items() if n > 1] == []


def test_both_ends_of_every_relation_are_nodes_of_the_kind_that_its_predicate_says() -> None:
    kinds = {node.id: node.kind for node in nodes(K)}
    for one in relations(K):
        predicate = PREDICATES[one.predicate]
        assert (kinds[one.subject], kinds[one.object]) == (predicate.subject, predicate.object), one
        assert (one.weight is not None) == bool(predicate.weight), one


def test_no_relation_is_stated_twice_and_every_predicate_is_used() -> None:
    stated = Counter((one.subject, one.predicate, one.object) for one in relations(K))
    assert [triple for triple, n in stated.items() if n > 1] == []
    assert {predicate for _, predicate, _ in stated} == set(PREDICATES)


def test_a_known_disease_stands_with_its_figures_and_their_evidence() -> None:
    pneumonia = K.diseases["pneumonia"]
    found = {(one.predicate, one.object): one for one in relations(K) if one.subject == "disease:pneumonia"}
    assert found["coded_as", f"icd10:{pneumonia.icd10}"]
    assert found["shows_symptom", "symptom:cough"].weight == pneumonia.symptoms["cough"]
    evidence = pneumonia.evidence_for("symptoms.cough")
    assert found["shows_symptom", "symptom:cough"].evidence == f"{evidence.source}/{evidence.confidence}"


def test_the_graphml_says_the_same_as_the_tables(folder: Path) -> None:
    graph = ET.parse(folder / "graph.graphml").getroot().find("g:graph", NS)  # noqa: S314  # written just now, by us
    assert graph is not None
    in_xml = {node.get("id") for node in graph.findall("g:node", NS)}
    edges = [(edge.get("source"), edge.get("target")) for edge in graph.findall("g:edge", NS)]
    assert in_xml == {row["id"] for row in rows(folder / "nodes.csv")}
    assert edges == [(row["subject"], row["object"]) for row in rows(folder / "relations.csv")]
    assert {end for edge in edges for end in edge} <= in_xml
    labels = {data.get("key"): data.text for data in graph.findall("g:node[@id='symptom:cough']/g:data", NS)}
    assert labels == {"node_kind": "symptom", "node_zh": "咳嗽", "node_en": "Cough"}


def test_writing_twice_gives_the_same_bytes_and_leaves_nothing_behind(folder: Path, tmp_path: Path) -> None:
    write_graph(K, tmp_path)
    assert {p.name for p in tmp_path.iterdir()} == {"nodes.csv", "predicates.csv", "relations.csv", "graph.graphml"}
    for path in tmp_path.iterdir():
        assert path.read_bytes() == (folder / path.name).read_bytes(), path.name


def test_axes_and_events_are_those_that_diseases_can_state() -> None:
    assert tuple(AXES) == AXES_OF_DISEASES
    assert tuple(EVENTS) == EVENTS_OF_DISEASES


def test_the_graph_grows_with_the_diseases() -> None:
    """From 15,000 relations for 850 diseases: at least a dozen for each, beside those of the catalogues."""
    stated: list[Relation] = list(relations(K))
    assert sum(one.subject.startswith("disease:") for one in stated) >= 12 * len(K.diseases)


def test_a_folder_that_cannot_be_made_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(KnowledgeError, match="cannot be written there"):
        write_graph(K, tmp_path / "file" / "out")


def test_the_command_prints_how_many(tmp_path: Path) -> None:
    done = CliRunner().invoke(command, ["graph", "--out", str(tmp_path / "g"), "--lang", "zh"])
    assert done.exit_code == 0, done.output
    n = sum(1 for _ in relations(K))
    assert f"{n:,} 条关系" in done.output

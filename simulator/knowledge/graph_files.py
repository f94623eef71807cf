"""The graph in files: nodes.csv, predicates.csv, relations.csv and graph.graphml, written line by line."""

import csv
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import astuple, fields
from pathlib import Path
from typing import TextIO
from xml.sax.saxutils import escape, quoteattr

from simulator.errors import KnowledgeError
from simulator.knowledge.graph import PREDICATES, Node, Predicate, Relation, nodes, relations
from simulator.knowledge.knowledge import Knowledge

NODE_KEYS = ("kind", "zh", "en", "code")
EDGE_KEYS = ("predicate", "zh", "en", "weight", "evidence")
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
"""


def write_graph(knowledge: Knowledge, folder: Path) -> dict[str, int]:
    """Write the four files into `folder`; returns how many nodes, and how many relations of each predicate."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        n = _table(folder / "nodes.csv", _names(Node), (astuple(node) for node in nodes(knowledge)))
        rows = ((name, *astuple(predicate)) for name, predicate in PREDICATES.items())
        _table(folder / "predicates.csv", ("id", *_names(Predicate)), rows)
        counts = dict.fromkeys(PREDICATES, 0)
        _table(folder / "relations.csv", _names(Relation), _counted(relations(knowledge), counts))
        with _renamed(folder / "graph.graphml") as file:
            file.writelines(_graphml(knowledge))
    except OSError as error:
        raise KnowledgeError(f"{folder}: the graph cannot be written there: {error}") from None
    return {"nodes": n, **counts}


def _names(kind: type[Node | Relation | Predicate]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def _table(path: Path, head: Iterable[str], rows: Iterable[tuple[object, ...]]) -> int:
    n = 0
    with _renamed(path) as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(head)
        for n, row in enumerate(rows, start=1):  # noqa: B007  # the count is what is wanted
            writer.writerow(row)
    return n


def _counted(found: Iterable[Relation], counts: dict[str, int]) -> Iterator[tuple[object, ...]]:
    for one in found:
        counts[one.predicate] += 1
        yield astuple(one)


@contextmanager
def _renamed(path: Path) -> Iterator[TextIO]:
    """A file that has its name only once it is whole."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        with unfinished.open("w", encoding="utf-8", newline="") as file:
            yield file
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _graphml(knowledge: Knowledge) -> Iterator[str]:
    yield HEAD
    for what, keys in (("node", NODE_KEYS), ("edge", EDGE_KEYS)):
        for key in keys:
            kind = "double" if key == "weight" else "string"
            yield f'  <key id="{what}_{key}" for="{what}" attr.name="{key}" attr.type="{kind}"/>\n'
    yield '  <graph id="xinglin" edgedefault="directed">\n'
    for node in nodes(knowledge):
        yield f"    <node id={quoteattr(node.id)}>{_data(node, 'node', NODE_KEYS)}</node>\n"
    for n, one in enumerate(relations(knowledge)):
        ends = f"source={quoteattr(one.subject)} target={quoteattr(one.object)}"
        names = _data(PREDICATES[one.predicate], "edge", ("zh", "en"))
        yield f'    <edge id="r{n}" {ends}>{_data(one, "edge", ("predicate", "weight", "evidence"))}{names}</edge>\n'
    yield "  </graph>\n</graphml>\n"


def _data(entry: Node | Relation | Predicate, what: str, keys: tuple[str, ...]) -> str:
    values = ((key, getattr(entry, key)) for key in keys)
    return "".join(
        f'<data key="{what}_{key}">{escape(str(value))}</data>' for key, value in values if value not in {None, ""}
    )

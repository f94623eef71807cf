"""The reader of knowledge files reads as PyYAML's safe loader does, and refuses what a data file does not need."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from simulator.errors import KnowledgeError
from simulator.knowledge.loader import FOLDER
from simulator.knowledge.yaml_text import parse_yaml

WORDS = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=12)
"""Without control characters and line separators: libyaml folds some of them into a blank."""
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | WORDS
TREES = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(WORDS, inner), max_leaves=20)


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.yaml")), ids=lambda path: path.name)
def test_every_file_says_the_same_to_both_readers(path: Path) -> None:
    text = path.read_text("utf-8")
    assert parse_yaml(text) == yaml.safe_load(text)


@given(TREES)
def test_whatever_is_written_is_read_back(tree: object) -> None:
    assert parse_yaml(yaml.safe_dump(tree, allow_unicode=True)) == tree


def test_an_anchor_stands_for_the_same_thing_again() -> None:
    assert parse_yaml("a: &x {p: 0.5}\nb: *x\nc: [yes, '1', 1, 1.5, ~]") == {
        "a": {"p": 0.5}, "b": {"p": 0.5}, "c": [True, "1", 1, 1.5, None],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: 1\nb: 2\na: 3", "line 3: key 'a' stands twice"),
        ("a: &x {p: 1}\nb: {<<: *x}", "line 2: the merge key"),
        ("a: !!python/object:os.system x", "line 1: tag"),
        ("a: !!map {p: 1}", "line 1: tag"),
        ("a: *x", "line 1: nothing is called &x"),
        ("a: 1\n---\nb: 2", "line 2: a second document"),
        ("? [a, b]\n: 1", "line 1: a key must be a word or number"),
    ],
)
def test_what_a_data_file_does_not_need_is_refused_with_its_line(text: str, words: str) -> None:
    with pytest.raises(KnowledgeError, match=words):
        parse_yaml(text)

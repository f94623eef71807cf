"""`knowledge check` walks everything: all mistakes at once, 1 where there is one, 2 where a file cannot be read."""

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from simulator.errors import KnowledgeError
from simulator.knowledge import load_knowledge
from simulator.knowledge.checking import find_problems, take_inventory
from simulator.knowledge.loader import FOLDER
from simulator.knowledge_cli import EVIDENCE_NAMES, KIND_NAMES, knowledge

HEART = "diseases/09-circulatory.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A private copy of the data files."""
    return Path(shutil.copytree(FOLDER, tmp_path / "knowledge", ignore=shutil.ignore_patterns("*.py", "__pycache__")))


def spoil(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text("utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), "utf-8")


def test_the_knowledge_is_without_a_mistake() -> None:
    done = CliRunner().invoke(knowledge, ["check", "--lang", "zh"])
    assert done.exit_code == 0, done.output
    assert "0 处错误" in done.output
    assert "循环系统疾病" in done.output


def test_every_mistake_is_told_not_only_the_first(folder: Path) -> None:
    spoil(folder, HEART, "dizziness: common", "dizzyness: common")
    spoil(folder, HEART, "{p: 0.45, days: 28}", "{p: 0.45, days: 28, dose: 90}")
    spoil(folder, "laboratory.csv", "718-7", "718")
    spoil(folder, "drugs.csv", "oral,5,mg,1,0.25,10", "oral,50,mg,1,2.5,10")
    spoil(
        folder,
        "departments.csv",
        "haematology,血液内科,Haematology,yes,yes,no,oncology",
        "haematology,血液内科,Haematology,yes,yes,no,haematology",
    )
    spoil(folder, "diseases/12-skin.yaml", "tier: C", "tier: D")
    _, problems = find_problems(folder)
    for words in ("'dizzyness'", "'718'", "within 2.5..10", "the ring haematology -> haematology", "'A', 'B' or 'C'"):
        assert any(words in problem for problem in problems), words
    done = CliRunner().invoke(knowledge, ["check", "--folder", str(folder)])
    assert done.exit_code == 1
    assert f"{len(problems)} problems" in done.output


def test_a_file_that_cannot_be_read_is_bad_input(folder: Path) -> None:
    (folder / "symptoms.csv").write_bytes("id,zh\nx,发热".encode("gb18030"))
    done = CliRunner().invoke(knowledge, ["check", "--folder", str(folder)])
    assert isinstance(done.exception, KnowledgeError)
    assert "symptoms.csv: cannot be read" in str(done.exception)


def test_the_counts_are_those_of_the_knowledge() -> None:
    k = load_knowledge()
    found = take_inventory(k)
    assert found.kinds["diseases"] == len(k.diseases) == found.tiers.total()
    assert set(found.kinds) == set(KIND_NAMES)
    assert set(found.evidence) <= set(EVIDENCE_NAMES)
    assert found.evidence["sourced"] > 0
    assert found.evidence.total() >= 15 * len(k.diseases)

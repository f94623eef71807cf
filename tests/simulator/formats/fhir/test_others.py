"""What readers say that we did not write."""

import csv
import importlib
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from simulator.formats.fhir.resources import CARE, PEOPLE, REGISTRY

TOOLS = Path(__file__).parents[3] / "tools"
FEW = 175
"""Resources of each type: 3,000 and more in all."""


def test_every_type_is_there(bulk: Path) -> None:
    assert {path.stem for path in bulk.glob("*.ndjson")} == {*REGISTRY, *PEOPLE, *CARE}


def test_medplum_and_npm_fhir_find_no_error(bulk: Path, node_tools: Path) -> None:
    command = ["node", str(TOOLS / "medplum_validate.mjs"), str(node_tools), str(bulk), str(FEW)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=240)
    found = json.loads(done.stdout)
    assert found["errors"] == []
    assert found["checked"] >= 3000


def test_fhir_resources_reads_every_type(bulk: Path) -> None:
    """R4B stands in for R4, which this version of the library does not have."""
    count = 0
    for path in sorted(bulk.glob("*.ndjson")):
        model = getattr(importlib.import_module(f"fhir.resources.R4B.{path.stem.lower()}"), path.stem)
        with path.open(encoding="utf-8") as stream:
            for line, _ in zip(stream, range(FEW), strict=False):
                assert model.model_validate_json(line).id
                count += 1
    assert count >= 3000


def test_the_table_of_elements_is_what_the_definitions_say(node_tools: Path) -> None:
    made = subprocess.run(
        [sys.executable, str(TOOLS / "r4_elements.py"), str(node_tools)], capture_output=True, check=True, timeout=120
    ).stdout.decode()
    ours = Path(sys.modules["simulator.formats.fhir"].__file__ or "").parent / "r4_elements.csv"
    assert list(csv.reader(io.StringIO(made))) == list(csv.reader(ours.open(encoding="utf-8", newline="")))


@pytest.mark.parametrize("word", ["null", "[]", "{}"])
def test_there_is_nothing_empty(bulk: Path, word: str) -> None:
    for path in bulk.glob("*.ndjson"):
        text = path.read_text(encoding="utf-8")
        assert f":{word}" not in text, path

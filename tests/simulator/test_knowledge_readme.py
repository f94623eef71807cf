"""The page for contributors shows every key, every curve and every file, and its example is a disease that loads."""

import re
import shutil
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from simulator.knowledge.curves import AgeCurve
from simulator.knowledge.loader import FOLDER, load_knowledge
from simulator.knowledge.models import BANDS, Disease

PAGE = (FOLDER / "README.md").read_text("utf-8")
NOT_WRITTEN = {"id", "chapter", "file"}
"""Fields that the loader fills in from where the disease stands."""


@pytest.fixture
def example() -> dict[str, Any]:
    blocks = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    return dict(yaml.safe_load(blocks[0])["cystitis"])


def test_the_example_loads_in_place_of_the_real_disease(example: dict[str, Any], tmp_path: Path) -> None:
    folder = Path(shutil.copytree(FOLDER, tmp_path / "knowledge", ignore=shutil.ignore_patterns("*.py", "__pycache__")))
    file = folder / "diseases" / "14-genitourinary.yaml"
    chapter = yaml.safe_load(file.read_text("utf-8"))
    chapter["diseases"]["cystitis"] = example
    file.write_text(yaml.safe_dump(chapter, allow_unicode=True), "utf-8")
    disease = load_knowledge(folder).diseases["cystitis"]
    assert disease.departments.inpatient == {"urology": 0.8, "nephrology": 0.2}
    assert disease.care["inpatient"].drugs["ceftriaxone"].dose == 2
    assert disease.evidence_for("occurrence.incidence").confidence == "low"


def test_every_key_of_a_disease_is_shown(example: dict[str, Any]) -> None:
    optional = {"only", "newborn"}
    assert set(example) == set(Disease.model_fields) - NOT_WRITTEN - optional
    assert all(f"`{key}: " in PAGE for key in optional)


def test_every_curve_and_each_of_its_parameters_is_explained() -> None:
    for curve in get_args(get_args(AgeCurve)[0]):
        name = get_args(curve.model_fields["curve"].annotation)[0]
        row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{name}` |"))
        for parameter in set(curve.model_fields) - {"curve", "first", "last"}:
            assert f"`{parameter}" in row


def test_every_frequency_word_stands_with_its_share() -> None:
    for word, share in BANDS.items():
        assert f"`{word}` {share:g}" in PAGE


def test_every_data_file_is_named() -> None:
    files = {path.name for path in FOLDER.iterdir() if path.suffix in {".csv", ".yaml", ".md"}} - {"README.md"}
    assert {name for name in files if f"`{name}`" not in PAGE} == set()


def test_the_notice_names_loinc_and_its_owner() -> None:
    notice = (FOLDER / "NOTICE.md").read_text("utf-8")
    for words in ("LOINC", "Regenstrief Institute", "http://loinc.org/license", "World Health Organization"):
        assert words in notice

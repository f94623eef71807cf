"""A wrong knowledge file is answered with its name, the key or line, the value, and what would be right."""

import shutil
from pathlib import Path

import pytest

from simulator.errors import KnowledgeError
from simulator.knowledge.loader import FOLDER, load_knowledge

HEART = "diseases/09-circulatory.yaml"
SKIN = "diseases/12-skin.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A private copy of the data files."""
    return Path(shutil.copytree(FOLDER, tmp_path / "knowledge", ignore=shutil.ignore_patterns("*.py", "__pycache__")))


def complaint(folder: Path, file: str, old: str, new: str) -> str:
    """Replace one text of one file and return what the loader says."""
    text = (folder / file).read_text("utf-8")
    assert old in text, f"{file} no longer holds {old!r}"
    (folder / file).write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(KnowledgeError) as caught:
        load_knowledge(folder)
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_an_untouched_copy_loads(folder: Path) -> None:
    assert len(load_knowledge(folder).diseases) == len(load_knowledge().diseases)


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        (HEART, "icu: {p: 0.003}", "icu: {p: 1.7}", ["hypertension.icu.p", "1.7", "less than or equal to 1"]),
        (HEART, "icd10: I10", "icd10: J10", ["hypertension.icd10", "'J10'", "I00 to I99"]),
        (HEART, "icd10: I10", "icd10: hyper", ["hypertension.icd10", "'hyper'", "pattern"]),
        (HEART, "family: chronic_vascular", "family: heart", ["hypertension.family", "'heart'", "acute_vascular"]),
        (HEART, "    tier: A\n", "    tier: D\n", ["hypertension.tier", "'D'", "'A', 'B' or 'C'"]),
        (HEART, "    tier: A\n", "    teir: A\n", ["hypertension.teir", "unknown key"]),
        (HEART, "    tier: A\n", "    tier: A\n    colour: red\n", ["hypertension.colour", "unknown key", "'red'"]),
        (HEART, "src: hypertension-cdc", "src: my-friend", ["occurrence.prevalence", "'my-friend'", "sources.yaml"]),
        (HEART, "evidence: estimate/medium", "evidence: estimate", ["hypertension.evidence", "estimate/low"]),
        (HEART, "evidence: estimate/medium", "evidence: estimate/sure", ["'sure'", "low, medium, high"]),
        (HEART, "    evidence: estimate/medium\n", "", ["hypertension.evidence", "is missing"]),
        (HEART, "v: 27.8", "v: 94", ["hypertension.occurrence.prevalence", "at most 100%"]),
        (HEART, "curve: rise", "curve: wave", ["hypertension.occurrence.age", "'bump'"]),
        (HEART, "outpatient: 0.937", "outpatient: 0.9", ["hypertension.settings", "must be 1", "0.963"]),
        (HEART, "{p: 0.45, days: 28}", "{p: 0.45, days: 28, dose: 90}", ["amlodipine.dose", "0.25..10", "90"]),
        (HEART, "amlodipine: {p", "amlodipin: {p", ["drugs", "'amlodipin'", "such as amlodipine"]),
        (HEART, "dizziness: common", "dizzyness: common", ["symptoms", "'dizzyness'", "such as dizziness"]),
        (HEART, "dizziness: common", "dizziness: often", ["symptoms", "'often'", "very_common"]),
        (HEART, "troponin_t: {times: 1.5", "troponin_t: {positive: 0.5", ["troponin_t", "times or plus"]),
        (HEART, "systolic: {plus: 24,", "systolic: {plus: 24, times: 2,", ["systolic", "exactly one of times, plus"]),
        (HEART, "    stay: {median_d: 7.2, sigma: 0.38}\n", "", ["hypertension", "stay is missing", "0.038"]),
        (HEART, "high_salt: 1.5", "high_salt: -1", ["hypertension.risks.high_salt", "-1", "greater than 0"]),
        (HEART, "  coronary_disease:\n", "  hypertension:\n", ["line", "'hypertension'", "stands twice"]),
        (HEART, "{care: estimate/low", "{care: hearsay", ["hypertension.evidence.care", "'hearsay'", "sources.yaml"]),
        (HEART, "chapter: IX", "chapter: nine", ["chapter", "'nine'"]),
        (HEART, "  hypertension:\n", "  hypertension: [\n", ["line", "not valid YAML"]),
        (SKIN, "  cellulitis:\n", "  hypertension:\n", ["hypertension", "stands already in chapter IX"]),
        (SKIN, "curve: bathtub, young: 2.5, scale: 5, base: 1, old: 0.5, every: 18", "curve: flat, first: 90, last: 80",
         ["dermatitis.occurrence.age", "nil"]),
        ("families.yaml", "amplitude: 0.12}", "amplitude: 3}", ["chronic_vascular.season.amplitude", "3"]),
        ("families.yaml", "evidence: {default", "note: {default", ["respiratory_infection", "evidence"]),
        ("laboratory.csv", "718-7", "718", ["line", "column loinc", "'718'"]),
        ("laboratory.csv", "log,2,0.3,150", "log,two,0.3,150", ["line 2", "column decimals", "'two'"]),
        ("laboratory.csv", "hemoglobin,血红蛋白", "wbc,血红蛋白", ["'wbc'", "twice"]),
        ("laboratory.csv", "log,2,0.3,150", "log,2,150,0.3", ["line 2", "lowest below highest", "150"]),
        ("laboratory.csv", "negative|positive", "negative", ["line", "choices"]),
        ("laboratory_ranges.csv", "wbc,any,18,130", "wbc,any,20,130", ["wbc", "18", "20"]),
        ("laboratory_ranges.csv", "130,3.5,9.5", "130,9.5,3.5", ["line", "low <= typical <= high"]),
        ("laboratory_ranges.csv", "wbc,any,0.08,6", "wbc,any,0.5,6", ["line", "age_from", "0.5"]),
        ("panels.yaml", "evidence: estimate/medium", "evidence: somebody", ["complete_blood_count", "'somebody'"]),
        ("imaging.yaml", "evidence: estimate/medium\n", "", ["chest_xray.source", "is missing"]),
        ("panels.yaml", "tests: [crp]", "tests: [crq]", ["crp.tests", "'crq'", "such as crp"]),
        ("drugs.csv", "oral,5,mg,1,0.25,10", "oral,50,mg,1,2.5,10", ["line", "within 2.5..10", "50"]),
        ("tariffs.csv", "day,40,", "day,-40,", ["line", "column price", "-40", "greater than or equal to 0"]),
        ("departments.csv", "respiratory,呼吸内科,", "respiratory,Lungs,", ["line", "column zh", "'Lungs'"]),
        ("procedures.csv", "47.01", "laparoscopic", ["line", "column icd9", "'laparoscopic'"]),
        ("drg_mdc.csv", "I60-I69", "I69-I60", ["drg_mdc.csv line 3", "column codes", "'I69-I60'", "E10-E14"]),
        ("drg_mdc.csv", "C00-D48 C76-C97", "C76-C97", ["drg_mdc.csv: C27", "is in no MDC"]),
        ("drg_adrg.csv", "BM9,", "BM8,", ["drg_adrg.csv", "'BM8'", "twice"]),
        ("drg_adrg.csv", "BS4,", "ÄS4,", ["drg_adrg.csv line", "column id", "'ÄS4'"]),
        ("drg_adrg.csv", "I60-I62,,1 3 5", "I60-I62,,1 5", ["drg_adrg.csv line", "levels must be 1 3 5, 3 5 or 9"]),
        ("drg_adrg.csv", "I60-I62,,1 3 5", "I60-I62,01.31,1 3 5", ["drg_adrg.csv line", "must list procedures"]),
        ("drg_adrg.csv", ",,,3 5,estimate/medium\nCS1", ",G00,,3 5,estimate/medium\nCS1", ["MDC B", "must end"]),
        ("drg_cc.csv", "mcc", "grave", ["drg_cc.csv line 2", "column level", "'grave'"]),
        ("drg_weights.csv", "FM11,", "FM12,", ["drg_weights.csv line", "column id", "'FM12'"]),
        ("dip_mixed.csv", "G00-G99,cons", "G00-G01,cons", ["dip_mixed.csv", "is in no block"]),
        ("insurance_terms.csv", "inpatient,200,0.92", "inpatient,200,1.92", ["line", "column share", "1.92"]),
        ("charge_items.csv", "imaging,B,0.1", "imaging,B,0", ["charge_items.csv line", "between 0 and 1 for B"]),
        ("payment_terms.csv", "low,0.4", "lowest,0.4", ["payment_terms.csv", "low is missing"]),
        ("census.csv", "census-2020", "census-1066", ["'census-1066'"]),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_file_key_value_and_remedy(
    folder: Path, file: str, old: str, new: str, words: list[str]
) -> None:
    message = complaint(folder, file, old, new)
    assert [word for word in (file, *words) if word not in message] == [], message


def test_a_file_that_is_not_utf8_is_named(folder: Path) -> None:
    (folder / "drugs.csv").write_bytes("id,zh\nx,阿莫西林".encode("gb18030"))
    with pytest.raises(KnowledgeError, match=r"drugs\.csv.*UTF-8"):
        load_knowledge(folder)


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "panels.yaml").unlink()
    with pytest.raises(KnowledgeError, match=r"panels\.yaml"):
        load_knowledge(folder)


def test_a_row_with_too_many_cells_is_named(folder: Path) -> None:
    path = folder / "symptoms.csv"
    path.write_text(path.read_text("utf-8") + "hiccup,呃逆,Hiccup,extra\n", "utf-8")
    with pytest.raises(KnowledgeError, match=r"symptoms\.csv line \d+.*too many cells"):
        load_knowledge(folder)

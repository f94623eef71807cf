"""What a system exports and how it is rightly read back."""

import sys
from pathlib import Path

import pytest

from simulator import World
from simulator.formats.format import Period
from simulator.formats.rejects import Rejects
from simulator.knowledge import load_knowledge
from simulator.schema import TABLES
from simulator.vendors import export_vendor, load_profile, read_vendor, vendor_names
from simulator.vendors.views import JOINED

sys.path.insert(0, str(Path(__file__).parent))
from truth import assert_same

WHOLE = Period()


@pytest.mark.parametrize("name", vendor_names())
def test_a_world_comes_back_through_the_right_mapping(small_county: World, tmp_path: Path, name: str) -> None:
    profile, rejects = load_profile(name), Rejects()
    rows = export_vendor(small_county, profile, tmp_path, WHOLE, print)
    back = read_vendor(tmp_path, profile, rejects)
    assert assert_same(small_county, profile, back) > rows
    assert not rejects.found


@pytest.mark.parametrize("name", vendor_names())
def test_a_system_covers_the_ten_tables_and_never_the_answer_key(name: str) -> None:
    tables = {sheet.heading.table for sheet in load_profile(name).sheets}
    assert {
        "patient", "encounter", "bed_stay", "diagnosis", "order", "lab_result", "vital_sign", "medication_order",
        "charge", "imaging_study",
    } <= tables  # fmt: skip
    assert not [table for table in tables if TABLES[table].truth]


@pytest.mark.parametrize("name", vendor_names())
def test_every_code_of_the_knowledge_and_of_the_data_dictionary_is_in_a_systems_lists(name: str) -> None:
    profile, knowledge = load_profile(name), load_knowledge()
    wanted = {
        "test": set(knowledge.laboratory),
        "drug": set(knowledge.drugs),
        "item": {*knowledge.panels, *knowledge.imaging, *knowledge.procedures},
        "qualitative": {choice for test in knowledge.laboratory.values() for choice in test.choices},
        "specimen": {test.specimen for test in knowledge.laboratory.values()},
        "modality": {imaging.modality for imaging in knowledge.imaging.values()},
        "route": {drug.route for drug in knowledge.drugs.values()},
    }
    for sheet in profile.sheets:
        for column in sheet.columns:
            values = None if column.field in JOINED else TABLES[sheet.heading.table]
            if column.codec == "code" and values and values[column.field].values:
                wanted[column.argument] = set(values[column.field].values or ())
    for code_list, ours in wanted.items():
        assert ours <= set(profile.codes.get(code_list, ours)), f"{name} {code_list}"

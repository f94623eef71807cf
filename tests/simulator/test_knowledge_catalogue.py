"""Walks the catalogues: tests, ranges, panels, drugs, examinations, procedures, prices, vital signs, people."""

from collections import Counter

import numpy as np
import pytest

from simulator.knowledge import load_knowledge
from simulator.knowledge.evidence import parse
from simulator.knowledge.healthy import CELLS, age_cell
from simulator.knowledge.loader import FOLDER
from simulator.knowledge.models import Physiology
from simulator.knowledge.reading import read_yaml

K = load_knowledge()
NAMED = {
    "laboratory": K.laboratory,
    "panels": K.panels,
    "vital_signs": K.vital_signs,
    "drugs": K.drugs,
    "imaging": K.imaging,
    "procedures": K.procedures,
    "tariffs": K.tariffs,
    "symptoms": K.symptoms,
    "risk_factors": K.risk_factors,
    "departments": K.departments,
    "families": K.families,
    "diseases": K.diseases,
}


def luhn(code: str) -> bool:
    """Whether a LOINC number's last digit is the mod-10 check digit of the others."""
    number, check = code.split("-")
    doubled = [int(d) * (2 if n % 2 == 0 else 1) for n, d in enumerate(reversed(number))]
    return (10 - sum(d // 10 + d % 10 for d in doubled) % 10) % 10 == int(check)


@pytest.mark.parametrize("name", NAMED)
def test_every_entry_has_a_name_in_both_languages_that_no_other_has(name: str) -> None:
    assert NAMED[name], f"{name} is empty"
    for field in ("zh", "en"):
        twice = [text for text, n in Counter(getattr(x, field) for x in NAMED[name].values()).items() if n > 1]
        assert twice == []


def test_loinc_numbers_have_a_right_check_digit_and_no_two_tests_share_one() -> None:
    codes = [x.loinc for x in (*K.laboratory.values(), *K.vital_signs.values())]
    assert [code for code in codes if not luhn(code)] == []
    assert len(set(codes)) == len(codes)
    assert not luhn("718-8"), "the check must be able to fail"


def test_known_loinc_numbers_stand_with_their_unit() -> None:
    expected = {
        "hemoglobin": ("718-7", "g/L"),
        "wbc": ("6690-2", "10*9/L"),
        "creatinine": ("14682-9", "umol/L"),
        "glucose": ("14749-6", "mmol/L"),
        "urea": ("22664-7", "mmol/L"),
        "potassium": ("2823-3", "mmol/L"),
        "alt": ("1742-6", "U/L"),
    }
    assert {name: (K.laboratory[name].loinc, K.laboratory[name].unit) for name in expected} == expected


def test_every_laboratory_test_can_be_ordered_and_paid() -> None:
    in_panels = {test for panel in K.panels.values() for test in panel.tests}
    assert in_panels == set(K.laboratory)
    assert all(panel.price > 0 for panel in K.panels.values())


def test_a_panel_needs_one_specimen() -> None:
    for panel in K.panels.values():
        assert len({K.laboratory[test].specimen for test in panel.tests}) == 1, panel.id


def test_every_quantity_has_a_healthy_distribution_at_every_age_for_both_sexes() -> None:
    healthy = K.healthy_laboratory
    quantities = [test.kind == "quantity" for test in K.laboratory.values()]
    for array in (healthy.low, healthy.high, healthy.centre, healthy.sd):
        assert array.shape == (len(K.laboratory), 2, CELLS)
        assert np.isfinite(array[quantities]).all()
        assert np.isnan(array[np.invert(quantities)]).all()
    assert (healthy.sd[quantities] > 0).all()


def test_most_healthy_people_are_inside_the_reference_interval() -> None:
    """From 90 to 99.5 in 100, at every age: skewed tests with a typical value come no nearer to 95."""
    healthy = K.healthy_laboratory
    draws = np.random.default_rng(7).standard_normal(4000)
    for n, name in enumerate(healthy.ids):
        if K.laboratory[name].kind == "quantity":
            for cell in (1, 10, 40, 80):
                value = healthy.centre[n, :, cell, None] + healthy.sd[n, :, cell, None] * draws
                value = np.exp(value) if healthy.is_log[n] else value
                inside = (value >= healthy.low[n, :, cell, None]) & (value <= healthy.high[n, :, cell, None])
                assert 0.9 <= inside.mean() <= 0.995, (name, cell, inside.mean())


def test_the_analyser_can_report_what_is_healthy_and_what_is_critical() -> None:
    healthy = K.healthy_laboratory
    for n, test in enumerate(K.laboratory.values()):
        if test.kind == "quantity":
            assert test.lowest is not None
            assert test.highest is not None
            assert test.lowest <= np.nanmin(healthy.low[n])
            assert test.highest >= np.nanmax(healthy.high[n])
            for critical in (test.critical_low, test.critical_high):
                assert critical is None or test.lowest < critical < test.highest, test.id


def test_infections_that_are_rare_are_rarely_found_by_a_screen() -> None:
    assert K.laboratory["hiv_screen"].background == pytest.approx(0.001, abs=0.001)
    assert K.laboratory["hcv_antibody"].background == pytest.approx(0.006, abs=0.004)


def test_critical_limits_lie_outside_the_adult_reference_interval() -> None:
    healthy = K.healthy_laboratory
    for n, test in enumerate(K.laboratory.values()):
        if test.critical_low is not None:
            assert test.critical_low < healthy.low[n, :, 41].min(), test.id
        if test.critical_high is not None:
            assert test.critical_high > healthy.high[n, :, 41].max(), test.id


def test_reference_intervals_of_the_standard_are_as_published() -> None:
    healthy = K.healthy_laboratory

    def interval(test: str, age: float, sex: int) -> tuple[float, float]:
        where = (healthy.ids.index(test), sex, int(age_cell(age)))
        return float(healthy.low[where]), float(healthy.high[where])

    assert interval("hemoglobin", 30, 0) == (130, 175)
    assert interval("hemoglobin", 30, 1) == (115, 150)
    assert interval("creatinine", 70, 0) == (57, 111)
    assert interval("potassium", 30, 1) == (3.5, 5.3)


def test_age_cells_separate_the_newborn_from_the_infant() -> None:
    assert age_cell([0, 0.05, 0.08, 0.9, 1, 13, 99.9, 100, 104]).tolist() == [0, 0, 1, 1, 2, 14, 100, 101, 101]


def test_resting_vital_signs_are_inside_their_normal_range_and_the_device_can_show_them() -> None:
    healthy = K.healthy_vital_signs
    for n, sign in enumerate(K.vital_signs.values()):
        assert ((healthy.low[n] <= healthy.centre[n]) & (healthy.centre[n] <= healthy.high[n])).all()
        assert sign.lowest <= healthy.low[n].min()
        assert sign.highest >= healthy.high[n].max()


def test_hearts_and_breath_slow_down_from_birth_to_adulthood() -> None:
    healthy = K.healthy_vital_signs
    for sign in ("heart_rate", "respiratory_rate"):
        by_age = healthy.centre[healthy.ids.index(sign), 0, [0, 1, 3, 8, 30]]
        assert (np.diff(by_age) < 0).all()


def test_a_childs_dose_by_weight_comes_out_inside_the_limits_of_the_drug() -> None:
    """A child of 15 kg; the adult maximum caps the dose of a heavy child."""
    for drug in K.drugs.values():
        if drug.child_per_kg is not None:
            assert drug.dose_min <= min(15 * drug.child_per_kg, drug.dose_max), drug.id


def test_children_are_never_given_fluoroquinolones() -> None:
    assert [d.id for d in K.drugs.values() if d.atc.startswith("J01MA") and d.child_per_kg is not None] == []


def test_the_lists_are_not_kept_for_their_own_sake() -> None:
    """Most of what could be ordered is still to be asked for by rarer diseases; a fifth at least is in use."""
    cares = [care for d in K.diseases.values() for care in d.care.values()]
    used = {
        "drugs": {x for care in cares for x in care.drugs},
        "imaging": {x for care in cares for x in care.imaging},
        "procedures": {x for care in cares for x in care.procedures},
        "panels": {x for care in cares for x in care.panels},
        "symptoms": {x for d in K.diseases.values() for x in d.symptoms},
        "families": {d.family for d in K.diseases.values()},
    }
    shares = {name: len(ids) / len(NAMED[name]) for name, ids in used.items()}
    assert {name: share for name, share in shares.items() if share < 0.2} == {}


def test_the_catalogues_are_those_of_a_whole_hospital() -> None:
    least = {
        "laboratory": 150, "drugs": 250, "imaging": 60, "procedures": 150, "symptoms": 200, "departments": 35,
        "families": 40,
    }  # fmt: skip
    assert {name: len(NAMED[name]) for name, number in least.items() if len(NAMED[name]) < number} == {}


def test_a_drugs_atc_code_is_that_of_its_place_in_the_body() -> None:
    """The anatomical main groups, and a route that fits those whose route is always the same."""
    assert {d.id: d.atc for d in K.drugs.values() if d.atc[0] not in "ABCDGHJLMNPRSV"} == {}
    assert {d.id: d.route for d in K.drugs.values() if d.atc.startswith("S01") != (d.route == "eye")} == {}
    assert {d.id: d.atc for d in K.drugs.values() if d.drug_class == "antibacterial" and d.atc[:3] != "J01"} == {}
    assert {d.id: d.atc for d in K.drugs.values() if d.drug_class == "antineoplastic" and d.atc[0] != "L"} == {}


def test_every_family_says_how_ill_its_patients_are() -> None:
    tree = read_yaml(FOLDER / "families.yaml")
    for name, family in tree.items():
        course = Physiology.model_validate(family["physiology"])
        assert course.axes, name
        assert sum(course.events.values()) < 0.2, name
    assert all(d.physiology is not None for d in K.diseases.values())


def test_a_department_that_a_hospital_lacks_leads_to_one_that_exists() -> None:
    for name in K.departments:
        passed = [name]
        while (following := K.departments[passed[-1]].otherwise) is not None:
            assert K.departments[following].ward >= K.departments[passed[-1]].ward
            passed.append(following)
        assert len(passed) <= 3, name


def test_surgery_needs_a_theatre_and_an_anaesthetic_that_has_a_price() -> None:
    for procedure in K.procedures.values():
        assert (procedure.kind == "surgery") <= procedure.theatre
        assert procedure.theatre <= (procedure.anaesthesia != "none")
        assert procedure.anaesthesia == "none" or f"anaesthesia_{procedure.anaesthesia}" in K.tariffs


def test_the_bed_of_intensive_care_costs_more_than_that_of_a_ward() -> None:
    assert K.tariffs["bed_day_icu"].price > K.tariffs["bed_day"].price > 0


def test_the_census_adds_up_to_the_published_population() -> None:
    assert sum(group.people_m for group in K.census) == pytest.approx(1409.8, abs=0.2)
    assert K.population.sum() == pytest.approx(1)
    assert K.population[:, 60:].sum() == pytest.approx(264.02 / 1409.8, abs=0.001)


def test_every_row_of_every_table_states_a_source_that_can_be_read() -> None:
    rows = [
        *K.laboratory.values(), *K.reference_ranges, *K.vital_signs.values(), *K.vital_ranges, *K.drugs.values(),
        *K.procedures.values(),
        *K.panels.values(), *K.imaging.values(), *K.tariffs.values(), *K.risk_factors.values(), *K.census,
    ]  # fmt: skip
    for row in rows:
        assert parse(row.source, "row", K.sources).confidence in {"low", "medium", "high"}

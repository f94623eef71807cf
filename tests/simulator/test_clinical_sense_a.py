"""Nobody treats, examines or stages a disease in a way that a clinician would laugh about: infections to symptoms.

The chapters walked here are I-III, IX-XI and XVI-XVIII.
"""

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
import yaml

from simulator.knowledge import Disease, load_knowledge
from simulator.knowledge.models import Care, Step

K = load_knowledge()
TEXTBOOK = yaml.safe_load(Path(__file__).with_name("textbook_a.yaml").read_text(encoding="utf-8"))
CHAPTERS = {"I", "II", "III", "IX", "X", "XI", "XVI", "XVII", "XVIII"}
WALKED = {d.id: d for d in K.diseases.values() if d.chapter in CHAPTERS}
PEOPLE = K.case_rates * K.population
"""Cases a year, (diseases, sex, age)."""

SYSTEMIC = {"oral", "iv", "im", "sc"}
ANTIBACTERIAL = {n for n, x in K.drugs.items() if x.drug_class == "antibacterial" and x.route in SYSTEMIC}
AGAINST_CLOTS = {
    "enoxaparin",
    "heparin",
    "rivaroxaban",
    "aspirin",
    "clopidogrel",
    "ticagrelor",
    "alteplase",
    "warfarin",
}
SLOWS_THE_HEART = {"metoprolol", "bisoprolol", "carvedilol", "propranolol", "verapamil", "diltiazem"}
BRONCHIAL = {"ambroxol", "budesonide"}
SOONER = {"transposition_great_vessels", "congenital_hydrocephalus"}
"""Slow by their code, not by their nature: the first week and the growing head decide."""
NEWBORN_ADMISSIONS = (250, 330)
"""A year and 100,000 people: about two fifths of the births of recent years; estimate."""


def age_at(disease: str, share: float) -> int:
    """Age, in years, below which this share of the cases is."""
    cases = PEOPLE[K.disease_ids.index(disease)].sum(axis=0).cumsum()
    return int(np.searchsorted(cases / cases[-1], share))


def settings(d: Disease) -> Iterable[tuple[str, Care]]:
    """Care of the settings in which this disease is looked after at all."""
    return ((name, d.care[name]) for name, share in d.setting_shares.items() if share > 0)


def coded(key: str) -> list[Disease]:
    """Diseases of the chapters walked whose code begins with one of those that the textbook lists here."""
    return [d for d in WALKED.values() if d.icd10.startswith(tuple(TEXTBOOK[key]))]


def thing(step: Step) -> str:
    return step.panel or step.imaging or step.procedure or step.drug or ""


def first_at(d: Disease, item: str) -> float:
    """Hours after admission until this is first done; infinite where the pathway has it not."""
    return min((s.at_h for s in d.pathway if thing(s) == item), default=np.inf)


def given(care: Care, drugs: set[str], least: float) -> set[str]:
    return {drug for drug, one in care.drugs.items() if drug in drugs and one.p >= least}


def prescribed(key: str, drugs: set[str]) -> set[tuple[str, str]]:
    """Which diseases that the textbook lists here get which of these drugs at all."""
    return {(d.id, drug) for d in coded(key) for _, care in settings(d) for drug in given(care, drugs, 0.01)}


def test_every_grave_disease_has_its_own_course_and_pathway() -> None:
    short = {d.id for d in WALKED.values() if d.tier == "A" and (len(d.pathway) < 5 or d.physiology is None)}
    assert short == set()


def test_no_grave_disease_shares_its_course_with_its_family() -> None:
    courses = defaultdict(list)
    for d in WALKED.values():
        if d.tier == "A":
            courses[d.family, str(d.physiology)].append(d.id)
    assert {k: ids for k, ids in courses.items() if len(ids) > 1} == {}


def test_a_pathway_goes_by_the_hour_and_does_what_the_ward_also_orders() -> None:
    for d in WALKED.values():
        hours = [s.at_h for s in d.pathway]
        assert hours == sorted(hours) or not d.pathway, d.id
        for step in d.pathway:
            c = d.care["inpatient"]
            assert thing(step) in {**c.panels, **c.imaging, **c.procedures, **c.drugs}, (d.id, thing(step))


@pytest.mark.parametrize("code", TEXTBOOK["by_the_hour"])
def test_what_cannot_wait_is_done_in_time(code: str) -> None:
    diseases = [d for d in WALKED.values() if d.icd10 == code]
    assert diseases
    for d in diseases:
        late = {item: first_at(d, item) for item, at in TEXTBOOK["by_the_hour"][code].items() if first_at(d, item) > at}
        assert late == {}, d.id


def test_an_infarction_has_its_troponin_measured_three_times_in_six_hours() -> None:
    for name in ("myocardial_infarction", "unstable_angina"):
        assert [s.at_h for s in K.diseases[name].pathway if s.panel == "troponin" and s.at_h <= 6] == [0.2, 3, 6]


def test_cultures_are_taken_before_antibiotics() -> None:
    early = {}
    for d in WALKED.values():
        drugs = [s.at_h for s in d.pathway if s.drug in ANTIBACTERIAL]
        if drugs and first_at(d, "blood_culture") < 24 and min(drugs) < first_at(d, "blood_culture"):
            early[d.id] = min(drugs)
    assert early == {}


def test_untreated_a_slow_disease_worsens_slowly_and_an_emergency_within_days() -> None:
    slow = {d.id: d.physiology.worsens_d for d in coded("slow") if d.physiology and (d.physiology.worsens_d or 60) < 20}
    fast = {d.id: d.physiology.worsens_d for d in coded("fast") if d.physiology and (d.physiology.worsens_d or 99) > 2}
    assert slow.keys() <= SOONER
    assert fast == {}


def test_no_cancer_is_half_gone_within_a_week() -> None:
    quick = {
        d.id: d.physiology.recovery_d
        for d in WALKED.values()
        if d.icd10.startswith("C") and d.physiology and d.physiology.recovery_d < 15
    }
    assert quick.keys() <= {"thyroid_cancer"}


def test_who_may_die_has_a_way_to_get_worse() -> None:
    sudden = {
        d.id: d.fatality.inpatient
        for d in WALKED.values()
        if d.fatality.inpatient >= 0.02
        and d.physiology
        and sum(d.physiology.events.values()) < d.fatality.inpatient / 2
    }
    assert sudden == {}


def test_diseases_of_the_surface_bring_no_fever() -> None:
    hot = {d.id for d in coded("superficial") if d.symptoms.get("fever", 0) > 0.05 or "crp" in d.findings.laboratory}
    assert hot == set()


def test_who_bleeds_gets_nothing_against_clotting() -> None:
    strange = prescribed("bleeding", AGAINST_CLOTS)
    assert strange <= {("disseminated_coagulation", "heparin")}, "heparin in the clotting phase, for a few"


def test_nobody_slows_a_slow_heart_or_closes_narrow_airways() -> None:
    strange = {
        (d.id, drug) for d in coded("slow_heart") for _, c in settings(d) for drug in given(c, SLOWS_THE_HEART, 0.01)
    }
    assert strange == set()


def test_expectorants_and_inhaled_steroids_are_for_the_airways() -> None:
    for name in ("spontaneous_pneumothorax", "haemothorax", "pulmonary_oedema", "pleural_effusion", "ards"):
        for _, care in settings(K.diseases[name]):
            assert given(care, BRONCHIAL, 0.01) == set(), name


def test_antibiotics_are_for_infections_wounds_and_operations() -> None:
    strange = {}
    for d in WALKED.values():
        infected = d.physiology is not None and d.physiology.axes.get("infection", 0) > 0
        for name, care in settings(d):
            operated = {n for n in care.procedures if K.procedures[n].kind in {"surgery", "intervention"}}
            drugs = given(care, ANTIBACTERIAL, 0.25)
            if drugs and not infected and not (name == "inpatient" and operated) and d.family != "liver_other":
                strange[d.id, name] = drugs
    assert strange.keys() <= {
        ("gastritis", "outpatient"),
        ("gastric_ulcer", "outpatient"),
        ("gastric_ulcer", "inpatient"),
        ("duodenal_ulcer", "outpatient"),
        ("duodenal_ulcer", "inpatient"),
        ("cholera", "inpatient"),
        ("oesophageal_varices_bleeding", "inpatient"),
        ("transient_tachypnoea", "inpatient"),
        ("respiratory_distress_newborn", "inpatient"),
    }, strange


def test_each_disease_has_its_age() -> None:
    young = {
        d.id: age_at(d.id, 0.01)
        for d in WALKED.values()
        for code, least in TEXTBOOK["youngest"].items()
        if d.icd10.startswith(code) and age_at(d.id, 0.01) < least
    }
    old = {
        d.id: age_at(d.id, 0.99)
        for d in WALKED.values()
        for code, most in TEXTBOOK["oldest"].items()
        if d.icd10.startswith(code) and age_at(d.id, 0.99) > most
    }
    assert (young, old) == ({}, {})


def test_diarrhoea_and_diphtheria_are_of_the_young_too() -> None:
    for name in ("salmonella_enteritis", "shigellosis", "campylobacter_enteritis", "norovirus_enteritis", "diphtheria"):
        assert age_at(name, 0.25) < 25, name


def test_newborns_have_the_codes_and_drugs_of_newborns() -> None:
    for d in WALKED.values():
        assert d.newborn == (d.icd10[0] == "P" or d.icd10[:3] in {"A33", "A50"}), d.id
        if d.newborn:
            doseless = {
                drug
                for _, care in settings(d)
                for drug in care.drugs
                if K.drugs[drug].route in SYSTEMIC and not K.drugs[drug].child_per_kg
            }
            assert doseless == set(), d.id


def test_about_two_fifths_of_newborns_are_admitted() -> None:
    population = K.population.sum()
    admitted = sum(
        (K.episode_rates[K.disease_ids.index(d.id)] * K.population).sum() / population * 1e5 * d.settings.inpatient
        for d in WALKED.values()
        if d.newborn
    )
    assert NEWBORN_ADMISSIONS[0] < admitted < NEWBORN_ADMISSIONS[1]


@pytest.mark.parametrize("code", TEXTBOOK["first_line"])
def test_the_first_line_treatment_is_given(code: str) -> None:
    diseases = [d for d in WALKED.values() if d.icd10 == code]
    assert diseases
    for d in diseases:
        care = d.care["inpatient"]
        share = {**care.procedures, **{n: one.p for n, one in care.drugs.items()}}
        for choice in TEXTBOOK["first_line"][code]:
            assert sum(share.get(n, 0.0) for n in choice) > 0.5, (d.id, choice)


@pytest.mark.parametrize("code", TEXTBOOK["direction"])
def test_tests_move_the_way_that_textbooks_say(code: str) -> None:
    diseases = [d for d in WALKED.values() if d.icd10 == code]
    assert diseases
    for d in diseases:
        for test, sign in TEXTBOOK["direction"][code].items():
            shift = d.findings.laboratory[test]
            moved = np.log(shift.times) if shift.times is not None else shift.plus
            assert moved is not None, (d.id, test)
            assert moved * sign > 0, (d.id, test)


def test_spreads_belong_to_the_test_and_not_to_the_size_of_its_shift() -> None:
    """Made by formula they would be half of every sum, or 0.4 of the logarithm of every factor."""
    made: dict[str, list[bool]] = defaultdict(list)
    for d in WALKED.values():
        for test, shift in d.findings.laboratory.items():
            if shift.times is not None:
                made[test].append(abs(shift.sd - np.clip(0.4 * abs(np.log(shift.times)), 0.15, 1)) < 0.01)
            elif shift.plus:
                made[test].append(abs(shift.sd - abs(shift.plus) / 2) < 0.001)
    assert {test: np.mean(one) for test, one in made.items() if len(one) >= 5 and np.mean(one) > 0.4} == {}


def test_a_dose_by_weight_makes_an_adult_dose_for_an_adult_weight() -> None:
    """Save for drugs of newborns, whose doses by weight end with infancy."""
    of_newborns = {"alprostadil", "caffeine_citrate", "hepatitis_b_immunoglobulin", "colecalciferol"}
    odd = {
        name: kg
        for name, drug in K.drugs.items()
        if drug.child_per_kg
        and name < "n"
        and name not in of_newborns
        and not 8 <= (kg := drug.dose / drug.child_per_kg) <= 130
    }
    assert odd == {}


def test_newborns_and_infants_are_not_sent_through_the_scanner_for_a_cough() -> None:
    for name in ("croup", "bronchiolitis", "rsv_pneumonia"):
        for _, care in settings(K.diseases[name]):
            assert care.imaging.get("chest_ct", 0) <= 0.1, name

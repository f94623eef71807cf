"""A pathway's steps happen at their hour, and instead of the same item of `care`."""

import numpy as np
import polars as pl
import pytest

from simulator import World, load_scenario, simulate
from simulator.care.rules import INPATIENT, KINDS, lay_out
from simulator.knowledge import Knowledge, load_knowledge
from simulator.knowledge.models import Disease

HOUR_S = 3600
FEW = 12


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge()


@pytest.fixture(scope="module")
def county() -> World:
    return simulate(load_scenario("county", days=60), seed=12)


def stays_of(world: World, disease: Disease) -> pl.DataFrame:
    """Stays with this main diagnosis that have a bed and lasted a day at least: encounter_id, admitted_at."""
    main = world["diagnosis"].filter((pl.col("rank") == 1) & (pl.col("name_en").cast(pl.String) == disease.en))
    stays = world["encounter"].filter(pl.col("kind") == "inpatient").drop_nulls(["admitted_at", "ended_at"])
    stays = stays.filter(pl.col("ended_at") - pl.col("admitted_at") > pl.duration(days=1))
    return stays.join(main.select("encounter_id"), on="encounter_id").select("encounter_id", "admitted_at")


def hours_of(world: World, stays: pl.DataFrame, item: str) -> pl.DataFrame:
    """When each order of this item was given: encounter_id, hour since admission."""
    orders = world["order"].filter(pl.col("code").cast(pl.String) == item).join(stays, on="encounter_id")
    return in_hours(orders)


def with_visits(world: World, stays: pl.DataFrame) -> pl.DataFrame:
    """The same stays, and once more under the visit that each came from, whose images the ward does not repeat."""
    before = world["encounter"].select("encounter_id", visit="previous_encounter_id").drop_nulls()
    visits = stays.join(before, on="encounter_id").with_columns(stay="encounter_id", encounter_id="visit").drop("visit")
    return pl.concat([stays.with_columns(stay="encounter_id"), visits], how="diagonal")


def in_hours(orders: pl.DataFrame) -> pl.DataFrame:
    """Each order's hour since admission."""
    hour = (pl.col("ordered_at") - pl.col("admitted_at")).dt.total_seconds() / HOUR_S
    return orders.select("encounter_id", hour=hour)


def test_an_item_on_the_pathway_is_not_ordered_from_care_as_well(knowledge: Knowledge) -> None:
    rules = lay_out(knowledge)
    panels = list(knowledge.panels)
    for n, disease in enumerate(knowledge.diseases.values()):
        row = n * len(KINDS) + INPATIENT
        entries = slice(rules.panels.lists.start[row], rules.panels.lists.start[row + 1])
        items = [panels[item] for item in rules.panels.lists.items[entries]]
        steps = [step.panel for step in disease.pathway if step.panel]
        usual = [name for name in disease.care["inpatient"].panels if name not in steps] if steps else items
        assert sorted(items) == sorted([*usual, *steps]), disease.id


def test_the_share_of_a_step_is_the_share_of_patients(knowledge: Knowledge, county: World) -> None:
    checked = 0
    for disease in knowledge.diseases.values():
        stays = stays_of(county, disease)
        for name in {step.imaging for step in disease.pathway if step.imaging and step.at_h <= FEW}:
            steps = [step for step in disease.pathway if step.imaging == name]
            if stays.height < FEW or len(steps) > 1:
                continue
            orders = county["order"].filter(pl.col("code").cast(pl.String) == name)
            here = orders.join(stays, on="encounter_id")["encounter_id"].n_unique() / stays.height
            any_time = orders.join(with_visits(county, stays), on="encounter_id")["stay"].n_unique() / stays.height
            share = np.clip(steps[0].p, here, any_time)  # what the visit has shown is not done again
            spread = 3.5 * np.sqrt(max(steps[0].p * (1 - steps[0].p), 0.02) / stays.height)
            assert abs(share - steps[0].p) < spread, f"{disease.id}: {name}"
            checked += 1
    assert checked > 0  # otherwise nothing was compared


def test_steps_happen_at_their_hour(knowledge: Knowledge, county: World) -> None:
    late = []
    for disease in knowledge.diseases.values():
        steps = [step for step in disease.pathway if step.panel and 1 <= step.at_h <= FEW and step.every_h is None]
        stays = stays_of(county, disease)
        for step in steps:
            hours = hours_of(county, stays, step.item)
            near = hours.filter((pl.col("hour") - step.at_h).abs() < 1 + 0.2 * step.at_h)
            late.append((near["encounter_id"].n_unique(), stays.height * step.p))
    happened, expected = np.array(late).sum(axis=0)
    assert expected > 50  # otherwise nothing was compared
    assert happened > 0.9 * expected

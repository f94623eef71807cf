"""The people: who lives with whom, what they have and whether they know, who is born and who dies."""

import datetime as dt
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from simulator import World, load_scenario, simulate
from simulator.errors import KnowledgeError
from simulator.knowledge import load_knowledge
from simulator.knowledge.demography import ChronicCare, read_demography
from simulator.knowledge.loader import FOLDER
from simulator.knowledge.reading import at_once
from simulator.world.chronic import with_care
from simulator.world.households import CHILD, PARTNER, Homes, build_homes
from simulator.world.people import Conditions, People, build_conditions, build_people
from simulator.world.vital_events import deaths_outside

START = dt.date(2025, 3, 3)
FIRST_DAY = (START - dt.date(1970, 1, 1)).days


def rng(name: int) -> np.random.Generator:
    return np.random.default_rng(name)


@pytest.fixture(scope="module")
def people() -> People:
    hospital = load_scenario("county").hospitals[0]
    return build_people(hospital, START, load_knowledge(), rng(1))


@pytest.fixture(scope="module")
def homes(people: People) -> Homes:
    return build_homes(people, load_scenario("county").hospitals[0].districts, load_knowledge(), rng(2))


@pytest.fixture(scope="module")
def conditions(people: People) -> Conditions:
    knowledge = load_knowledge()
    return with_care(build_conditions(people, knowledge, rng(3), "liaoning"), people, FIRST_DAY, knowledge, rng(4))


def test_households_are_as_large_as_the_census_says(homes: Homes) -> None:
    figures = load_knowledge().demography
    size = np.bincount(homes.household)
    assert size.mean() == pytest.approx(figures.value("household_size"), abs=0.12)
    assert (size == 1).mean() == pytest.approx(figures.value("living_alone_share"), abs=0.03)
    assert (size == 2).mean() == pytest.approx(figures.value("two_person_share"), abs=0.05)
    assert size.max() <= 10


def test_couples_are_a_man_and_a_woman_of_one_district_and_near_in_age(people: People, homes: Homes) -> None:
    partner = np.flatnonzero(homes.role == PARTNER)
    order = partner[np.argsort(homes.household[partner], kind="stable")]
    one, other = order[::2], order[1::2]
    assert (homes.household[one] == homes.household[other]).all()
    assert (people.female[one] != people.female[other]).all()
    assert (people.district[one] == people.district[other]).all()
    assert np.quantile(np.abs(people.age[one] - people.age[other]), 0.95) <= 7


def test_children_are_a_generation_younger_than_somebody_at_home(people: People, homes: Homes) -> None:
    oldest = np.zeros(homes.household.max() + 1, np.int64)
    np.maximum.at(oldest, homes.household, people.age)
    child = homes.role == CHILD
    assert (oldest[homes.household[child]] - people.age[child] >= 19).all()


def test_townspeople_of_working_age_are_more_often_insured_by_their_work(people: People, homes: Homes) -> None:
    adult = (people.age >= 25) & (people.age < 60)
    town, country = ((homes.insurance[adult & (homes.urban == urban)] == 0).mean() for urban in (True, False))
    assert town > 2 * country
    assert not (homes.insurance[people.age < 16] == 0).any()


def test_hypertension_is_as_common_as_the_survey_of_liaoning_found(people: People, conditions: Conditions) -> None:
    number = load_knowledge().disease_ids.index("hypertension")
    has = conditions.has(len(people), np.array([number]))[0]
    assert 100 * has[people.age >= 40].mean() == pytest.approx(56.8, abs=2)


def test_without_a_region_hypertension_is_as_common_as_in_the_nation(people: People) -> None:
    knowledge = load_knowledge()
    number = knowledge.disease_ids.index("hypertension")
    has = build_conditions(people, knowledge, rng(5)).has(len(people), np.array([number]))[0]
    assert 100 * has[people.age >= 18].mean() == pytest.approx(27.8, abs=1)


def test_diseases_begin_after_birth_and_before_they_are_known(people: People, conditions: Conditions) -> None:
    birth = people.birth_day[conditions.person]
    assert (conditions.onset_day >= birth).all()
    assert (conditions.onset_day <= np.maximum(FIRST_DAY, birth)).all()
    known = conditions.stage > 0
    assert (conditions.known_at[known] // 86400 + FIRST_DAY >= conditions.onset_day[known]).all()


@pytest.mark.parametrize(("disease", "shares"), [("hypertension", (31.9, 26.4, 9.7)), ("copd", (2.6, 2.0, 0.8))])
def test_awareness_treatment_and_control_are_those_of_the_surveys(
    conditions: Conditions, disease: str, shares: tuple[float, ...]
) -> None:
    stage = conditions.stage[conditions.disease == load_knowledge().disease_ids.index(disease)]
    for least, share in enumerate(shares, 1):
        assert 100 * (stage >= least).mean() == pytest.approx(share, abs=1.5)


def test_the_old_die_oftener_than_the_young(people: People) -> None:
    dies = deaths_outside(people, 365, load_knowledge(), rng(6)) < 365 * 86400
    assert dies[people.age >= 80].mean() > 20 * dies[(people.age >= 20) & (people.age < 50)].mean()
    assert 1000 * dies.mean() == pytest.approx(7.87 * 0.75, rel=0.15)


def test_control_beyond_treatment_is_refused() -> None:
    with pytest.raises(ValueError, match="controlled must not exceed treated"):
        ChronicCare(aware=0.5, treated=0.2, controlled=0.3, found=0, unit="1", source="x", found_source="x")


def test_a_missing_figure_is_named(tmp_path: Path) -> None:
    for name in ("demography.csv", "life_course.csv", "chronic_care.csv", "regional.csv"):
        lines = (FOLDER / name).read_text("utf-8").splitlines(keepends=True)
        (tmp_path / name).write_text("".join(line for line in lines if not line.startswith("birth_rate")), "utf-8")
    with pytest.raises(KnowledgeError, match="birth_rate is missing"):
        read_demography(tmp_path, at_once)


def test_births_and_deaths_come_at_the_national_rates(small_county: World) -> None:
    scenario = small_county.scenario
    people = small_county["person"].height
    years = (scenario.days + scenario.warmup_days) / 365.25
    births = 1000 * small_county["birth"].height / people / years
    assert 3 < births < 11
    assert small_county["death"]["place"].cast(pl.String).is_in(["home"]).mean() > 0.3


def test_controlled_hypertension_has_lower_pressure(small_county: World) -> None:
    held = small_county["condition"].filter(pl.col("code").cast(pl.String) == "I10")
    signs = small_county["vital_sign"].join(small_county["linkage"], on="patient_id").join(held, on="person_id")
    mean = dict(signs.group_by("controlled").agg(pl.col("systolic").mean()).iter_rows())
    assert mean[False] - mean[True] > 5


def test_who_did_not_know_of_a_disease_has_it_on_record_from_its_discovery(small_county: World) -> None:
    found = small_county["condition"].filter(~pl.col("aware") & pl.col("known_on").is_not_null())
    assert found.height > 0
    recorded = small_county["diagnosis"].join(
        small_county["condition"], left_on="cause_id", right_on="condition_id", how="inner"
    )
    day = pl.col("diagnosed_at").dt.convert_time_zone("Asia/Shanghai").dt.date()
    assert recorded.filter(day < pl.col("known_on")).is_empty()


def test_a_region_without_figures_of_its_own_has_the_national_ones() -> None:
    there, nation = (simulate(load_scenario("clinic", {"region": one}, days=2), seed=2) for one in ("elsewhere", None))
    assert there["condition"].equals(nation["condition"])

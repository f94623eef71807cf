"""Home monitoring: who takes part, when readings come, and what they say before an admission."""

import shutil
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from simulator import World, load_scenario, simulate
from simulator.care.home.enrolment import Spells
from simulator.care.home.layout import lay_out_home
from simulator.errors import KnowledgeError, ScenarioError
from simulator.knowledge import load_knowledge
from simulator.knowledge.loader import FOLDER
from simulator.output import write_world
from simulator.schema import values
from simulator.validation import check_world

DAY_S = 86_400
HEART = "^(I50|I11[.]0)"
LUNGS = "^(J44|J18|J96)"


@pytest.fixture(scope="module")
def monitored() -> World:
    """A county hospital most of whose suitable patients take part."""
    return simulate(load_scenario("county", days=300, scale=0.8, home_monitoring=10), seed=11)


@pytest.fixture(scope="module")
def readings(monitored: World) -> pl.DataFrame:
    """Readings with their enrolment."""
    enrolments = monitored["home_enrolment"].select("home_enrolment_id", "programme", "enrolled_at")
    return monitored["home_reading"].join(enrolments, on="home_enrolment_id")


def before_admissions(world: World, readings: pl.DataFrame, codes: str, measure: str) -> tuple[np.ndarray, np.ndarray]:
    """Per admission or emergency with these codes: mean of the last two days before it, and of 15 to 60 days before."""
    coded = pl.col("code").cast(pl.String).str.contains(codes) & (pl.col("role") == "main")
    main = world["diagnosis"].filter(coded).select("encounter_id")
    ill = world["encounter"].filter(pl.col("kind") != "outpatient").join(main, on="encounter_id")
    of = readings.filter(pl.col("measure") == measure).join(ill.select("patient_id", "registered_at"), on="patient_id")
    days = (pl.col("registered_at") - pl.col("measured_at")).dt.total_seconds() / DAY_S
    means = (
        of.with_columns(days=days)
        .group_by("patient_id", "registered_at")
        .agg(
            near=pl.col("value").filter(pl.col("days").is_between(0, 2)).mean(),
            far=pl.col("value").filter(pl.col("days").is_between(15, 60)).mean(),
        )
        .drop_nulls()
        .sort("patient_id", "registered_at")
        .unique("patient_id", keep="first")  # an emergency and the stay it leads to are one illness
    )
    return means["near"].to_numpy(), means["far"].to_numpy()


def test_a_monitored_county_breaks_no_rule(monitored: World, tmp_path: Path) -> None:
    folder = write_world(monitored, tmp_path / "county", database=False)
    report = check_world(monitored, folder)
    assert {one.id: one.violations for one in report.rules if one.violations} == {}


def test_every_programme_measure_and_outcome_happens(monitored: World) -> None:
    assert set(monitored["home_enrolment"]["programme"]) == set(values.HOME_PROGRAMME)
    assert set(monitored["home_reading"]["measure"]) == set(values.HOME_MEASURE)
    assert set(monitored["home_reading"]["flag"]) == set(values.HOME_FLAG)
    assert set(monitored["home_call"]["outcome"]) >= {"unanswered", "visit_advised", "drugs_adjusted", "reassured"}


def test_pressure_at_home_lies_below_that_of_the_clinic(monitored: World, readings: pl.DataFrame) -> None:
    of = readings.filter((pl.col("programme") == "hypertension") & (pl.col("measure") == "systolic"))
    home = of.group_by("encounter_id").agg(n=pl.len(), home=pl.col("value").mean()).filter(pl.col("n") >= 8)
    clinic = monitored["vital_sign"].group_by("encounter_id").agg(clinic=pl.col("systolic").first())
    both = home.join(clinic, on="encounter_id")
    assert len(both) > 60
    assert 5 < (both["clinic"] - both["home"]).mean() < 10  # type: ignore[operator]  # numbers
    assert both.select(pl.corr("clinic", "home")).item() > 0.5


def test_weight_rises_before_admissions_for_heart_failure(monitored: World, readings: pl.DataFrame) -> None:
    near, far = before_admissions(monitored, readings, HEART, "weight")
    assert len(near) >= 8
    assert (near - far).mean() > 1
    assert (near - far > 1).mean() > 0.5


def test_saturation_falls_and_breath_gets_short_before_an_exacerbation(
    monitored: World, readings: pl.DataFrame
) -> None:
    lungs = readings.filter(pl.col("programme") == "copd")
    for measure, change in (("spo2", -1.0), ("symptom_score", 2.0)):
        near, far = before_admissions(monitored, lungs, LUNGS, measure)
        assert len(near) >= 6
        assert (near - far).mean() / change > 1


def test_glucose_of_the_uncontrolled_is_higher_at_home_too(monitored: World, readings: pl.DataFrame) -> None:
    fasting = readings.filter(pl.col("measure") == "glucose_fasting")
    person = monitored["linkage"].select("patient_id", "person_id")
    held = monitored["condition"].filter(pl.col("code").cast(pl.String).str.starts_with("E11"))
    means = (
        fasting.join(person, on="patient_id")
        .join(held.select("person_id", "controlled"), on="person_id")
        .group_by("controlled")
        .agg(pl.col("value").mean())
        .sort("controlled")
    )
    loose, tight = means["value"]
    assert loose > tight + 1


def test_readings_become_fewer_with_time_and_more_before_an_admission(monitored: World) -> None:
    every = monitored["home_enrolment"].filter(pl.col("ended_at").is_null())
    end = monitored["home_reading"]["measured_at"].max()
    long = every.filter((end - pl.col("enrolled_at")).dt.total_days() > 80)  # type: ignore[operator]  # a time
    of = monitored["home_reading"].join(long.select("home_enrolment_id", "enrolled_at"), on="home_enrolment_id")
    week = of.select(((pl.col("measured_at") - pl.col("enrolled_at")).dt.total_days() // 7).alias("week"))["week"]
    assert (week < 3).sum() > 1.15 * week.is_between(8, 10).sum()


def test_more_is_measured_in_the_week_before_an_admission(monitored: World) -> None:
    ill = monitored["encounter"].filter(pl.col("kind") == "inpatient").select("patient_id", "encounter_id")
    warned = pl.col("code").cast(pl.String).str.contains(f"{HEART}|{LUNGS}|^E11") & (pl.col("role") == "main")
    ill = ill.join(monitored["diagnosis"].filter(warned).select("encounter_id"), on="encounter_id")
    came = ill.join(monitored["encounter"].select("encounter_id", "admitted_at"), on="encounter_id").drop_nulls()
    of = monitored["home_reading"].join(came.select("patient_id", "admitted_at"), on="patient_id")
    of = of.join(monitored["home_enrolment"].select("home_enrolment_id", "enrolled_at"), on="home_enrolment_id")
    known = of.filter((pl.col("admitted_at") - pl.col("enrolled_at")).dt.total_days() > 24)
    days = known.select((pl.col("admitted_at") - pl.col("measured_at")).dt.total_seconds() / DAY_S).to_series()
    before, earlier = days.is_between(2, 6).sum() / 4, days.is_between(8, 22).sum() / 14
    assert before > 1.1 * earlier > 1


def test_the_old_keep_to_it_better_than_the_young(monitored: World) -> None:
    age = monitored["encounter"].select("encounter_id", "age_years")
    every = monitored["home_enrolment"].filter(pl.col("programme") == "hypertension").join(age, on="encounter_id")
    number = monitored["home_reading"].group_by("home_enrolment_id").agg(n=pl.len())
    of = every.join(number, on="home_enrolment_id", how="left").with_columns(pl.col("n").fill_null(0))
    end = monitored["home_reading"]["sent_at"].max()
    days = (pl.col("ended_at").fill_null(end) - pl.col("enrolled_at")).dt.total_days()
    young, old = (of.filter(who).select(pl.col("n").sum() / days.sum()).item() for who in (
        pl.col("age_years") < 45, pl.col("age_years").is_between(65, 79)
    ))  # fmt: skip
    assert old > 1.2 * young


def test_the_next_event_and_the_time_in_hospital_are_found() -> None:
    event = Spells.of(np.array([0]), np.array([10 * DAY_S]), np.array([12 * DAY_S]), np.array([4]))
    which, days = event.following(np.array([0, 0, 0, 1]), np.array([0, 8 * DAY_S, 11 * DAY_S, 0]))
    assert which.tolist() == [0, 0, -1, -1]
    assert days[:2].tolist() == [10, 2]
    assert event.busy(np.array([0, 0, 0, 1]), np.array([9, 10, 12, 11]) * DAY_S).tolist() == [False, True, False, False]


def test_nobody_is_monitored_where_the_scenario_says_so() -> None:
    world = simulate(load_scenario("clinic", days=5, home_monitoring=0), seed=7)
    assert [len(world[name]) for name in ("home_enrolment", "home_reading", "home_call")] == [0, 0, 0]
    with pytest.raises(ScenarioError, match="home_monitoring"):
        load_scenario("clinic", home_monitoring=-1)


def test_monitoring_changes_no_other_table() -> None:
    with_it, without = (simulate(load_scenario("clinic", days=5, home_monitoring=k), seed=7) for k in (3, 0))
    assert all(with_it[name].equals(without[name]) for name in with_it if not name.startswith("home"))
    assert len(with_it["home_reading"]) > 0


def test_programmes_and_measures_are_the_declared_ones() -> None:
    home = load_knowledge().home
    assert tuple(home.programmes) == tuple(values.HOME_PROGRAMME)
    assert tuple(home.measures) == tuple(values.HOME_MEASURE)
    layout = lay_out_home(load_knowledge())
    assert layout.change.any(axis=0).all()
    assert (layout.first <= layout.last).all()


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("home_programmes.csv", "I50|I11.0", "I50|Z99", ["home_programmes.csv", "Z99"]),
        ("home_measures.csv", "80,90,160,180", "80,90,180,160", ["home_measures.csv line 2", "grow"]),
        ("home_schedule.csv", "copd,oxygen", "copd,breath", ["home_schedule.csv", "breath"]),
        ("home_schedule.csv", "hypertension,blood", "hypertonia,blood", ["home_schedule.csv", "hypertonia"]),
        ("home_warnings.csv", "weight,2.8,1,kg,7,14", "weight,2.8,1,kg,17,14", ["home_warnings.csv", "first_d"]),
        ("home_warnings.csv", "weight,2.8,1,kg", "weight,2.8,1,g", ["home_warnings.csv", "kg"]),
        ("home_figures.csv", "settles,", "settled,", ["home_figures.csv", "settles is missing"]),
        ("home_figures.csv", "d,estimate/low", "d,hearsay", ["home_figures.csv", "hearsay"]),
    ],
)
def test_a_wrong_file_is_named(tmp_path: Path, file: str, old: str, new: str, words: list[str]) -> None:
    folder = Path(shutil.copytree(FOLDER, tmp_path / "knowledge", ignore=shutil.ignore_patterns("*.py", "__pycache__")))
    text = (folder / file).read_text("utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(KnowledgeError) as caught:
        load_knowledge(folder)
    assert all(word in str(caught.value) for word in words)

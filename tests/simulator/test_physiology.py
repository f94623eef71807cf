"""The hidden course of illness: signs and tests follow it, and a model can learn from the record what is to come."""

from functools import partial

import numpy as np
import polars as pl
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from simulator import World, load_scenario, simulate
from simulator.care.physiology.news2 import news2
from simulator.knowledge.effects import axis_effects, turns
from simulator.knowledge.loader import load_knowledge
from simulator.knowledge.models import AXES, EVENTS

SIGNS = ["temperature", "heart_rate", "respiratory_rate", "systolic", "diastolic", "spo2", "oxygen_flow", "pain_score"]


@pytest.fixture(scope="module")
def county() -> World:
    return simulate(load_scenario("county", days=60), seed=3)


@pytest.fixture(scope="module")
def other() -> World:
    return simulate(load_scenario("county", days=60), seed=4)


def stays(world: World) -> pl.DataFrame:
    """Inpatient stays that have a bed."""
    return world["encounter"].filter(pl.col("kind") == "inpatient").drop_nulls("admitted_at")


def beside_state(world: World) -> pl.DataFrame:
    """Each vital sign of a stay with the last latent state before it."""
    signs = world["vital_sign"].join(stays(world).select("encounter_id"), on="encounter_id", how="semi")
    state = world["latent_state"].drop("patient_id", "cause_id").sort("at")
    return signs.sort("measured_at").join_asof(
        state, left_on="measured_at", right_on="at", by="encounter_id", check_sortedness=False
    )


def band(column: str, *edges: float) -> pl.Expr:
    """How many of these edges a value exceeds."""
    return pl.sum_horizontal((pl.col(column) > edge).cast(pl.Int8) for edge in edges).alias("band")


WHOLE_PER_CENT = 1
"""Medians of saturations are whole numbers, and of the worst lungs only the best are still on air."""


def test_every_effect_names_something_that_is_measured() -> None:
    knowledge = load_knowledge()
    signs = {*knowledge.vital_signs, "acuity"}
    for effect in axis_effects():
        assert effect.target in (signs if effect.kind == "sign" else knowledge.laboratory), effect.target
        if effect.kind == "test":
            log = knowledge.laboratory[effect.target].scale == "log"
            assert (effect.times is not None) == log, f"{effect.target}: times for log tests, plus for linear ones"
    assert [turn.event for turn in turns()] == list(EVENTS)


@pytest.mark.parametrize(
    ("axis", "sign", "direction"),
    [
        ("lung", "spo2", -1),
        ("lung", "respiratory_rate", 1),
        ("infection", "temperature", 1),
        ("infection", "heart_rate", 1),
    ],
)
def test_the_worse_an_axis_the_worse_the_sign(county: World, axis: str, sign: str, direction: int) -> None:
    adults = beside_state(county).join(
        county["encounter"].filter(pl.col("age_years") >= 18), on="encounter_id", how="semi"
    )
    on_air = adults.filter(pl.col("oxygen_flow") == 0) if sign == "spo2" else adults
    medians = on_air.group_by(band(axis, 0.15, 0.3, 0.45)).agg(pl.col(sign).median(), pl.len()).sort("band")
    assert (medians["len"] > 30).all()
    steps = np.diff(medians[sign].to_numpy()) * direction
    assert (steps >= (-WHOLE_PER_CENT if sign == "spo2" else 0)).all()
    assert steps.sum() > 0


def test_the_dying_are_worst_at_the_end_and_others_are_well_when_they_leave(county: World) -> None:
    last = (
        county["vital_sign"]
        .join(stays(county).select("encounter_id", "outcome", "ended_at"), on="encounter_id")
        .drop_nulls(["news2", "ended_at"])
        .sort("measured_at")
        .group_by("encounter_id")
        .agg(pl.last("news2"), pl.last("outcome"))
    )
    means = dict(last.group_by(pl.col("outcome").cast(pl.String)).agg(pl.col("news2").mean()).iter_rows())
    assert means["died"] > 7
    assert means["home"] < 2.5


def test_every_death_and_every_later_transfer_to_intensive_care_has_its_event(county: World) -> None:
    events = county["deterioration"]
    dead = stays(county).filter(pl.col("outcome") == "died")
    assert dead.height > 5
    assert set(dead["encounter_id"]) <= set(events.filter("fatal")["encounter_id"])
    moved = county["bed_stay"].filter(pl.col("reason") == "step_up").select("encounter_id", "started_at")
    before = moved.join(events, on="encounter_id").filter(pl.col("recognised_at") <= pl.col("started_at"))
    assert moved.height > 5
    assert set(moved["encounter_id"]) == set(before["encounter_id"])


def test_events_are_recognised_after_they_begin_and_end_after_that(county: World) -> None:
    events = county["deterioration"]
    assert events.height > 50
    assert (events["recognised_at"] >= events["onset_at"]).drop_nulls().all()
    survived = events.filter(~pl.col("fatal"))
    assert (survived["ended_at"] >= survived["recognised_at"]).drop_nulls().all()


def test_the_sicker_are_measured_more_often(county: World) -> None:
    ward = beside_state(county).sort("encounter_id", "measured_at")
    gap = (pl.col("measured_at").shift(-1) - pl.col("measured_at")).over("encounter_id").dt.total_minutes() / 60
    hours = ward.with_columns(gap=gap).drop_nulls(["gap", "news2"])
    by_score = hours.group_by(band("news2", 4.5, 6.5)).agg(pl.col("gap").median()).sort("band")
    calm, watched, grave = by_score["gap"]
    assert calm > watched > grave


def test_news2_is_what_the_chart_says(county: World) -> None:
    rows = county["vital_sign"].drop_nulls("news2")
    charted = {name: rows[name].to_numpy().astype(np.float64).round(1) for name in SIGNS[:6]}
    score = news2(charted, rows["oxygen_flow"].to_numpy(), rows["consciousness"].to_physical().to_numpy())
    assert (score == rows["news2"].to_numpy()).all()


@pytest.mark.parametrize(
    ("sign", "value", "points"),
    [
        *(("respiratory_rate", value, points) for value, points in [(8, 3), (9, 1), (11, 1), (12, 0), (20, 0)]),
        *(("respiratory_rate", value, points) for value, points in [(21, 2), (24, 2), (25, 3)]),
        *(("spo2", value, points) for value, points in [(91, 3), (92, 2), (93, 2), (94, 1), (95, 1), (96, 0)]),
        *(("systolic", value, points) for value, points in [(90, 3), (91, 2), (100, 2), (101, 1), (110, 1)]),
        *(("systolic", value, points) for value, points in [(111, 0), (219, 0), (220, 3)]),
        *(("heart_rate", value, points) for value, points in [(40, 3), (41, 1), (50, 1), (51, 0), (90, 0)]),
        *(("heart_rate", value, points) for value, points in [(91, 1), (110, 1), (111, 2), (130, 2), (131, 3)]),
        *(("temperature", value, points) for value, points in [(35.0, 3), (35.1, 1), (36.0, 1), (36.1, 0)]),
        *(("temperature", value, points) for value, points in [(38.0, 0), (38.1, 1), (39.0, 1), (39.1, 2)]),
    ],
)
def test_news2_gives_the_points_of_the_published_chart(sign: str, value: float, points: int) -> None:
    healthy = {"respiratory_rate": 16, "spo2": 98, "systolic": 120, "heart_rate": 70, "temperature": 37.0}
    charted = {name: np.array([float(number)]) for name, number in (healthy | {sign: value}).items()}
    assert news2(charted, np.zeros(1), np.zeros(1, int)).tolist() == [points]


def test_oxygen_and_a_clouded_mind_count_in_news2() -> None:
    healthy = {"respiratory_rate": 16, "spo2": 98, "systolic": 120, "heart_rate": 70, "temperature": 37.0}
    charted = {name: np.array([float(number)]) for name, number in healthy.items()}
    assert news2(charted, np.array([2.0]), np.array([1])).tolist() == [5]


def chart(world: World) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(features, whether an event began in the last 8 hours or begins within 4, stay) at each charting on a ward.

    Nothing later than the charting is used, and only events that nobody has yet recognised count.
    """
    laboratory = world["lab_result"].filter(pl.col("test_code").cast(pl.String).is_in(["crp", "creatinine"]))
    rows = world["vital_sign"].join(stays(world).select("encounter_id", "admitted_at"), on="encounter_id")
    rows = rows.drop_nulls("news2").sort("measured_at")
    for name in ("crp", "creatinine"):
        values = laboratory.filter(pl.col("test_code").cast(pl.String) == name).select(
            "encounter_id", "resulted_at", pl.col("value").log().alias(name)
        )
        rows = rows.join_asof(
            values.sort("resulted_at"),
            left_on="measured_at",
            right_on="resulted_at",
            by="encounter_id",
            check_sortedness=False,
        ).drop("resulted_at")
    rows = rows.sort("encounter_id", "measured_at").with_columns(
        *(pl.col(name).diff().over("encounter_id").fill_null(0).alias(f"{name}_change") for name in SIGNS[:6]),
        confused=(pl.col("consciousness") != "A").cast(pl.Int8),
    )
    early = world["deterioration"].filter(pl.col("event") != "kidney_injury")
    near = rows.join(early.select("encounter_id", "onset_at", "recognised_at"), on="encounter_id", how="left")
    hours = (pl.col("measured_at") - pl.col("onset_at")).dt.total_minutes() / 60
    unseen = pl.col("recognised_at").is_null() | (pl.col("measured_at") < pl.col("recognised_at"))
    label = near.group_by("vital_sign_id").agg(
        ill=(hours.is_between(-4, 8) & unseen).any().fill_null(value=False),
        known=(pl.col("measured_at") >= pl.col("recognised_at")).any().fill_null(value=False),
    )
    rows = rows.join(label, on="vital_sign_id").filter(pl.col("ill") | ~pl.col("known"))
    names = [*SIGNS, *(f"{name}_change" for name in SIGNS[:6]), "confused", "crp", "creatinine"]
    features = rows.select(pl.col(name).cast(pl.Float64).fill_null(pl.col(name).median()) for name in names).to_numpy()
    return features, rows["ill"].to_numpy(), rows["encounter_id"].to_numpy()


def auroc(train: tuple[np.ndarray, np.ndarray], test: tuple[np.ndarray, np.ndarray]) -> float:
    """Area under the curve on `test` of a logistic model fitted to `train`."""
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000, class_weight="balanced"))
    model.fit(*train)
    return float(roc_auc_score(test[1], model.predict_proba(test[0])[:, 1]))


def test_a_model_foresees_events_from_the_chart_in_another_hospital(county: World, other: World) -> None:
    here, there = chart(county), chart(other)
    assert here[1].sum() > 50
    assert auroc(here[:2], there[:2]) > 0.75


def test_a_model_knows_nothing_when_events_are_shuffled(county: World, other: World) -> None:
    here, there = chart(county), chart(other)
    lot = np.random.default_rng(1)
    shuffled = [auroc((here[0], lot.permutation(here[1])), (there[0], lot.permutation(there[1]))) for _ in range(5)]
    assert abs(float(np.mean(shuffled)) - 0.5) < 0.05


def test_the_same_seed_gives_the_same_course() -> None:
    small = partial(simulate, load_scenario("county", days=4, scale=0.1))
    one, again = small(seed=5), small(seed=5)
    for name in ("latent_state", "deterioration", "vital_sign", "lab_result"):
        assert one[name].equals(again[name])
    assert not small(seed=6)["latent_state"].equals(one["latent_state"])


def test_axes_stay_within_their_bounds(county: World) -> None:
    state = county["latent_state"]
    for axis in AXES:
        assert state[axis].is_between(-1 if axis == "volume" else 0, 1.2).all()

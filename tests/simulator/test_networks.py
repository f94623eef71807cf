"""Networks of hospitals: who lives where, who is referred where, and that every hospital keeps its own house."""

from pathlib import Path

import polars as pl
import pytest

from simulator import Scenario, World, load_scenario, simulate
from simulator.errors import ScenarioError
from simulator.output import Means, produce
from simulator.validation import check_world

SEED = 7


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load_scenario("consortium", days=21, scale=0.1)


@pytest.fixture(scope="module")
def consortium(scenario: Scenario) -> World:
    return simulate(scenario, seed=SEED)


def with_levels(world: World) -> pl.DataFrame:
    """Encounters with the level of their hospital and the person behind the patient."""
    level = world["hospital"].select("hospital_id", pl.col("level").cast(pl.String))
    return world["encounter"].join(level, on="hospital_id").join(world["linkage"], on="patient_id")


def test_a_consortium_is_coherent_in_one_part_and_in_many(
    scenario: Scenario, consortium: World, tmp_path: Path
) -> None:
    made = produce(scenario, tmp_path / "world", seed=SEED, means=Means(size=300), database=False)
    report = check_world(World.read(made), made)
    assert {outcome.id: outcome.violations for outcome in report.rules if outcome.violations} == {}
    whole = produce(scenario, tmp_path / "whole", seed=SEED, database=False)
    assert all(World.read(whole)[name].equals(consortium[name]) for name in consortium)


def test_two_workers_share_a_network_with_the_same_bytes(scenario: Scenario, tmp_path: Path) -> None:
    folders = [
        produce(scenario, tmp_path / str(workers), seed=SEED, means=Means(workers, size=300), database=False)
        for workers in (1, 2)
    ]
    one, two = (sorted(folder.rglob("*.parquet")) for folder in folders)
    assert [path.relative_to(folders[0]) for path in one] == [path.relative_to(folders[1]) for path in two]
    assert all(a.read_bytes() == b.read_bytes() for a, b in zip(one, two, strict=True))


def test_people_are_seen_at_several_hospitals_and_stay_themselves(consortium: World) -> None:
    patient = consortium["patient"].join(consortium["linkage"], on="patient_id")
    several = patient.group_by("person_id").agg(
        hospitals=pl.col("hospital_id").n_unique(),
        names=pl.col("name").n_unique(),
        numbers=pl.col("id_number").n_unique(),
        records=pl.col("mrn").n_unique(),
    )
    several = several.filter(pl.col("hospitals") > 1)
    assert len(several) > 50
    assert (several["names"] == 1).all()
    assert (several["numbers"] == 1).all()
    assert (several["records"] == several["hospitals"]).all()


def test_referrals_go_up_and_down_and_most_patients_arrive(consortium: World) -> None:
    referral = consortium["referral"].with_columns(pl.col("direction").cast(pl.String))
    up, down = (referral.filter(pl.col("direction") == way) for way in ("up", "down"))
    assert len(up) > 20
    assert len(down) > 3
    assert up["to_encounter_id"].is_not_null().mean() > 0.8  # type: ignore[operator]  # a share


def test_of_the_counties_patients_the_top_sees_the_gravest_and_health_centres_admit_nobody(
    scenario: Scenario, consortium: World
) -> None:
    rows = with_levels(consortium)
    assert set(rows.filter(pl.col("level") == "primary")["kind"].cast(pl.String)) == {"outpatient"}
    near = [one for one in scenario.hospitals if "xinglin" in {one.id, one.refers_to} and one.level != "secondary"]
    in_town = [district.zh for one in near for district in one.districts]
    home = consortium["person"].select("person_id", pl.col("district").cast(pl.String))
    stays = (
        rows.filter(pl.col("kind") == "inpatient")
        .join(consortium["episode"].select("episode_id", "severity"), left_on="cause_id", right_on="episode_id")
        .join(home.filter(~pl.col("district").is_in(in_town)), on="person_id")
    )
    mean = {level: stays.filter(pl.col("level") == level)["severity"].mean() for level in ("secondary", "tertiary")}
    assert mean["tertiary"] > mean["secondary"]  # type: ignore[operator]  # means of full columns


def test_a_city_loses_networks_before_it_loses_size() -> None:
    city, small = load_scenario("city"), load_scenario("city", scale=0.05)
    assert len(city.networks) == 40
    assert sum(one.population for one in city.hospitals) == pytest.approx(9_100_000, rel=1e-4)
    assert 1000 * sum(one.beds for one in city.hospitals) / 9_100_000 == pytest.approx(7.23, rel=0.08)
    assert len(small.networks) == 2
    assert sum(one.population for one in small.hospitals) == pytest.approx(455_000, rel=1e-3)
    assert small.hospitals[0].beds == pytest.approx(city.hospitals[0].beds, rel=0.15)


def test_a_hospital_described_in_few_words_says_what_is_wrong(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    text = load_text("consortium")
    for wrong, right, message in (
        (
            "refers_to: nobody",
            "refers_to: xinglin",
            r"hospitals\[\d+\].refers_to must be the id of a hospital, got nobody",
        ),
        ("id: baihe_north", "id: baihe_south", "hospital ids must differ, got baihe_north twice"),
        ("size: big", "size: 0.41", r"hospitals\[0\].size must be a number above 0"),
        ("like: palace", "like: tertiary", "palace"),
    ):
        file.write_text(text.replace(right, wrong, 1), encoding="utf-8")
        with pytest.raises(ScenarioError, match=message):
            load_scenario(file)


def load_text(name: str) -> str:
    """The text of a ready-made scenario."""
    folder = Path(__file__).parents[2] / "simulator" / "scenarios"
    return (folder / f"{name}.yaml").read_text(encoding="utf-8")

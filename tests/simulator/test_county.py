"""The county hospital in full, beside what was published about hospitals."""

from pathlib import Path

import polars as pl
import pytest

from simulator import World, load_scenario, simulate
from simulator.output import write_world
from simulator.validation import Report, check_world

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def county() -> World:
    return simulate(load_scenario("county"), seed=20250303)


@pytest.fixture(scope="module")
def report(county: World, tmp_path_factory: pytest.TempPathFactory) -> Report:
    folder = write_world(county, tmp_path_factory.mktemp("county") / "world", database=False)
    return check_world(county, folder)


def test_it_breaks_no_rule(report: Report) -> None:
    assert {outcome.id: outcome.violations for outcome in report.rules if outcome.violations} == {}


@pytest.mark.parametrize(
    "target", ["T02", "T03", "T04", "T06", "T07", "T08", "T09", "T10", "T12", "T15", "T18", "T19", "T21"]
)
def test_it_comes_near_the_published_figure(report: Report, target: str) -> None:
    outcome = next(one for one in report.targets if one.id == target)
    assert outcome.inside, (
        f"{outcome.quantity}: {outcome.found:.4g}, published {outcome.published} ± {outcome.tolerance}"
    )


def test_every_encounter_leaves_many_rows(county: World) -> None:
    assert sum(len(county[name]) for name in county) / len(county["encounter"]) >= 17


def test_graver_emergencies_wait_less(county: World) -> None:
    seen = county["encounter"].drop_nulls(["triage_level", "seen_at"])
    wait = (pl.col("seen_at") - pl.col("registered_at")).dt.total_seconds().mean().alias("wait")
    means = dict(seen.group_by("triage_level").agg(wait).iter_rows())
    assert means["1"] <= means["3"] < means["4"]


def test_emergencies_board_until_a_bed_is_free(county: World) -> None:
    boarding = (pl.col("started_at") - pl.col("requested_at")).dt.total_hours()
    first = (
        county["bed_stay"]
        .filter(pl.col("reason") == "admission")
        .join(county["encounter"].filter(pl.col("arrival_mode") == "from_emergency"), on="encounter_id", how="semi")
    )
    hours = first.select(boarding.alias("hours"))["hours"]
    assert (hours >= 0).all()
    assert (hours >= 4).any()


def test_monday_is_the_busiest_day_of_the_clinics(county: World) -> None:
    visits = county["encounter"].filter(pl.col("kind") == "outpatient")
    weekday = pl.col("registered_at").dt.convert_time_zone("Asia/Shanghai").dt.weekday()
    assert visits.group_by(weekday.alias("day")).len().sort("len").row(-1)[0] == 1


def test_folders_stay_small(county: World, tmp_path: Path) -> None:
    folder = write_world(county, tmp_path / "world", database=False)
    rows = sum(len(county[name]) for name in county)
    assert sum(path.stat().st_size for path in folder.iterdir()) < 30 * rows, "bytes per row"

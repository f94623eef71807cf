"""The same hospital twice, once with something out of order: what patients notice, and that nobody before does."""

import datetime as dt

import polars as pl
import pytest

from simulator import World, load_scenario, simulate
from simulator.errors import ScenarioError

COUNTY = {"days": 12, "warmup_days": 28}
BROKEN = [
    {"what": "laboratory", "begins": "2025-03-05T09:00", "ends": "2025-03-06T09:00"},
    {"what": "theatre", "begins": "2025-03-10T00:00", "ends": "2025-03-11T20:00"},
    *(
        {"what": "ward", "ward": f"w0{n}", "begins": "2025-03-07T08:00", "ends": "2025-03-09T08:00"}
        for n in range(1, 9)
    ),
    {"what": "emergency", "begins": "2025-03-12T10:00", "ends": "2025-03-12T22:00"},
]
FIRST = dt.datetime(2025, 3, 5, 1, tzinfo=dt.UTC)
"""When the first of them begins."""
TIMES = ["arrived_at", "registered_at", "triaged_at", "seen_at", "admitted_at", "ended_at"]


@pytest.fixture(scope="module")
def whole() -> World:
    return simulate(load_scenario("county", **COUNTY), seed=3)


@pytest.fixture(scope="module")
def broken() -> World:
    return simulate(load_scenario("county", disruptions=BROKEN, **COUNTY), seed=3)


def between(column: str, begins: str, ends: str) -> pl.Expr:
    """Whether a UTC column lies between two local times."""
    local = pl.col(column).dt.offset_by("8h").dt.replace_time_zone(None)
    return local.is_between(dt.datetime.fromisoformat(begins), dt.datetime.fromisoformat(ends), closed="left")


def minutes(begins: str, ends: str) -> pl.Expr:
    """The mean minutes from one column to the other."""
    return (pl.col(ends) - pl.col(begins)).mean().dt.total_seconds() / 60


def mean_of(world: World, table: str, column: str, until: str, day: str) -> float:
    """Mean minutes between two columns of the rows of a local day."""
    rows = world[table].filter(between(column, f"{day}T09:00", f"{day}T20:00"))
    return float(rows.select(minutes(column, until)).item())


def test_results_are_late_while_the_laboratory_is_down(whole: World, broken: World) -> None:
    usual = mean_of(whole, "lab_result", "received_at", "resulted_at", "2025-03-05")
    assert mean_of(broken, "lab_result", "received_at", "resulted_at", "2025-03-05") > 5 * usual
    stays = [mean_of(world, "encounter", "arrived_at", "ended_at", "2025-03-05") for world in (whole, broken)]
    assert stays[1] > 1.2 * stays[0], "who waits for results stays longer"


def test_closed_wards_make_emergencies_board(whole: World, broken: World) -> None:
    boarding = [
        world["bed_stay"]
        .filter(pl.col("reason") == "admission")
        .join(world["encounter"].filter(pl.col("arrival_mode") == "from_emergency"), on="encounter_id", how="semi")
        .filter(between("requested_at", "2025-03-07T08:00", "2025-03-09T08:00"))
        .select(minutes("requested_at", "started_at"))
        .item()
        for world in (whole, broken)
    ]
    assert boarding[1] > 3 * boarding[0]
    ward = broken["ward"].filter(pl.col("kind") == "general")
    inside = between("started_at", "2025-03-07T08:45", "2025-03-09T08:00")
    assert broken["bed_stay"].join(ward, on="ward_id", how="semi").filter(inside).is_empty()
    assert not whole["bed_stay"].join(ward, on="ward_id", how="semi").filter(inside).is_empty()


def test_operations_are_put_off_while_theatres_are_closed(whole: World, broken: World) -> None:
    postponed = [
        world["procedure"].filter(between("started_at", "2025-03-10T00:00", "2025-03-13T00:00"))["postponed"].sum()
        for world in (whole, broken)
    ]
    assert postponed[1] > postponed[0]
    closed = between("started_at", "2025-03-10T01:00", "2025-03-11T20:00") & pl.col("theatre").is_not_null()
    assert broken["procedure"].filter(closed).is_empty()
    assert not whole["procedure"].filter(closed).is_empty()


def test_emergencies_leave_unseen_and_ambulances_go_elsewhere_while_the_department_is_down(
    whole: World, broken: World
) -> None:
    hours = between("arrived_at", "2025-03-12T08:00", "2025-03-12T22:00") & (pl.col("kind") == "emergency")
    unseen = [
        world["encounter"].filter(hours, pl.col("outcome") == "left_before_seen").height for world in (whole, broken)
    ]
    assert unseen[1] > unseen[0]
    (row,) = broken["diversion"].filter(pl.col("reason") == "disruption").iter_rows(named=True)
    assert row["ambulances"] >= 1
    assert (
        broken["encounter"]
        .filter(
            hours, between("arrived_at", "2025-03-12T10:00", "2025-03-12T22:00"), pl.col("arrival_mode") == "ambulance"
        )
        .is_empty()
    )


def test_patients_who_left_before_the_first_disruption_are_untouched(whole: World, broken: World) -> None:
    """But for a visit or two that go with their admission, which now collides with a later visit of the same person."""
    gone = pl.col("ended_at") < FIRST
    before, after = (world["encounter"].filter(gone).select("kind", *TIMES) for world in (whole, broken))
    assert before.height > 1000
    for one, other in ((before, after), (after, before)):
        assert one.join(other, on=["kind", *TIMES], how="anti", nulls_equal=True).height <= 2
    columns = ["bed_id", "requested_at", "started_at", "ended_at"]
    assert whole["bed_stay"].filter(gone).select(columns).equals(broken["bed_stay"].filter(gone).select(columns))


def test_on_paper_everything_takes_longer(whole: World) -> None:
    slow = {"what": "his", "begins": "2025-03-03T08:00", "ends": "2025-03-03T17:00"}
    paper = simulate(load_scenario("county", disruptions=[slow], **COUNTY), seed=3)
    assert paper["disruption"]["capacity"].to_list() == pytest.approx([0.3])
    for table, begins, ends in (
        ("encounter", "arrived_at", "registered_at"),
        ("order", "ordered_at", "paid_at"),
        ("medication_order", "ordered_at", "dispensed_at"),
    ):
        usual, slower = (mean_of(world, table, begins, ends, "2025-03-03") for world in (whole, paper))
        assert slower > 1.5 * usual, table


def test_what_was_out_of_order_is_written_down(broken: World, whole: World) -> None:
    assert whole["disruption"].is_empty()
    assert broken["disruption"]["what"].to_list() == [one["what"] for one in BROKEN]
    assert broken["disruption"]["capacity"].to_list() == [0.0] * len(BROKEN)
    assert broken["disruption"]["ward_id"].null_count() == 3


def test_many_boarders_keep_ambulances_away() -> None:
    few = {"hospitals[0].stations": {"diversion_boarders": 1}}
    diverted = simulate(load_scenario("county", few, **COUNTY), seed=3)["diversion"]
    assert (diverted["reason"] == "boarding").all()
    assert diverted["ambulances"].sum() >= 1


def test_ample_resources_give_short_waits_and_scarce_ones_long_waits() -> None:
    plenty = dict.fromkeys(("registration", "triage", "payment", "phlebotomy", "laboratory", "pharmacy"), 20)
    waits = []
    for stations in ({**plenty, "clinic_load": 0.1}, {"pharmacy": 1, "phlebotomy": 1, "clinic_load": 1.5}):
        world = simulate(load_scenario("county", {"hospitals[0].stations": stations}, **COUNTY), seed=3)
        seen = world["encounter"].filter(pl.col("kind") == "outpatient").select(minutes("registered_at", "seen_at"))
        waits.append(
            (float(seen.item()), float(world["medication_order"].select(minutes("paid_at", "dispensed_at")).item()))
        )
    assert 0 < waits[0][0] < waits[1][0]
    assert 0 < waits[0][1] < 6
    assert waits[1][0] > 20


@pytest.mark.parametrize(
    ("one", "message"),
    [
        ({"what": "kitchen"}, "disruptions[0].what must be"),
        ({"ends": "2025-03-05T08:00"}, "ends must be later than begins"),
        ({"begins": "2024-03-05T08:00"}, "disruptions[0].begins must lie between"),
        ({"what": "ward"}, "ward must be the id of a ward"),
        ({"what": "ward", "ward": "w99"}, "disruptions[0].ward must be one of w01"),
        ({"what": "ward", "ward": "w01", "capacity": 0.5}, "capacity of a ward must be 0"),
        ({"capacity": 1.0}, "disruptions[0].capacity must be less than 1"),
        ({"hospital": "other"}, "disruptions[0].hospital must be one of"),
        ({"begins": "2025-03-05T08:00+08:00"}, "local time without a zone"),
    ],
)
def test_a_disruption_that_cannot_be_is_refused_with_its_key(one: dict[str, object], message: str) -> None:
    given = {"what": "laboratory", "begins": "2025-03-05T09:00", "ends": "2025-03-06T09:00", **one}
    with pytest.raises(ScenarioError) as caught:
        load_scenario("county", disruptions=[given])
    assert message in str(caught.value)


def test_stations_that_cannot_be_are_refused_with_their_key() -> None:
    with pytest.raises(ScenarioError, match=r"hospitals\[0\].stations.pharmacy must be at least 1, got 0"):
        load_scenario("county", {"hospitals[0].stations": {"pharmacy": 0}})

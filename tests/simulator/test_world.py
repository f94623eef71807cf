import datetime as dt

import polars as pl
import pytest

from simulator import World, load_scenario, simulate
from simulator.schema import OPTIONAL, TABLES

DAY = dt.timedelta(days=1)


def first_moment(world: World) -> dt.datetime:
    zone = dt.timezone(dt.timedelta(hours=world.scenario.calendar.utc_offset_hours))
    return dt.datetime.combine(world.scenario.start, dt.time(), zone).astimezone(dt.UTC)


WITHOUT_ROWS = {"disruption", "diversion", "referral", "teleconsult"}
"""Tables that a hospital on its own in which nothing goes wrong leaves empty."""


def test_every_declared_table_has_rows(small_county: World) -> None:
    assert list(small_county) == [name for name in TABLES if name not in OPTIONAL]
    assert {name for name in small_county if small_county[name].is_empty()} <= WITHOUT_ROWS


def test_every_table_has_its_declared_schema(clinic: World) -> None:
    for name in clinic:
        assert clinic[name].schema == TABLES[name].schema


def test_the_same_seed_gives_the_same_world() -> None:
    scenario = load_scenario("clinic", days=3)
    one, other = simulate(scenario, seed=3), simulate(scenario, seed=3)
    assert all(one[name].equals(other[name]) for name in one)


def test_another_seed_gives_another_world(clinic: World) -> None:
    other = simulate(load_scenario("clinic"), seed=8)
    same = [name for name in clinic if len(clinic[name]) and clinic[name].equals(other[name])]
    assert same == ["hospital", "department", "ward", "bed"]


def test_one_person_has_other_laboratory_values_under_another_seed() -> None:
    scenario = load_scenario("clinic", days=5)
    one, other = (simulate(scenario, seed=seed)["lab_result"]["value"].drop_nulls() for seed in (1, 2))
    assert len(set(one.head(200)) & set(other.head(200))) < 150


def test_nothing_is_recorded_at_or_after_the_end(small_county: World) -> None:
    until = first_moment(small_county) + small_county.scenario.days * DAY
    for name in small_county:
        for column in TABLES[name].columns:
            if column.dtype == "time" and column.name != "ends_at":
                assert (small_county[name][column.name].drop_nulls() < until).all(), f"{name}.{column.name}"


def test_the_hospital_is_neither_empty_at_the_start_nor_at_the_end(small_county: World) -> None:
    begin = first_moment(small_county)
    stays = small_county["bed_stay"]
    at_start = stays.filter(
        (pl.col("started_at") < begin) & (pl.col("ended_at").is_null() | (pl.col("ended_at") > begin))
    )
    beds = small_county["bed"].height
    assert at_start.height > 0.5 * beds
    assert stays["ended_at"].null_count() > 0.5 * beds


def test_open_encounters_have_neither_outcome_nor_settlement(small_county: World) -> None:
    still_here = small_county["encounter"].filter(pl.col("ended_at").is_null())
    assert still_here.height > 0
    assert still_here["outcome"].null_count() == still_here.height
    assert still_here.join(small_county["settlement"], on="encounter_id").is_empty()


def test_clinics_see_nobody_on_a_closed_sunday(small_county: World) -> None:
    closed = small_county["department"].filter(~pl.col("weekend") & (pl.col("kind") == "clinical"))
    local = pl.col("registered_at").dt.convert_time_zone("Asia/Shanghai")
    sundays = small_county["encounter"].filter(
        (pl.col("kind") == "outpatient") & (local.dt.weekday() == 7)  # Sunday
    )
    assert sundays.join(closed, on="department_id").is_empty()


def test_emergencies_come_by_night_too(small_county: World) -> None:
    hour = pl.col("registered_at").dt.convert_time_zone("Asia/Shanghai").dt.hour()
    night = small_county["encounter"].filter((pl.col("kind") == "emergency") & (hour < 6))
    assert night.height > 0


def test_children_are_seen_by_paediatricians(small_county: World) -> None:
    code = dict(small_county["department"].select("department_id", "code").iter_rows())
    children = small_county["encounter"].filter((pl.col("age_years") < 10) & (pl.col("kind") == "outpatient"))
    seen_in = children["department_id"].replace_strict(code, return_dtype=pl.String).value_counts(sort=True)
    assert seen_in.row(0)[0] == "paediatrics"
    adults = small_county["encounter"].filter((pl.col("age_years") >= 18) & (pl.col("kind") == "outpatient"))
    assert "paediatrics" not in set(adults["department_id"].replace_strict(code, return_dtype=pl.String))


def test_no_department_of_births_sees_a_man(small_county: World) -> None:
    obstetrics = small_county["department"].filter(pl.col("code").cast(pl.String).is_in(["obstetrics", "gynaecology"]))
    patients = small_county["encounter"].join(obstetrics, on="department_id", how="semi")["patient_id"]
    sexes = small_county["patient"].filter(pl.col("patient_id").is_in(patients.implode()))["sex"]
    assert set(sexes.cast(pl.String)) == {"female"}


@pytest.mark.parametrize("test", ["hemoglobin", "creatinine", "sodium", "platelets"])
def test_most_results_of_visits_lie_near_their_reference_range(small_county: World, test: str) -> None:
    results = small_county["lab_result"].filter(pl.col("test_code").cast(pl.String) == test)
    assert results.height > 50
    inside = results.select(pl.col("value").is_between("ref_low", "ref_high").mean()).item()
    assert 0.6 < inside < 0.99


def test_diabetics_have_more_glucose_than_others(small_county: World) -> None:
    diabetic = small_county["diagnosis"].filter(pl.col("code").cast(pl.String).str.starts_with("E11"))["encounter_id"]
    glucose = small_county["lab_result"].filter(
        pl.col("test_code").cast(pl.String).is_in(["glucose", "fasting_glucose"])
    )
    mean = glucose.group_by(pl.col("encounter_id").is_in(diabetic.implode())).agg(pl.col("value").mean())
    level = dict(mean.iter_rows())
    assert level[True] > level[False] + 1


def test_a_scenario_with_other_beds_has_other_waits() -> None:
    wide = simulate(load_scenario("county", days=6, scale=0.2), seed=5)
    tight_scenario = load_scenario("county", {f"hospitals[0].wards[{n}].beds": 3 for n in range(11)}, days=6, scale=0.2)
    tight = simulate(tight_scenario, seed=5)
    wait = [
        world["bed_stay"].select((pl.col("started_at") - pl.col("requested_at")).dt.total_minutes().mean()).item()
        for world in (wide, tight)
    ]
    assert wait[1] > 1.5 * wait[0]


def test_drug_orders_do_not_betray_when_a_patient_will_leave(small_county: World) -> None:
    until = first_moment(small_county) + small_county.scenario.days * DAY
    ward = small_county["medication_order"].filter(pl.col("kind") == "inpatient")
    assert ward["ends_at"].null_count() > 0
    assert (ward["ends_at"].drop_nulls() < until).all()
    assert (ward["days"] <= 30).all()

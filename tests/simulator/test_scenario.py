from pathlib import Path

import pytest

from simulator import load_scenario
from simulator.errors import ScenarioError
from simulator.scenario_files import names


@pytest.mark.parametrize("name", names())
def test_every_ready_made_scenario_is_valid_and_named_after_its_file(name: str) -> None:
    assert load_scenario(name).name == name


def test_county_is_the_hospital_that_was_asked_for() -> None:
    county = load_scenario("county")
    assert (county.hospitals[0].beds, county.days) == (300, 90)


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ({"days": 0}, "county.yaml: days must be at least 1, got 0"),
        ({"days": "a week"}, "county.yaml: days must be a whole number, got 'a week'"),
        ({"start": "tomorrow"}, "county.yaml: start must be a date such as 2025-03-01, got 'tomorrow'"),
        ({"hospitals[0].wards[2].beds": 0}, r"county.yaml: hospitals\[0\].wards\[2\].beds must be at least 1, got 0"),
        (
            {"hospitals[0].level": "huge"},
            r"hospitals\[0\].level must be 'primary', 'secondary' or 'tertiary', got 'huge'",
        ),
        ({"hospitals[0].wards[2].department": "magic"}, r"wards\[2\].department must be one of .*, got magic"),
        ({"hospitals[0].departments[0].closes": 8}, "opens must be earlier than closes, got 8 and 8"),
        ({"hospitals[0].wards[1].id": "w01"}, "ward ids must differ, got w01 twice"),
        ({"dayz": 3}, "dayz is not a key of a scenario"),
        ({"hospitals[9].population": 1}, "leads nowhere at 9"),
        ({"hospitals[0].nothing.here": 1}, "there is no 'nothing'"),
        ({"calendar.outpatient_hours": [1, 2]}, "calendar.outpatient_hours must have at least 24 entries"),
        ({"demand.visits_per_person": -1}, "demand.visits_per_person.value must be more than 0, got -1"),
        ({"scale": 0}, "scale must be a number above 0"),
    ],
)
def test_a_wrong_value_is_named_with_file_key_and_what_would_be_right(
    override: dict[str, object], message: str
) -> None:
    with pytest.raises(ScenarioError, match=message):
        load_scenario("county", override)


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(ScenarioError, match="did you mean county"):
        load_scenario("conty")


@pytest.mark.parametrize("text", ["- 1", "days: [", "name: x"])
def test_a_broken_file_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"mine\.yaml"):
        load_scenario(path)


def test_the_hash_follows_the_content_and_nothing_else() -> None:
    assert load_scenario("county").hash == load_scenario("county", days=90).hash
    assert load_scenario("county").hash != load_scenario("county", days=91).hash


def test_an_override_may_be_a_bare_figure() -> None:
    assert load_scenario("clinic", {"demand.visits_per_person": 2}).demand.visits_per_person.value == 2


def test_scaling_keeps_at_least_one_of_everything() -> None:
    tiny = load_scenario("county", scale=0.001).hospitals[0]
    assert {ward.beds for ward in tiny.wards} == {1}
    assert {department.doctors for department in tiny.departments} == {1}


def test_a_scenario_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load_scenario("clinic").days = 3  # type: ignore[misc]

"""Whatever a scenario asks for, the world it gives contradicts itself nowhere."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator import load_scenario, simulate
from simulator.output import write_world
from simulator.schema import TABLES
from simulator.validation import check_world


@settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.integers(0, 2**64),
    st.fixed_dictionaries(
        {
            "days": st.integers(1, 12),
            "warmup_days": st.integers(0, 30),
            "scale": st.floats(0.004, 0.06),
            "demand.visits_per_person": st.floats(3.5, 8.0),
        }
    ),
    st.integers(1, 4),
)
def test_any_small_county_is_coherent(seed: int, overrides: dict[str, object], beds: int) -> None:
    wards: dict[str, object] = {f"hospitals[0].wards[{n}].beds": beds for n in range(11)}
    world = simulate(load_scenario("county", wards | overrides), seed=seed)
    with TemporaryDirectory() as folder:
        written = write_world(world, Path(folder) / "world", database=False)
        report = check_world(world, written)
    assert {outcome.id: outcome.violations for outcome in report.rules if outcome.violations} == {}


def test_two_hospitals_keep_their_own_people_and_numbers(tmp_path: Path) -> None:
    county = load_scenario("county", days=3, scale=0.05)
    both = county.model_copy(update={"hospitals": (county.hospitals[0], county.hospitals[0])})
    world = simulate(both, seed=4)
    assert world["hospital"]["hospital_id"].to_list() == [10_001_000_000_001, 10_002_000_000_001]
    assert [name for name in world if world[name][TABLES[name].key].n_unique() != len(world[name])] == []
    assert check_world(world, write_world(world, tmp_path / "world", database=False)).coherent
    one, other = (
        world["patient"].filter(world["patient"]["hospital_id"] == number)["name"].to_list()
        for number in world["hospital"]["hospital_id"]
    )
    assert one != other


def test_adding_a_hospital_changes_nothing_in_the_first() -> None:
    county = load_scenario("county", days=2, scale=0.05)
    both = county.model_copy(update={"hospitals": (county.hospitals[0], county.hospitals[0])})
    alone, first = simulate(county, seed=4), simulate(both, seed=4)
    for name in alone:
        key = TABLES[name].key
        assert alone[name].equals(first[name].filter(first[name][key] // 10**9 % 1000 == 1)), name

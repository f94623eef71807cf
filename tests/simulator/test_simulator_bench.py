import pytest

from simulator.bench import measure


@pytest.mark.slow
def test_a_county_is_made_at_two_thousand_encounters_a_processor_second_and_more() -> None:
    found = measure()
    assert found.encounters > 40_000
    assert found.rows / found.encounters >= 17
    assert found.encounters / found.total_s >= 2_000

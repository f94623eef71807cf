"""The bench measures a whole run: what it counts is checked here; how fast it was is for the reader of its table."""

import pytest

from simulator.bench import measure


@pytest.mark.slow
def test_the_bench_counts_every_encounter_and_every_row_of_a_county() -> None:
    found = measure()
    assert found.encounters > 40_000
    assert found.rows / found.encounters >= 17
    assert 0 < found.simulation_s < found.total_s
    assert found.files_mib > 0

"""The bench measures a whole run: what it counts is checked here; how fast it was is for the reader of its table."""

from pathlib import Path

import pytest

from simulator import load_scenario
from simulator.bench import measure
from simulator.peers import Peer, run


@pytest.mark.slow
def test_the_bench_counts_every_encounter_and_every_row_of_a_county() -> None:
    found = measure(load_scenario("county"))
    assert found.encounters > 40_000
    assert found.rows / found.encounters >= 17
    assert found.cpu_s > 0
    assert found.files_mib > 1


def test_a_peer_that_cannot_be_installed_says_why(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XINGLIN_STATE", str(tmp_path))
    nobody = Peer("nobody", "no-such-simulator==9.9.9", "nobody", lambda _: (0, 0))
    assert "failed" in run(nobody).trouble or "No such file" in run(nobody).trouble

"""Worlds that many tests look at, made once."""

from pathlib import Path

import pytest

from simulator import World, load_scenario, simulate
from simulator.output import write_world


@pytest.fixture(scope="session")
def clinic() -> World:
    return simulate(load_scenario("clinic"), seed=7)


@pytest.fixture(scope="session")
def small_county() -> World:
    return simulate(load_scenario("county", days=10, scale=0.3), seed=7)


@pytest.fixture(scope="session")
def clinic_folder(clinic: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_world(clinic, tmp_path_factory.mktemp("worlds") / "clinic", seed=7)

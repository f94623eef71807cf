from pathlib import Path

import pytest

from simulator import World, load_scenario
from simulator.formats import FORMATS
from simulator.formats.folder import fill
from simulator.formats.format import Period
from simulator.output import produce


@pytest.fixture(scope="session")
def noted(tmp_path_factory: pytest.TempPathFactory) -> World:
    """The clinic with notes, so that there is a resource of every type."""
    folder = tmp_path_factory.mktemp("noted") / "clinic"
    return World.read(produce(load_scenario("clinic"), folder, seed=7, database=False, notes=True))


@pytest.fixture(scope="session")
def bulk(noted: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fhir") / "bulk"
    fill(noted, FORMATS["fhir"], folder, Period(), lambda _: None)
    return folder

from pathlib import Path

import pytest

from simulator import World
from simulator.formats import FORMATS
from simulator.formats.folder import fill
from simulator.formats.format import Period


@pytest.fixture(scope="session")
def bulk(clinic: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fhir") / "bulk"
    fill(clinic, FORMATS["fhir"], folder, Period(), lambda _: None)
    return folder

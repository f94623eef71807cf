"""Readers of others that the renderings are held against, and worlds to render."""

import os
from pathlib import Path

import pytest

from simulator import World, load_scenario, simulate


@pytest.fixture(scope="session")
def node_tools() -> Path:
    """The folder whose node_modules hold what tests/tools/package.json names; `xinglin test` makes it."""
    folder = os.environ.get("XINGLIN_NODE_TOOLS", "")
    if not folder:
        pytest.skip("the Node packages of tests/tools are not installed; start the tests with ./xinglin test")
    return Path(folder)


@pytest.fixture(scope="session")
def consortium() -> World:
    """Hospitals that refer to each other and consult at a distance, a few days of them."""
    return simulate(load_scenario("consortium", days=8, scale=0.02), seed=7)

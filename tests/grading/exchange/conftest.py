"""Fixtures: the hub double, a running exchange that is emptied between tests, or one of a test's own."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

# tests/ holds no packages, so the helpers beside this file are found by their folder
sys.path.insert(0, str(Path(__file__).parent))

from exchange_rig import HubDouble, Service, publish_assignment

from grading.exchange.store import Store
from grading.exchange.tables import METADATA


@pytest.fixture(scope="module")
def hub_of_module() -> Iterator[HubDouble]:
    double = HubDouble()
    yield double
    double.close()


@pytest.fixture
def hub(hub_of_module: HubDouble) -> HubDouble:
    """The hub's token endpoint, which knows nobody yet."""
    hub_of_module.people.clear()
    return hub_of_module


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A state folder in which one assignment is published and released."""
    publish_assignment(tmp_path).engine.dispose()
    return tmp_path


@pytest.fixture
def start_service(hub: HubDouble, state: Path) -> Iterator[Callable[..., Service]]:
    """Start an exchange of the test's own, with other settings or to be killed."""
    started: list[Service] = []

    def start(**extra: str) -> Service:
        service = Service(hub, state, extra).start()
        started.append(service)
        return service

    yield start
    for service in started:
        service.end()


@pytest.fixture(scope="module")
def services_of_module(
    hub_of_module: HubDouble, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Service]]:
    running: dict[str, Service] = {}

    def emptied(workers: str) -> Service:
        if workers not in running:
            running[workers] = Service(hub_of_module, tmp_path_factory.mktemp("state"), {"XINGLIN_WORKERS": workers})
        service = running[workers]
        empty(service.state)
        return service if service.runs else service.start()

    yield emptied
    for service in running.values():
        service.end()


def empty(state: Path) -> None:
    """As after the first publication: starting a process for each test would take longer than the tests."""
    store = Store.open(state)
    METADATA.drop_all(store.engine)
    METADATA.create_all(store.engine)
    store.engine.dispose()
    publish_assignment(state).engine.dispose()


@pytest.fixture
def service(hub: HubDouble, services_of_module: Callable[[str], Service]) -> Service:  # noqa: ARG001 (forgets people)
    """An exchange with one worker and one released assignment."""
    return services_of_module("1")


@pytest.fixture
def desk(hub: HubDouble, services_of_module: Callable[[str], Service]) -> Service:  # noqa: ARG001 (the same)
    """An exchange without a worker: it takes submissions and marks none."""
    return services_of_module("0")

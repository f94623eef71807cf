"""Fixtures: the hub double, a state folder with one released assignment, a running exchange."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

# tests/ holds no packages, so the helpers beside this file are found by their folder
sys.path.insert(0, str(Path(__file__).parent))

from exchange_rig import HubDouble, Service, publish_assignment


@pytest.fixture
def hub() -> Iterator[HubDouble]:
    double = HubDouble()
    yield double
    double.close()


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A state folder in which one assignment is published and released."""
    publish_assignment(tmp_path)
    return tmp_path


@pytest.fixture
def start_service(hub: HubDouble, state: Path) -> Iterator[Callable[..., Service]]:
    started: list[Service] = []

    def start(**extra: str) -> Service:
        service = Service(hub, state, extra).start()
        started.append(service)
        return service

    yield start
    for service in started:
        if service.process is not None and service.process.poll() is None:
            service.stop()


@pytest.fixture
def service(start_service: Callable[..., Service]) -> Service:
    return start_service()


@pytest.fixture
def desk(start_service: Callable[..., Service]) -> Service:
    """An exchange without a worker: it takes submissions and marks none."""
    return start_service(XINGLIN_WORKERS="0")

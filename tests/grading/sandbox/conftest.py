"""One sandbox for all tests here."""

from collections.abc import Iterator

import pytest

from grading.sandbox import Sandbox


@pytest.fixture(scope="session")
def box() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox

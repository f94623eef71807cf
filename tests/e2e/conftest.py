"""One platform and two people serve all browser tests; screenshots of every page are kept."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import sync_playwright

from tests.e2e.stage import ROOT, Running, Visitor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

CHROMIUM = os.environ.get("XINGLIN_TEST_CHROMIUM", "/usr/bin/chromium")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.skip(f"no browser at {CHROMIUM}; as root: apt-get install chromium fonts-noto-cjk")
    with sync_playwright() as playwright:
        try:
            chromium = playwright.chromium.launch(
                executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"]
            )
        except PlaywrightError as error:
            pytest.fail(f"{CHROMIUM} does not start: {error}")
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def pictures() -> Path:
    folder = Path(os.environ.get("XINGLIN_ARTEFACTS") or ROOT / "artefacts") / "screenshots"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ".probe").touch()
    except OSError:  # the code belongs to somebody else: keep them where tests may write
        folder = Path(os.environ.get("TMPDIR", "/tmp")) / f"xinglin-screenshots-{os.getuid()}"  # noqa: S108
        folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def platform(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    assert browser
    running = Running(tmp_path_factory.mktemp("platform"))
    yield running
    running.stop()


def arrived(browser: Browser, platform: Running, pictures: Path, username: str) -> Iterator[Visitor]:
    visitor = Visitor(browser, platform.url, pictures, username)
    visitor.accept_invitation(platform.links[username])
    yield visitor
    visitor.context.close()


@pytest.fixture(scope="session")
def learner(browser: Browser, platform: Running, pictures: Path) -> Iterator[Visitor]:
    yield from arrived(browser, platform, pictures, "learner")


@pytest.fixture(scope="session")
def instructor(browser: Browser, platform: Running, pictures: Path) -> Iterator[Visitor]:
    yield from arrived(browser, platform, pictures, "teacher")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Keep a picture of where a failed test was."""
    outcome: Any = yield
    if (report := outcome.get_result()).when == "call" and report.failed:
        for name in ("learner", "instructor"):
            if visitor := getattr(item, "funcargs", {}).get(name):
                visitor.shoot(f"failed-{item.name}-{name}")

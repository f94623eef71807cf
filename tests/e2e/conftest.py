"""The whole platform as `xinglin up` starts it, and people in real browsers. Screenshots of every page are kept."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, expect, sync_playwright

from hub_config.processes import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, FrameLocator

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = os.environ.get("XINGLIN_TEST_CHROMIUM", "/usr/bin/chromium")
PASSWORD = "apricot wood and spring water"
START_S = 180
DESK, PHONE = {"width": 1280, "height": 860}, {"width": 360, "height": 740}
LINK = re.compile(r"http://\S+/hub/invite\?token=\S+")
expect.set_options(timeout=30_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One platform serves all browser tests: keep them in one process, in the order they are written."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))
            item.add_marker(pytest.mark.timeout(420))


class Running:
    """A platform in the foreground of its own process group."""

    def __init__(self, folder: Path) -> None:
        self.state = folder / "state"
        self.log = folder / "up.log"
        port = free_port()
        self.url = f"http://127.0.0.1:{port}/"
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("XINGLIN_", "JUPYTER"))}
        environment = kept | {"XINGLIN_STATE": str(self.state), "XINGLIN_CODE": str(ROOT), "COLUMNS": "300"}
        with self.log.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "hub_config.cli", "up", "--port", str(port)],
                cwd=ROOT,
                env=environment,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        self.links = self._links()

    def _links(self) -> dict[str, str]:
        """Username -> invitation link, from what `up` prints once everything answers."""
        end = time.monotonic() + START_S
        while time.monotonic() < end and self.process.poll() is None:
            said = self.log.read_text("utf-8", "replace")
            if "Ctrl-C stops everything" in said:
                return dict(zip(re.findall(r"\((\w+)\), choose a password", said), LINK.findall(said), strict=True))
            time.sleep(0.3)
        self.stop()
        return pytest.fail(f"`xinglin up` did not come up:\n{self.log.read_text('utf-8', 'replace')[-4000:]}")

    def stop(self) -> None:
        """Ctrl-C."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(60)


class Visitor:
    """One person at one browser window."""

    def __init__(self, browser: Browser, base: str, pictures: Path, username: str) -> None:
        self.base, self.pictures, self.username = base, pictures, username
        self.context = browser.new_context(viewport=DESK, locale="zh-CN", accept_downloads=True)  # type: ignore[arg-type]
        self.page: Page = self.context.new_page()
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("dialog", lambda dialog: self.errors.append(f"dialog: {dialog.message}"))

    @property
    def portal(self) -> str:
        """The portal's address."""
        return f"{self.base}services/portal/"

    def go(self, path: str) -> Page:
        """Open a page of the portal."""
        self.page.goto(self.portal + path)
        return self.page

    def shoot(self, name: str) -> Path:
        """Keep a picture of what is on the screen."""
        file = self.pictures / f"{name}.png"
        self.page.screenshot(path=file, full_page=True)
        return file

    def speak(self, lang: str) -> None:
        """Choose a language with the button of the page."""
        if self.page.locator("html").get_attribute("lang") != {"zh": "zh-CN", "en": "en"}[lang]:
            self.page.locator("form button.quiet").click()
        expect(self.page.locator("html")).to_have_attribute("lang", {"zh": "zh-CN", "en": "en"}[lang])

    def accept_invitation(self, link: str) -> None:
        """Choose a password and arrive at the portal."""
        self.page.goto(link)
        self.page.fill("#password_input", PASSWORD)
        self.page.fill("#again_input", PASSWORD)
        self.page.click("button[type=submit]")
        self.page.wait_for_url(f"{self.portal}**")

    def open_lab(self, path: str = "lab") -> None:
        """Go to one's own JupyterLab and wait until its file browser is there."""
        self.page.goto(f"{self.base}user-redirect/{path}")
        self.page.wait_for_selector(".jp-DirListing-content", timeout=120_000)

    def menu(self, *entries: str) -> None:
        """Choose from JupyterLab's menu by what it says."""
        self.page.locator(".lm-MenuBar-itemLabel", has_text=re.compile(entries[0])).click()
        for entry in entries[1:]:
            self.page.locator(".lm-Menu-itemLabel", has_text=re.compile(entry)).last.click()

    def write_cell(self, marker: str, code: str) -> None:
        """Replace what stands in the cell with this text, key by key, undoing the indentation the editor adds."""
        cell = self.page.locator(".jp-Notebook .jp-CodeCell", has_text=marker).first
        cell.scroll_into_view_if_needed()
        cell.locator(".cm-content").click()
        keyboard = self.page.keyboard
        keyboard.press("Control+a")
        keyboard.press("Delete")
        for number, line in enumerate(code.rstrip().splitlines()):
            if number:
                keyboard.press("Enter")
                keyboard.type("x")
                for key in ("Shift+Home", "Shift+Home", "Delete"):
                    keyboard.press(key)
            keyboard.type(line)
        keyboard.press("Escape")

    def inner(self, selector: str) -> FrameLocator:
        """A frame of the page."""
        return self.page.frame_locator(selector)


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

"""What the browser tests stand on: the whole platform as `xinglin up` starts it, and people in real browsers."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from hub_config.processes import free_port

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Dialog, FrameLocator

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "apricot wood and spring water"
START_S = 180
MARKS = [pytest.mark.browser, pytest.mark.timeout(900)]
"""One platform serves all browser tests: side by side, run the tests with --dist loadfile (or one process)."""
DESK, PHONE = {"width": 1280, "height": 860}, {"width": 360, "height": 740}
LINK = re.compile(r"http://\S+/hub/invite\?token=\S+")
PATIENCE_MS = 90_000
expect.set_options(timeout=PATIENCE_MS)


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
        self.page.on("dialog", self._answer)
        self.page.set_default_timeout(PATIENCE_MS)

    def _answer(self, dialog: Dialog) -> None:
        """Leave a page in the middle of something; any other dialog is one too many."""
        if dialog.type == "beforeunload":
            dialog.accept()
        else:
            self.errors.append(f"dialog: {dialog.message}")
            dialog.dismiss()

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
        self.shoot(f"invitation-{self.username}")
        self.page.fill("#password_input", PASSWORD)
        self.page.fill("#again_input", PASSWORD)
        self.page.click("button[type=submit]")
        self.page.wait_for_url(f"{self.portal}**")

    def open_lab(self, path: str = "lab") -> None:
        """Go to one's own JupyterLab and wait until its file browser is there."""
        self.page.goto(f"{self.base}user-redirect/{path}")
        self.page.wait_for_selector(".jp-DirListing-content", state="attached", timeout=120_000)

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

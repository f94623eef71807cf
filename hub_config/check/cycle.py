"""The steps of one whole cycle: a learner from the invitation to feedback, then an instructor at the gradebook."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from grading.answers import Answer
from grading.course import Module
from grading.errors import GradingError
from hub_config.check.client import Browser
from hub_config.check.notebook import answers_to_try, mark, typed_in
from hub_config.errors import HubError, PlatformError

MARK = re.compile(r"·\s*([\d.]+)/([\d.]+)")
MARKED_S, PAUSE_S = 120.0, 0.2
CLOSE = 0.01
MIN_FEEDBACK_BYTES = 500


@dataclass
class Step:
    """One thing a person did: how long it took and what came of it."""

    title: str
    seconds: float
    outcome: str
    right: bool


@dataclass
class Cycle:
    """A learner and an instructor on a running platform, with one module of one course."""

    url: str
    module: Module
    learner: str
    instructor: str
    password: str
    report: Callable[[Step], None]
    steps: list[Step] = field(default_factory=list)

    @property
    def folder(self) -> str:
        """Where a fetched assignment lies in the learner's home."""
        return f"{self.module.course}/{self.module.id}"

    def run(self, links: dict[str, str]) -> bool:
        """All steps; a step that fails ends the cycle. `links`: username -> invitation."""
        with Browser(self.url, self.learner) as first:
            well = self.step("choose a password", lambda: self.invite(first, links[self.learner]))
        with Browser(self.url, self.learner) as learner:
            well = well and self.step("log in", lambda: self.log_in(learner))
            well = well and self.step("start a server", learner.start_server)
            well = well and self.step("list assignments", lambda: self.released(learner))
            well = well and self.step("fetch", lambda: self.fetch(learner))
            right, wrong = answers_to_try(self.module)
            well = well and self.step("submit a wrong answer", lambda: self.submit(learner, wrong))
            well = well and self.step("submit a right answer", lambda: self.submit(learner, right))
        with Browser(self.url, self.instructor) as instructor:
            well = well and self.step(
                "instructor: password and server", lambda: self.enter(instructor, links[self.instructor])
            )
            return well and self.step("instructor: gradebook", lambda: self.gradebook(instructor))

    def step(self, title: str, act: Callable[[], Any]) -> bool:
        """Do one thing, time it, report it."""
        start = time.perf_counter()
        try:
            outcome, right = str(act() or "done"), True
        except (HubError, GradingError, LookupError, httpx.HTTPError) as error:
            outcome, right = f"{error}", False
        done = Step(title, time.perf_counter() - start, outcome, right)
        self.steps.append(done)
        self.report(done)
        return right

    def invite(self, browser: Browser, link: str) -> str:
        """Choose a password with the invitation; a second use must fail."""
        browser.choose_password(link, self.password)
        try:
            browser.choose_password(link, self.password)
        except PlatformError:
            return "the link works once"
        raise PlatformError("the invitation link worked twice")

    def log_in(self, browser: Browser) -> str:
        """Wrong password first, then the right one."""
        if browser.log_in(self.password + "?").is_success:
            raise PlatformError("a wrong password was accepted")
        if not (answer := browser.log_in(self.password)).is_success:
            raise PlatformError(f"the right password was refused ({answer.status_code})")
        return answer.url.path

    def assignments(self, browser: Browser) -> list[dict[str, Any]]:
        """What nbgrader's Assignment List shows. Raises PlatformError with what it shows instead."""
        listed = browser.get("assignments", course_id=self.module.course)
        if not listed.get("success"):
            raise PlatformError(f"the assignment list says: {listed.get('value')}")
        return [one for one in listed["value"] if one["assignment_id"] == self.module.id]

    def released(self, browser: Browser) -> str:
        """The module is released."""
        found = [one["status"] for one in self.assignments(browser)]
        if found != ["released"]:
            raise PlatformError(f"{self.module.id} should be released, the list says {found}")
        return "released"

    def fetch(self, browser: Browser) -> str:
        """Fetch; the notebook is in the home."""
        browser.post("assignments/fetch", course_id=self.module.course, assignment_id=self.module.id)
        names = [one["name"] for one in browser.get(f"api/contents/{self.folder}")["content"]]
        if f"{self.module.id}.ipynb" not in names:
            raise PlatformError(f"after fetching, {self.folder} holds {names}")
        return ", ".join(sorted(names))

    def submit(self, browser: Browser, answer: Answer) -> str:
        """Type the answer, submit, wait for the mark in the list, read the feedback page."""
        address = f"api/contents/{self.folder}/{self.module.id}.ipynb"
        notebook = browser.get(address)["content"]
        browser.call("PUT", address, json={"type": "notebook", "format": "json", "content": typed_in(notebook, answer)})
        before = len(self.submissions(browser))
        start = time.perf_counter()
        handed_in = browser.post("assignments/submit", course_id=self.module.course, assignment_id=self.module.id)
        if not handed_in.get("success"):
            raise PlatformError(f"submitting was refused: {handed_in.get('value')}")
        reached, possible = self.wait_for_mark(browser, before)
        seconds = time.perf_counter() - start
        expected = mark(self.module, answer)
        if abs(reached - expected) > CLOSE:
            raise PlatformError(f"{answer.name}: {reached:g} of {possible:g} points, expected {expected:g}")
        said = f"{reached:g} of {possible:g} points as expected, {self.read_feedback(browser)}"
        return f"{said}; {seconds:.1f} s from submitting to the mark ({answer.name})"

    def submissions(self, browser: Browser) -> list[dict[str, Any]]:
        """The learner's attempts, oldest first."""
        return [
            each for one in self.assignments(browser) if one["status"] == "submitted" for each in one["submissions"]
        ]

    def wait_for_mark(self, browser: Browser, before: int) -> tuple[float, float]:
        """The mark of the newest attempt, as the list shows it: (points, of)."""
        until = time.monotonic() + MARKED_S
        while time.monotonic() < until:
            attempts = self.submissions(browser)
            if len(attempts) > before and (found := MARK.search(attempts[-1]["timestamp"])):
                return float(found[1]), float(found[2])
            time.sleep(PAUSE_S)
        last = attempts[-1]["timestamp"] if attempts else "no attempt"
        raise PlatformError(f"no mark within {MARKED_S:.0f} s; the list says {last!r}")

    def read_feedback(self, browser: Browser) -> str:
        """Fetch the newest feedback and read the page in the home."""
        browser.post("assignments/fetch_feedback", course_id=self.module.course, assignment_id=self.module.id)
        newest = self.submissions(browser)[-1]
        path = newest["notebooks"][0]["local_feedback_path"]
        if not path:
            raise PlatformError("there is no feedback to read")
        page = browser.get(f"api/contents/{relative(path, self.learner)}")["content"]
        if len(page) < MIN_FEEDBACK_BYTES:
            raise PlatformError(f"the feedback page has {len(page)} characters only")
        return "feedback read"

    def enter(self, browser: Browser, link: str) -> str:
        """The instructor chooses a password and starts a server."""
        browser.choose_password(link, self.password)
        browser.start_server()
        return "formgrader" if browser.get("formgrader/api/status")["status"] else "formgrader says no"

    def gradebook(self, browser: Browser) -> str:
        """The learner's row in formgrader shows the best mark."""
        rows = browser.get(f"formgrader/api/submissions/{self.module.id}")
        row = next((one for one in rows if one["student"] == self.learner), None)
        if row is None:
            raise PlatformError(
                f"the gradebook has no row for {self.learner}; it has {[one['student'] for one in rows]}"
            )
        best = sum(item.points for item in self.module.items)
        if abs(row["score"] - best) > CLOSE:
            raise PlatformError(f"the gradebook says {row['score']:g}, expected {best:g}")
        return f"{row['score']:g} of {row['max_score']:g} points for {self.learner}"


def relative(path: str, username: str) -> str:
    """A path of the server, seen from its home."""
    return path.removeprefix(f"/home/{username}/")

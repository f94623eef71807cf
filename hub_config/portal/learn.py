"""A learner's pages: courses, a course, a module, an attempt with its feedback, help, and the choice of language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tornado.web import HTTPError

from hub_config.portal.base import HEADERS, Page, own_path
from hub_config.portal.source import attempt_row
from hub_config.portal.views import Status
from hub_config.texts import COOKIE, as_language

if TYPE_CHECKING:
    from grading.exchange.records import Attempt
    from hub_config.portal.views import AttemptRow, CourseView, ModuleView

YEAR_DAYS = 365
FEEDBACK_CSP = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
"""A marked notebook may style itself and show its plots; it can run, load, send and reach nothing."""


class Home(Page):
    """Every course I take or teach, and where to go on."""

    here = "home"

    async def get(self) -> None:
        """Show the start page."""
        person = self.someone()
        courses = await self.load(self.source.courses_of, person, self.lang)
        learning = [course for course in courses if course.learns]
        goals = [(course, course.next_module) for course in learning if course.next_module]
        self.show(
            "home.html",
            learning=learning,
            teaching=[course for course in courses if course.teaches],
            goal=max(goals, key=lambda goal: goal[0].done, default=None),
        )


class InCourse(Page):
    """A page of a course, for those who take or teach it."""

    here = "course"

    async def course(self, name: str) -> CourseView:
        """Give the course if it is open to who is looking: 404 for none of this name, 403 for other people's."""
        person = self.someone()
        found = await self.load(self.source.course, person, name, self.lang)
        if found is None:
            raise HTTPError(404)
        if not (found.learns or found.teaches):
            raise HTTPError(403)
        return found


class CoursePage(InCourse):
    """One course: its modules in order."""

    async def get(self, name: str) -> None:
        """Show the course."""
        self.show("course.html", course=await self.course(name))


class ModulePage(InCourse):
    """One module: how it stands, what the marker said about each item, all attempts."""

    async def get(self, name: str, module_name: str) -> None:
        """Show the module."""
        course = await self.course(name)
        number, module = _find(course, module_name)
        person = self.someone()
        attempts: tuple[AttemptRow, ...] = await self.load(
            self.source.attempts, person.name, name, module.id, self.lang
        )
        marked = next((row for row in attempts if row.marks.reached is not None), None)
        shown = await self.load(self.source.attempt, marked.id) if marked else None
        self.show(
            "module.html",
            course=course,
            module=module,
            attempts=attempts,
            shown=marked,
            items=await self.load(self.source.items, shown, self.lang) if shown else (),
            waiting=module.status is Status.WAITING,
            previous=course.modules[number - 1] if number else None,
            following=course.modules[number + 1] if number + 1 < len(course.modules) else None,
        )


class OfAttempt(InCourse):
    """A page about one attempt, for who made it and for the instructors of the course."""

    async def attempt(self, name: str, module_name: str, attempt_id: str) -> Attempt:
        """Give the attempt if it may be read; other people's look as if they did not exist."""
        person = self.someone()
        found = await self.load(self.source.attempt, attempt_id)
        if found is None or (found.course, found.assignment) != (name, module_name):
            raise HTTPError(404)
        if not (person.teaches(name) or (person.learns(name) and found.user == person.name)):
            raise HTTPError(404)
        return found


class AttemptPage(OfAttempt):
    """One attempt: marks, feedback on each item, and the marked notebook in a frame."""

    async def get(self, name: str, module_name: str, attempt_id: str) -> None:
        """Show the attempt."""
        found = await self.attempt(name, module_name, attempt_id)
        course = await self.course(name)
        _, module = _find(course, module_name)
        rows = await self.load(self.source.attempts, found.user, name, module_name, self.lang)
        page = await self.load(self.source.feedback_page, attempt_id, self.lang)
        self.show(
            "attempt.html",
            course=course,
            module=module,
            attempt=attempt_row(found, self.lang, best=any(row.best and row.id == found.id for row in rows)),
            own=found.user == self.someone().name,
            learner=await self.load(self.source.full_name, found.user),
            rows=await self.load(self.source.items, found, self.lang),
            waiting=found.status in {"queued", "running"},
            framed=f"courses/{name}/{module_name}/attempts/{attempt_id}/notebook" if page else "",
        )


class FeedbackPage(OfAttempt):
    """The whole marked notebook, made from what a learner wrote: shown in a sandbox without a single right."""

    def set_default_headers(self) -> None:
        """Lock the page into itself; only the portal may frame it."""
        for header, value in (HEADERS | {"Content-Security-Policy": FEEDBACK_CSP}).items():
            self.set_header(header, value)

    async def get(self, name: str, module_name: str, attempt_id: str) -> None:
        """Send the page as it was stored."""
        await self.attempt(name, module_name, attempt_id)
        page = await self.load(self.source.feedback_page, attempt_id, self.lang)
        if page is None:
            raise HTTPError(404)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(page)


class Help(Page):
    """How to get from here to marked feedback."""

    here = "help"

    def get(self) -> None:
        """Show the steps and the questions people ask."""
        self.show("help.html")


class LanguageChoice(Page):
    """Remember a language with the account, so that fetched notebooks and feedback use it too."""

    async def post(self) -> None:
        """Store it and go back to the page it was chosen on."""
        lang = as_language(self.get_body_argument("lang", ""))
        if lang is None:
            raise HTTPError(400)
        await self.load(self.source.choose_language, self.someone().name, lang)
        self.set_cookie(COOKIE, lang, path="/", expires_days=YEAR_DAYS, samesite="Lax")
        self.redirect(own_path(self.prefix, self.get_body_argument("next", "")), status=303)


def _find(course: CourseView, name: str) -> tuple[int, ModuleView]:
    """Position and view of a module; 404 where it has not been released."""
    for position, module in enumerate(course.modules):
        if module.id == name:
            return position, module
    raise HTTPError(404)

"""An instructor's pages of a course: the overview, the marks as a spreadsheet, marking again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tornado.web import HTTPError

from hub_config.portal.base import Page
from hub_config.portal.render import Words
from hub_config.portal.spreadsheet import marks_csv
from hub_config.portal.teaching import Teaching

if TYPE_CHECKING:
    from hub_config.portal.views import TeachingView


class TeachPage(Page):
    """Who has done what in a course."""

    here = "teach"

    async def view(self, name: str) -> TeachingView:
        """Give the overview to an instructor of this course: 404 for none of this name, 403 for everybody else."""
        person = self.someone()
        found = await self.load(Teaching(self.source).view, person, name, self.lang)
        if found is None:
            raise HTTPError(404)
        if not person.teaches(name):
            raise HTTPError(403)
        return found

    async def get(self, name: str) -> None:
        """Show the overview."""
        queued = self.get_query_argument("queued", "")
        self.show("teach.html", view=await self.view(name), queued=int(queued) if queued.isdecimal() else None)


class MarksFile(TeachPage):
    """The marks as CSV."""

    async def get(self, name: str) -> None:
        """Send the file."""
        view, words = await self.view(name), Words(self.lang)
        heads = (
            words.t("teach.username"),
            words.t("teach.learner"),
            words.t("teach.count_attempts"),
            words.t("teach.total"),
        )
        self.set_header("Content-Type", "text/csv; charset=utf-8")
        self.set_header("Content-Disposition", f'attachment; filename="{name}-marks.csv"')
        self.finish(marks_csv(view.course.modules, view.matrix, heads))


class Regrade(TeachPage):
    """Marking again, after a check was mended: one attempt, or everybody's at one module."""

    async def post(self, name: str) -> None:
        """Queue them behind the learners who are waiting; marks stay as they are until the new ones are there."""
        view = await self.view(name)
        module, attempt = self.get_body_argument("module", ""), self.get_body_argument("attempt", "")
        if module not in {found.id for found in view.course.modules}:
            raise HTTPError(404)
        queued = await self.load(Teaching(self.source).regrade, name, module, attempt)
        self.redirect(f"{self.prefix}teach/{name}?queued={queued}", status=303)

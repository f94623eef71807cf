"""What every page shares: who is looking, in which language, the protecting headers, and pages for errors."""

from __future__ import annotations

import asyncio
import secrets
from typing import TYPE_CHECKING, Any, TypeVar

from jupyterhub.services.auth import HubOAuthenticated
from jupyterhub.utils import url_path_join
from markupsafe import Markup
from tornado.log import app_log
from tornado.web import HTTPError, RequestHandler

from hub_config.portal.render import Words, templates
from hub_config.portal.views import Person
from hub_config.texts import COOKIE, Language, as_language, preferred

if TYPE_CHECKING:
    from collections.abc import Callable

    from hub_config.portal.source import Source

CSP = (
    "default-src 'self'; script-src 'none'; object-src 'none'; img-src 'self'; frame-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "private, no-store",
}
OWN_TEXT = {400, 403, 404}
"""Errors with a page of their own; every other one reads as 500."""


T = TypeVar("T")


class Page(HubOAuthenticated, RequestHandler):  # type: ignore[misc]  # jupyterhub ships no types
    """A page for people whom the hub knows; everybody else is sent to the hub to log in."""

    person: Person | None = None
    called = ""
    lang: Language = "zh"
    here = ""

    @property
    def source(self) -> Source:
        """Where courses, attempts and marks come from."""
        found: Source = self.settings["source"]
        return found

    @property
    def prefix(self) -> str:
        """Where the portal lives on the platform, with a closing slash: /services/portal/."""
        return str(self.settings["prefix"])

    @property
    def hub_base(self) -> str:
        """Where the platform itself lives: /."""
        return str(self.hub_auth.hub_prefix).removesuffix("hub/")

    def set_default_headers(self) -> None:
        """Let nothing in from elsewhere and no script at all; nothing personal stays in a cache."""
        for name, value in HEADERS.items():
            self.set_header(name, value)

    async def prepare(self) -> None:
        """Ask the hub who this is; then choose the language."""
        self.lang = (
            as_language(self.get_cookie(COOKIE)) or preferred(self.request.headers.get("Accept-Language", "")) or "zh"
        )
        await self.hub_auth.get_user(self, sync=False)  # fills the cache that current_user reads
        if model := self.current_user:
            self.person = Person(model["name"], frozenset(model.get("groups", ())))
            self.called = await self.load(self.source.full_name, self.person.name)
            chosen = await self.load(self.source.language, self.person.name, self.get_cookie(COOKIE))
            self.lang = chosen or self.lang
        elif self.request.method in {"GET", "HEAD"}:
            self.redirect(self.get_login_url())
        else:
            raise HTTPError(403)

    @staticmethod
    async def load(function: Callable[..., T], *arguments: object) -> T:
        """Read from files and databases without holding up other pages."""
        return await asyncio.to_thread(function, *arguments)

    def someone(self) -> Person:
        """Give the person looking; after prepare() there is one."""
        if self.person is None:
            raise HTTPError(403)
        return self.person

    def show(self, template: str, **values: object) -> None:
        """Answer with a page."""
        words = Words(self.lang)
        shared: dict[str, Any] = {
            "words": words,
            "t": words.t,
            "person": self.person,
            "called": self.called,
            "base": self.prefix,
            "hub": self.hub_base,
            "here": self.here,
            "path": self.request.uri,
            "xsrf": Markup(self.xsrf_form_html()) if self.person else "",  # noqa: S704  tornado's own input field
        }
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Content-Language", "zh-CN" if self.lang == "zh" else "en")
        self.finish(templates().get_template(template).render(**shared, **values))

    def write_error(self, status_code: int, **details: Any) -> None:  # noqa: ANN401  the signature is tornado's
        """Say in the reader's language what happened; the log has the rest under the number shown."""
        kind = status_code if status_code in OWN_TEXT else 400 if status_code < 500 else 500  # noqa: PLR2004  HTTP's own
        number = ""
        if kind == 500:  # noqa: PLR2004  HTTP's own
            number = secrets.token_hex(4)
            app_log.error("error %s at %s", number, self.request.path, exc_info=details.get("exc_info"))
        self.show("error.html", status=status_code, kind=kind, number=number)


class NotFound(Page):
    """Every address that is not a page of ours."""

    def get(self, *_: str) -> None:
        """There is nothing here."""
        raise HTTPError(404)

    post = get


def own_path(prefix: str, wanted: str) -> str:
    """Give `wanted` if it is a page of the portal, else its start page; never an address elsewhere."""
    plain = all(character.isprintable() and character != "\\" for character in wanted)
    return wanted if plain and wanted.startswith(prefix) and ".." not in wanted else url_path_join(prefix, "/")

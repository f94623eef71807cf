"""The hub's pages for people who are not logged in yet: login, invitation, language."""

import asyncio
from typing import Any

from jupyterhub.handlers.base import BaseHandler
from jupyterhub.handlers.login import LoginHandler as StockLoginHandler

from hub_config.passwords import weakness
from hub_config.texts import COOKIE, Language, as_language, in_language, preferred

YEAR_DAYS = 365


class Bilingual(BaseHandler):  # type: ignore[misc] # untyped
    """A page in the reader's language: their choice, else their browser's, else the platform's."""

    @property
    def lang(self) -> Language:
        """The language of this answer."""
        chosen = as_language(self.get_cookie(COOKIE)) or preferred(self.request.headers.get("Accept-Language", ""))
        return chosen or self.settings["template_vars"]["default_language"]

    def words(self) -> dict[str, Any]:
        """What every template of ours needs."""
        return {"lang": self.lang, "t": in_language(self.lang), "here": self.request.uri}

    def say(self, key: str, **values: object) -> str:
        """One sentence in the reader's language."""
        return in_language(self.lang)[key].format(**values)


class LoginHandler(Bilingual, StockLoginHandler):  # type: ignore[misc] # untyped
    """The hub's login, in two languages, with one answer for unknown names, wrong passwords and waiting accounts."""

    wait_s = 0

    def _render(self, login_error: str | None = None, username: str | None = None, **kwargs: Any) -> Any:  # noqa: ANN401 - the hub's own
        if self.wait_s:
            login_error = self.say("login_wait", seconds=self.wait_s)
        elif login_error == "Invalid username or password":
            login_error = self.say("login_wrong")
        elif login_error:
            login_error = self.say("login_expired")
        return super()._render(login_error=login_error, username=username, **(kwargs | self.words()))


class InvitationHandler(Bilingual):
    """`/hub/invite?token=…`: its owner chooses a password, once, and is logged in."""

    async def get(self) -> None:
        """Show the form, or say that the link does not work."""
        await self.show(self.get_argument("token", ""))

    async def post(self) -> None:
        """Set the password, spend the link, log in."""
        token, password = self.get_argument("token", ""), self.get_argument("password", "", strip=False)
        person = self.authenticator.accounts.owner_of_link(token)
        if person is None:
            await self.show(token)
            return
        problem = weakness(password, person.username)
        if password != self.get_argument("again", "", strip=False):
            problem = "password_differs"
        if problem:
            await self.show(token, self.say(problem))
        elif await asyncio.to_thread(self.authenticator.accounts.use_link, token, password):
            await self.login_user({"username": person.username, "password": password})
            self.redirect(self.settings["default_url"] or self.hub.base_url)
        else:
            await self.show(token)

    async def show(self, token: str, problem: str = "") -> None:
        """The page; status 403 where there is nothing to fill in."""
        person = self.authenticator.accounts.owner_of_link(token)
        self.set_status(200 if person and not problem else 403)
        self.set_header("Cache-Control", "no-store")
        html = await self.render_template("invite.html", person=person, problem=problem, **self.words())
        self.finish(html)


class LanguageHandler(Bilingual):
    """`/hub/language?to=zh|en&next=…`: remember a choice, in a cookie and with the account."""

    def get(self) -> None:
        """Set the cookie and go back to a page of ours."""
        language = as_language(self.get_argument("to", "")) or self.lang
        self.set_cookie(COOKIE, language, path="/", expires_days=YEAR_DAYS, samesite="Lax")
        if self.current_user:
            self.authenticator.accounts.choose_language(self.current_user.name, language)
        self.redirect(self._validate_next_url(self.get_argument("next", "")) or self.hub.base_url)

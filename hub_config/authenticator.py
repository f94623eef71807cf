"""JupyterHub's authenticator on accounts.db: argon2 passwords, lock-out, groups per course, both languages."""

import asyncio
import math
from pathlib import Path
from typing import Any

from jupyterhub.auth import Authenticator
from jupyterhub.handlers.base import BaseHandler
from traitlets import Bool, Float, Integer, Unicode

from hub_config.accounts import Accounts, Person, digest
from hub_config.lockout import Lockout
from hub_config.pages import InvitationHandler, LanguageHandler, LoginHandler

LOOPBACK = ("127.0.0.1", "::1")
UNREACHABLE_NAME = 64
"""Longest text that is looked up as a username."""


def address_of(handler: BaseHandler, *, behind_server: bool = False) -> str:
    """The peer our own proxy saw: the last entry of X-Forwarded-For. Whatever the client wrote stands before it.

    behind_server: a web server of this machine stands in front, so loopback entries at the end are its.
    """
    forwarded = [entry.strip() for entry in handler.request.headers.get("X-Forwarded-For", "").split(",")]
    seen = [entry for entry in forwarded if entry and not (behind_server and entry in LOOPBACK)]
    return seen[-1] if seen else str(handler.request.remote_ip)


def auth_model(person: Person) -> dict[str, Any]:
    """What the hub wants to know of a user."""
    return {"name": person.username, "admin": person.role == "admin", "groups": person.groups}


class AccountsAuthenticator(Authenticator):  # type: ignore[misc] # untyped
    """Logs people in who have set a password through their invitation link."""

    accounts_file = Unicode(help="Path of accounts.db.").tag(config=True)
    lockout_failures = Integer(5, help="Wrong passwords for one account before it waits.").tag(config=True)
    address_failures = Integer(50, help="Wrong passwords from one address before it waits.").tag(config=True)
    behind_server = Bool(False, help="A web server of this machine stands in front.").tag(config=True)
    lockout_seconds = Float(30.0, help="First waiting time, s.").tag(config=True)

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401 - traitlets' own
        super().__init__(**kwargs)
        self.accounts = Accounts(Path(self.accounts_file))
        self.lockout = Lockout(self.accounts, self.lockout_failures, self.address_failures, self.lockout_seconds)

    async def authenticate(self, handler: BaseHandler, data: dict[str, str]) -> dict[str, Any] | None:
        """The user's model, or None: unknown, wrong and waiting take the same time and look alike."""
        username, password = data.get("username", "").strip().lower()[:UNREACHABLE_NAME], data.get("password", "")
        address = address_of(handler, behind_server=self.behind_server)
        wait = self.lockout.begin(username, address)
        person = await asyncio.to_thread(self.accounts.verify, username, password)
        if wait:
            handler.wait_s = math.ceil(wait)
            self.log.warning("login attempt while waiting: account %s", digest(username)[:12])
            return None
        if person is None:
            return None
        self.lockout.succeeded(username, address)
        return auth_model(person)

    async def refresh_user(self, user: Any, handler: Any = None) -> bool | dict[str, Any]:  # noqa: ANN401, ARG002 - the hub's own
        """Groups and role as they are now; a removed user is logged out."""
        person = self.accounts.find(user.name)
        return auth_model(person) if person else False

    def get_handlers(self, app: Any) -> list[tuple[str, type[BaseHandler]]]:  # noqa: ANN401, ARG002 - the hub's own
        """Pages below /hub: logging in, invitations, language."""
        return [("/login", LoginHandler), ("/invite", InvitationHandler), ("/language", LanguageHandler)]

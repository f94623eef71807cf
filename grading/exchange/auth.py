"""Who is asking: the hub says so, from the token in the Authorization header, and nothing else is believed.

No cookie is ever read, so a page of another site cannot make a browser act in somebody's name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jupyterhub.services.auth import HubAuth

from grading.exchange.membership import role_in
from grading.exchange.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grading.exchange.records import Role

HEADER = re.compile(r"(?:token|bearer)\s+(\S{8,200})", re.IGNORECASE)
SAFE_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,99}", re.IGNORECASE)
"""A user's name becomes a folder in nbgrader's course: no separators, no leading dot, plain ASCII."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody the hub knows, and the hub's groups they are in."""

    name: str
    groups: frozenset[str]

    def role_in(self, course: str) -> Role:
        """Give this person's role in a course; Refusal (as if there were no such course) for a stranger."""
        role = role_in(course, self.groups)
        if role is None:
            raise Refusal("not_found")
        return role

    def must_teach(self, course: str) -> None:
        """Refusal unless this person is an instructor of the course."""
        if self.role_in(course) != "instructor":
            raise Refusal("not_instructor")


class Door:
    """Asks the hub about tokens; its answers are believed for a few seconds."""

    def __init__(self, cache_s: int) -> None:
        self.hub = HubAuth(cache_max_age=cache_s)

    async def person(self, headers: Mapping[str, str]) -> Person:
        """Give the person whose token this is; Refusal for a token that is unknown, expired or not for us."""
        found = HEADER.fullmatch(headers.get("Authorization", "").strip())
        if found is None:
            raise Refusal("unknown_token")
        model: dict[str, Any] | None = await self.hub.user_for_token(found[1], sync=False)
        if model is None or not self._is_for_us(model):
            raise Refusal("unknown_token")
        name = str(model.get("name", ""))
        if model.get("kind", "user") != "user" or not SAFE_NAME.fullmatch(name):
            raise Refusal("not_a_person")
        return Person(name, frozenset(map(str, model.get("groups", ()))))

    def _is_for_us(self, model: dict[str, Any]) -> bool:
        """Whether the token may be used for this service: the hub tells a service the scopes that open it."""
        wanted = self.hub.access_scopes
        return not wanted or bool(self.hub.check_scopes(wanted, model))

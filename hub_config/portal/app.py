"""The portal's addresses."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from jupyterhub.services.auth import HubOAuth, HubOAuthCallbackHandler
from tornado.web import Application, StaticFileHandler

from hub_config.portal.base import NotFound
from hub_config.portal.learn import AttemptPage, CoursePage, FeedbackPage, Help, Home, LanguageChoice, ModulePage
from hub_config.portal.render import STATIC
from hub_config.portal.teach import MarksFile, Regrade, TeachPage

if TYPE_CHECKING:
    from hub_config.portal.source import Source

IDENTITY_CACHE_S = 30
"""The hub's answer about a person is believed this long; groups change no later for those who are logged in."""
NAME = r"([a-z0-9][a-zA-Z0-9_.-]{0,79})"
ATTEMPT = r"([A-Za-z0-9_-]{1,64})"


def make_app(source: Source, prefix: str) -> Application:
    """Build the application under `prefix`, such as /services/portal/."""
    HubOAuth.instance(cache_max_age=IDENTITY_CACHE_S)
    pages = [
        ("", Home),
        ("help", Help),
        ("language", LanguageChoice),
        (f"courses/{NAME}", CoursePage),
        (f"courses/{NAME}/{NAME}", ModulePage),
        (f"courses/{NAME}/{NAME}/attempts/{ATTEMPT}", AttemptPage),
        (f"courses/{NAME}/{NAME}/attempts/{ATTEMPT}/notebook", FeedbackPage),
        (f"teach/{NAME}", TeachPage),
        (f"teach/{NAME}/marks.csv", MarksFile),
        (f"teach/{NAME}/regrade", Regrade),
        ("oauth_callback", HubOAuthCallbackHandler),
    ]
    static = (prefix + "static/(.*)", StaticFileHandler, {"path": str(STATIC)})
    return Application(
        [static, *((prefix + path, page) for path, page in pages)],
        default_handler_class=NotFound,
        source=source,
        prefix=prefix,
        cookie_secret=secrets.token_bytes(32),  # signs the state of one login; a restart only makes people click again
        xsrf_cookies=True,
    )

"""One click from the portal to the notebook: a page of a user's own Jupyter server that fetches what is not there yet.

`/user-redirect/xinglin/open/<course>/<module>` starts the server if need be, fetches the assignment with the learner's
own data in the language they chose, and goes on to the notebook in JupyterLab. Work that is there is never overwritten.
"""

from __future__ import annotations

import asyncio
import os
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any

from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import url_escape, url_path_join
from tornado.web import authenticated

from grading.errors import ExchangeError
from grading.exchange.archive import contents, save
from grading.exchange.client.link import Link
from hub_config.portal.render import templates
from hub_config.portal.texts import text
from hub_config.texts import as_language

PORTAL = "/services/portal/"
NAME = r"([a-zA-Z0-9][a-zA-Z0-9_.-]{0,79})"


def fetch_if_new(root: Path, course: str, module: str) -> Path:
    """Give the notebook of a module below `root`, fetched if there is none; ExchangeError in the learner's language."""
    folder = root / course / module  # where nbgrader looks too: Exchange.path_includes_course
    if not any(folder.glob("*.ipynb")):
        link = Link()
        language = link.json("GET", "me").get("language") or link.language
        answer = link.request("GET", f"courses/{course}/assignments/{module}/archive", params={"language": language})
        save(contents(answer.content), folder)
    notebooks = sorted(folder.glob("*.ipynb"), key=lambda file: (file.stem != module, file.name))
    return notebooks[0].relative_to(root)


class Open(JupyterHandler):  # type: ignore[misc]  # jupyter_server is skipped by mypy
    """Fetch if need be, then go to the notebook."""

    @authenticated
    async def get(self, course: str, module: str) -> None:
        """Redirect to JupyterLab with the notebook open; say why where that cannot be yet, and try again."""
        try:
            root = Path(self.contents_manager.root_dir)
            notebook = await asyncio.to_thread(fetch_if_new, root, course, module)
        except (ExchangeError, OSError) as error:
            self.wait(course, module, str(error))
        else:
            self.redirect(url_path_join(self.base_url, "lab/tree", url_escape(notebook.as_posix())))

    def wait(self, course: str, module: str, message: str) -> None:
        """Show a page that reloads itself: a learner's data may still be in the making."""
        lang = as_language(os.environ.get("XINGLIN_LANG")) or "zh"
        self.set_status(HTTPStatus.SERVICE_UNAVAILABLE)
        page = templates().get_template("waiting.html")
        values = {"t": partial(text, lang), "lang": lang, "base": PORTAL, "course": course, "module": module}
        self.finish(page.render(**values, message=message))


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "hub_config.opener"}]


def _load_jupyter_server_extension(server: Any) -> None:  # noqa: ANN401  Jupyter's server application
    page = url_path_join(server.web_app.settings["base_url"], "xinglin/open") + f"/{NAME}/{NAME}"
    server.web_app.add_handlers(".*$", [(page, Open)])

"""A person at a browser, without the browser: forms, cookies, redirects, the interfaces of JupyterLab's pages."""

import re
import time
from typing import Any, Self
from urllib.parse import urlsplit

import httpx

from hub_config.errors import PlatformError

TIMEOUT_S = 60.0
SPAWN_S = 90.0
PAUSE_S = 0.1
FIELD = re.compile(r'<input type="hidden" name="_xsrf" value="([^"]+)"')


class Browser:
    """One person's session with the platform at `url` (with a closing slash)."""

    def __init__(self, url: str, username: str) -> None:
        self.username = username
        self.http = httpx.Client(base_url=url, follow_redirects=True, timeout=TIMEOUT_S, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def choose_password(self, link: str, password: str) -> httpx.Response:
        """Follow an invitation link, fill in the form, be logged in."""
        target = urlsplit(link)
        address = f"{target.path}?{target.query}"
        form = {"_xsrf": self._form_token(address), "password": password, "again": password}
        return self._well(self.http.post(address, data=form), "the invitation page")

    def log_in(self, password: str) -> httpx.Response:
        """Fill in the login form; the answer's status is 403 where the hub refuses."""
        form = {"_xsrf": self._form_token("/hub/login"), "username": self.username, "password": password}
        return self.http.post("/hub/login", data=form)

    def start_server(self) -> None:
        """Start one's server and wait for JupyterLab's page. Raises PlatformError if it does not come."""
        home = f"/user/{self.username}/lab"
        answer = self.http.get(f"/hub/spawn/{self.username}")
        until = time.monotonic() + SPAWN_S
        while not (answer.url.path.startswith(home) and answer.is_success):
            if time.monotonic() > until or answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
                raise PlatformError(
                    f"the server of {self.username} did not start: {answer.url.path} answered {answer.status_code}"
                )
            time.sleep(PAUSE_S)
            answer = self.http.get(home)

    def stop_server(self) -> None:
        """Stop one's server, as the control panel does."""
        token = self._cookie("/hub/")
        self._well(
            self.http.delete(
                f"/hub/api/users/{self.username}/server", headers={"X-XSRFToken": token, "Referer": self._referer()}
            ),
            "stop",
        )

    def call(self, method: str, path: str, **request: Any) -> httpx.Response:  # noqa: ANN401 - httpx's own arguments
        """Call an interface of one's own server, such as `api/contents/x.ipynb`. Raises PlatformError."""
        headers = {"X-XSRFToken": self._cookie(f"/user/{self.username}/")}
        answer = self.http.request(method, f"/user/{self.username}/{path}", headers=headers, **request)
        return self._well(answer, path)

    def get(self, path: str, **parameters: str) -> Any:  # noqa: ANN401 - JSON
        """GET an interface of one's own server, as data."""
        return self.call("GET", path, params=parameters).json()

    def post(self, path: str, **form: str) -> Any:  # noqa: ANN401 - JSON
        """POST a form to an interface of one's own server, as data."""
        return self.call("POST", path, data=form).json()

    def _form_token(self, address: str) -> str:
        page = self.http.get(address)
        if found := FIELD.search(page.text):
            return found[1]
        raise PlatformError(f"{address.partition('?')[0]} answered {page.status_code} without a form")

    def _cookie(self, path: str) -> str:
        """The XSRF token of hub or server: cookies of one name differ by path."""
        return next(
            (cookie.value or "" for cookie in self.http.cookies.jar if cookie.name == "_xsrf" and cookie.path == path),
            "",
        )

    def _referer(self) -> str:
        return f"{self.http.base_url}hub/home"

    def _well(self, answer: httpx.Response, what: str) -> httpx.Response:
        if answer.is_error:
            raise PlatformError(f"{what} answered {answer.status_code} to {self.username}: {answer.text[:300]}")
        return answer

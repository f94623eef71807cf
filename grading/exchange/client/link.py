"""The line to the exchange service: short time-outs (nbgrader's handlers block), errors in the learner's language."""

from __future__ import annotations

import os
from http import HTTPStatus
from typing import Any

import httpx

from grading.errors import ExchangeError
from grading.exchange.texts import say

CONNECT_S, ANSWER_S, UPLOAD_S = 3.0, 30.0, 60.0


class Link:
    """Requests to the service in the name of whoever owns the token."""

    def __init__(self, url: str | None = None, token: str | None = None, language: str | None = None) -> None:
        address = url or os.environ.get("XINGLIN_EXCHANGE_URL", "http://127.0.0.1/services/exchange/")
        self.language = language or os.environ.get("XINGLIN_LANG") or "zh"
        token = token or os.environ.get("JUPYTERHUB_API_TOKEN", "")
        # trust_env=False: a proxy in the environment must not see the token
        self.http = httpx.Client(
            base_url=f"{address.rstrip('/')}/api/",
            headers={"Authorization": f"token {token}", "Accept-Language": self.language},
            timeout=httpx.Timeout(ANSWER_S, connect=CONNECT_S, write=UPLOAD_S),
            trust_env=False,
            verify=address.startswith("https:"),  # reading all certificates takes longer than a request
        )

    def json(self, method: str, path: str, **options: Any) -> Any:  # noqa: ANN401 (httpx's options, JSON's values)
        """Give the answer as data; ExchangeError in the learner's language."""
        return self.request(method, path, **options).json()

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:  # noqa: ANN401 (the same)
        """Give the answer; ExchangeError in the learner's language where there is none or it is a refusal."""
        try:
            answer = self.http.request(method, path, **options)
        except httpx.HTTPError as error:
            raise ExchangeError(say("no_server", self.language, detail=type(error).__name__)) from error
        if answer.status_code >= HTTPStatus.BAD_REQUEST:
            raise ExchangeError(self._why(answer))
        return answer

    def _why(self, answer: httpx.Response) -> str:
        try:
            return str(answer.json()["message"][self.language])
        except (ValueError, KeyError, TypeError):
            return say("no_server", self.language, detail=f"HTTP {answer.status_code}")

"""What the exchange refuses, as one exception with a status code and a reason in both languages."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from grading.errors import ExchangeError
from grading.exchange.texts import both

STATUS: Final[dict[str, HTTPStatus]] = {
    "unknown_token": HTTPStatus.FORBIDDEN,
    "not_a_person": HTTPStatus.FORBIDDEN,
    "not_found": HTTPStatus.NOT_FOUND,
    "not_instructor": HTTPStatus.FORBIDDEN,
    "wrong_origin": HTTPStatus.FORBIDDEN,
    "bad_request": HTTPStatus.BAD_REQUEST,
    "no_language": HTTPStatus.NOT_FOUND,
    "closed": HTTPStatus.CONFLICT,
    "no_attempts_left": HTTPStatus.CONFLICT,
    "still_waiting": HTTPStatus.TOO_MANY_REQUESTS,
    "too_often": HTTPStatus.TOO_MANY_REQUESTS,
    "body_too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "hostile": HTTPStatus.BAD_REQUEST,
    "no_feedback_yet": HTTPStatus.CONFLICT,
    "no_room": HTTPStatus.INSUFFICIENT_STORAGE,
    "data_missing": HTTPStatus.SERVICE_UNAVAILABLE,
}


class Refusal(ExchangeError):  # noqa: N818 (people read `raise Refusal(...)` as it is meant)
    """A request that is not granted; `code` is a key of STATUS and of the exchange's texts."""

    def __init__(self, code: str, *, retry_s: int | None = None, **values: object) -> None:
        self.code = code
        self.retry_s = retry_s
        self.status = STATUS[code]
        if retry_s is not None:
            values["retry_s"] = retry_s
        self.text = both(code, **values)
        super().__init__(self.text["en"])

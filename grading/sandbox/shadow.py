"""Runs a learner's query on a shadow database, in a sandbox that holds nothing but that database.

The learner's own process only says what the query is; it sees none of the tables, and the marker runs none of it.
"""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

import pandas as pd

from grading.checks import shadow
from grading.checks.form import as_text
from grading.errors import AnswerError, LearnerError, LearnerErrorKind

PROGRAM = Path(shadow.__file__).read_text(encoding="utf-8")


class Asked(Protocol):
    """What this needs of a session."""

    @property
    def over(self) -> LearnerErrorKind | None:
        """How its process ended before its time."""
        ...

    def question(self, name: str, *, call: bool, args: object) -> object:
        """Put one question."""
        ...


class Shadow:
    """A sandboxed job that answers queries; opened at the first one, and again after one that ended it."""

    def __init__(self, opened: Callable[[], AbstractContextManager[Asked]]) -> None:
        self._opened = opened
        self._stack = contextlib.ExitStack()
        self._session: Asked | None = None

    def query(self, text: object, tables: Mapping[str, pd.DataFrame]) -> object:
        """Give what the query finds in these tables.

        Raises AnswerError form_sql for anything but one SELECT, LearnerError where DuckDB refuses it or it takes
        too long.
        """
        arguments: tuple[list[object], dict[str, object]] = ([as_text(text), dict(tables)], {})
        try:
            return self._running().question("query", call=True, args=arguments)
        except LearnerError as error:
            if error.detail.startswith("NotOneQueryError"):
                raise AnswerError("form_sql") from None
            if "Query interrupted" in error.detail:  # DuckDB's word for the signal at the end of the time
                raise LearnerError("timeout") from None
            raise

    def _running(self) -> Asked:
        if self._session is None or self._session.over is not None:
            self._stack.close()
            self._session = self._stack.enter_context(self._opened())
        return self._session

    def close(self) -> None:
        """End the job, if there is one."""
        self._stack.close()
        self._session = None


@contextlib.contextmanager
def shadowed(opened: Callable[[], AbstractContextManager[Asked]]) -> Iterator[Shadow]:
    """Give a shadow database that is closed at the end of the block."""
    held = Shadow(opened)
    try:
        yield held
    finally:
        held.close()

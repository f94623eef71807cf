"""Fill an instructor's page of a course: who has done what, which items are hard, what came in last."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from grading.exchange.desk import Desk
from hub_config.portal.source import Source, attempt_row, described, described_module, in_language, item_titles
from hub_config.portal.views import (
    DifficultyRow,
    IncidentRow,
    LatestRow,
    Marks,
    MatrixRow,
    Person,
    QueueState,
    TeachingView,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from grading.exchange.records import Assignment, Attempt, CourseOverview, LearnerRow
    from hub_config.texts import Language

LATEST = 20
"""So many submissions and incidents are listed."""
TOP = 3
"""So many misconceptions of an item are named."""


class Teaching:
    """An instructor's questions to the source."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.store = source.store

    def view(self, person: Person, course: str, lang: Language) -> TeachingView | None:
        """Give the whole page; None where nothing of this name is published."""
        own = self.source.course(person, course, lang)
        if own is None:
            return None
        names = self.names(course)
        overview = self.store.course_overview(course, names)
        return TeachingView(
            course=own,
            matrix=tuple(self._row(row, overview, names) for row in overview.learners),
            difficulty=self.difficulty(overview, lang),
            latest=self._latest(overview.assignments, lang, names),
            incidents=self._incidents(course, lang),
            queue=self._queue(),
        )

    def names(self, course: str) -> dict[str, str]:
        """Username -> name of everybody who takes the course, by username."""
        people = self.source.accounts.people() if self.source.accounts else []
        return {p.username: p.name for p in people if p.role == "learner" and course in p.courses}

    def regrade(self, course: str, module: str, attempt: str = "") -> int:
        """Queue one attempt at a module, or all of them, to be marked again; give the number queued."""
        attempts = self.store.submissions(course, module)
        return Desk(self.store).regrade(found for found in attempts if attempt in {"", found.id})

    def difficulty(self, overview: CourseOverview, lang: Language) -> tuple[DifficultyRow, ...]:
        """Each item over the learners, in the order of course and notebook."""
        own = described(overview.course, self.source.courses)
        rows = []
        for number, assignment in enumerate(overview.assignments, 1):
            module = described_module(own, assignment.id)
            titles = item_titles(module, lang)
            bests = [learner.best[assignment.id] for learner in overview.learners]
            for item, tally in self._tallies(overview.course, assignment.id, bests).items():
                rows.append(tally.row(str(number), item, titles.get(item, item)))
        return tuple(rows)

    def _tallies(self, course: str, assignment: str, bests: Iterable[Attempt | None]) -> Mapping[str, Tally]:
        """Marks from the best attempts, misconceptions from all: a learner who has understood since had them too."""
        tallies: dict[str, Tally] = defaultdict(Tally)
        attempts, kept = self.store.submissions(course, assignment), {best.id for best in bests if best}
        verdicts = self.store.verdicts(attempts)
        for attempt in attempts:
            for item in verdicts.get(attempt.id, {}).get("items", ()):
                tallies[item["id"]].add(item, attempt.user, best=attempt.id in kept)
        return tallies

    def _row(self, row: LearnerRow, overview: CourseOverview, names: Mapping[str, str]) -> MatrixRow:
        bests = [(row.best[assignment.id], assignment) for assignment in overview.assignments]
        return MatrixRow(
            learner=row.user,
            name=names.get(row.user, row.user),
            cells=tuple(Marks(best.final_score if best else None, assignment.max_score) for best, assignment in bests),
            attempts=tuple(row.attempts[assignment.id] for assignment in overview.assignments),
        )

    def _latest(
        self, assignments: Iterable[Assignment], lang: Language, names: Mapping[str, str]
    ) -> tuple[LatestRow, ...]:
        titles = {assignment.id: in_language(assignment.title, lang) for assignment in assignments}
        found = [attempt for a in assignments for attempt in self.store.submissions(a.course, a.id)]
        found.sort(key=lambda attempt: attempt.submitted_at, reverse=True)
        return tuple(
            LatestRow(a.user, names.get(a.user, a.user), a.assignment, titles[a.assignment], attempt_row(a, lang))
            for a in found[:LATEST]
        )

    def _incidents(self, course: str, lang: Language) -> tuple[IncidentRow, ...]:
        titles = {a.id: in_language(a.title, lang) for a in self.store.assignments(course, released_only=False)}
        found = self.store.incidents(course)[:LATEST]
        return tuple(
            IncidentRow(i.user, titles.get(i.assignment, i.assignment), i.at, f"{i.code}: {i.detail}") for i in found
        )

    def _queue(self) -> QueueState:
        now = self.store.queue_status()
        return QueueState(now.queued, now.running, now.failed_last_day, now.oldest_s if now.queued else None)


@dataclass
class Tally:
    """Marks and misconceptions of one item; `named` holds who has had which misconception, in any attempt."""

    shares: list[float] = field(default_factory=list)
    named: set[tuple[str, str]] = field(default_factory=set)

    def add(self, item: Mapping[str, Any], user: str, *, best: bool) -> None:
        """Count one attempt of one learner."""
        if best:
            self.shares.append(Marks(item["points"], item["max_points"]).share)
        self.named.update((user, name) for name in item.get("misconceptions", ()))

    def row(self, module: str, item: str, title: str) -> DifficultyRow:
        """Sum up."""
        count = max(1, len(self.shares))
        common = sorted(Counter(name for _, name in self.named).items(), key=lambda entry: (-entry[1], entry[0]))
        return DifficultyRow(
            module=module,
            item=item,
            title=title,
            learners=len(self.shares),
            mean=sum(self.shares) / count,
            full=sum(share >= 1 for share in self.shares) / count,
            zero=sum(share <= 0 for share in self.shares) / count,
            misconceptions=tuple(common[:TOP]),
        )

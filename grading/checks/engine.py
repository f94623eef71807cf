"""Mark the items of a module: put the questions, compare the answers, say what was understood and what not."""

import logging
from collections.abc import Container, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import pandas as pd

from grading.checks.feedback import Marked, Stop, feedback
from grading.checks.inputs import Hidden, Learner, Reference, Worlds
from grading.checks.outcome import Part
from grading.checks.registry import Checks, ItemCheck, load_checks
from grading.course import Module
from grading.errors import AnswerError, GradingError, LearnerError

log = logging.getLogger(__name__)


class Ask(Protocol):
    """How checks put questions to the learner's code; the sandbox implements it."""

    def __call__(self, name: str, /, *args: object) -> object:
        """Call the learner's function; LearnerError if no plain answer comes."""
        ...

    def value(self, name: str, /) -> object:
        """Fetch a variable of the executed notebook; LearnerError if there is none."""
        ...

    def sql(self, name: str, tables: Mapping[str, pd.DataFrame], /) -> object:
        """Run the query that the learner's function gives on a shadow database of these tables."""
        ...


@dataclass(frozen=True, slots=True)
class PartVerdict:
    """One part: its label in PARTS, what it earned, what was wrong with its form (a key of messages)."""

    label: str | None
    points: float
    max_points: float
    form: str | None = None


@dataclass(frozen=True, slots=True)
class ItemVerdict:
    """The verdict on one item; feedback is markdown per language and never quotes an input.

    stopped: what ended the marking early, if anything did: a LearnerErrorKind or a form_ key of messages.
    """

    id: str
    points: float
    max_points: float
    parts: tuple[PartVerdict, ...]
    misconceptions: tuple[str, ...]
    feedback: dict[str, str]
    stopped: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Give plain data, for JSON."""
        return asdict(self)


def mark_items(  # noqa: PLR0913 - named, and each is one thing that a mark depends on
    module: Module,
    ask: Ask,
    *,
    learner_key: str,
    attempt: int,
    secret: bytes,
    worlds: Worlds,
    only: Container[str] | None = None,
) -> list[ItemVerdict]:
    """Mark every item of the module, in its order, or `only` some.

    learner_key: who it is, as the exchange knows them; the same key was used for the files they fetched.
    Raises GradingError where checks.py or the data set is at fault; never for what the learner did.
    """
    checks = load_checks(module)
    given = {
        "ask": ask,
        "hidden": Hidden(checks, secret, learner_key, attempt, worlds),
        "learner": Learner(checks, secret, learner_key, worlds),
        "reference": Reference(module),
    }
    return [
        _mark(checks, item, {name: given[name] for name in item.parameters})
        for item in checks.items
        if only is None or item.id in only
    ]


def _mark(checks: Checks, item: ItemCheck, given: dict[str, Any]) -> ItemVerdict:
    parts: list[Part] = []
    stopped: Stop | None = None
    try:
        for part in item.function(**given):
            parts.append(part)  # noqa: PERF402 - what was earned before a later question fails is kept
    except (LearnerError, AnswerError) as error:
        stopped = error
    except GradingError:
        raise
    except Exception:
        log.warning("%s: item %s: the answer could not be compared", checks.module.checks, item.id, exc_info=True)
        stopped = AnswerError("form_unreadable")
    marked = Marked(item, tuple(parts), stopped)
    verdicts = tuple(PartVerdict(p.label, p.points, p.max_points, p.outcome.form) for p in parts)
    text = feedback(checks.texts, marked)
    return ItemVerdict(item.id, marked.points, item.points, verdicts, marked.misconceptions, text, marked.stop_key)

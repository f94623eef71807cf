"""Write the feedback on one item, in both languages: what was right, what was not, and the thought to follow.

It never quotes an input, an answer or a text that came from the learner's process: those could carry hidden
inputs out. Only names that the author wrote and types and exceptions from a known list are shown.
"""

import builtins
import re
from collections.abc import Iterator
from dataclasses import dataclass

from grading.checks.outcome import Part
from grading.checks.registry import ItemCheck, Texts
from grading.errors import AnswerError, LearnerError
from grading.messages import LANGUAGES, Language, say

Stop = LearnerError | AnswerError
_KNOWN_ERRORS = frozenset(
    name for name, value in vars(builtins).items() if isinstance(value, type) and issubclass(value, Exception)
) | {
    "OutOfBoundsDatetime",
    "IntCastingNaNError",
    "MergeError",
    "InvalidIndexError",
    "DateParseError",
    "UndefinedVariableError",
    "BinderException",
    "CatalogException",
    "ConversionException",
    "InvalidInputException",
    "OutOfMemoryException",
    "OutOfRangeException",
    "ParserException",
    "PermissionException",
    "TooManyRowsError",
}


@dataclass(frozen=True, slots=True)
class Marked:
    """An item as it was marked: its parts, and what stopped the marking of the rest, if anything did."""

    item: ItemCheck
    parts: tuple[Part, ...]
    stopped: Stop | None

    @property
    def points(self) -> float:
        """The sum of the parts, never more than the item has."""
        return min(self.item.points, round(sum(part.points for part in self.parts), 2))

    @property
    def misconceptions(self) -> tuple[str, ...]:
        """Every misconception that explains a lost part, once."""
        return tuple(dict.fromkeys(name for part in self.parts for name in part.misconceptions))

    @property
    def stop_key(self) -> str | None:
        """What stopped the marking, as a key of grading.messages."""
        if isinstance(self.stopped, AnswerError):
            return self.stopped.message
        return self.stopped.kind if self.stopped else None


def feedback(texts: Texts, marked: Marked) -> dict[str, str]:
    """Give the feedback as markdown, {"zh": …, "en": …}."""
    return {lang: "\n\n".join(_lines(texts, marked, lang)) for lang in LANGUAGES}


def _lines(texts: Texts, marked: Marked, lang: Language) -> Iterator[str]:
    item, full = marked.item, marked.points >= marked.item.points
    yield say("item_full" if full else "item_partial", lang, points=f"{marked.points:g}", max=f"{item.points:g}")
    for part in marked.parts:
        if part.label:
            yield _part_line(texts, part, lang)
    if marked.stopped is not None:
        yield _stopped_line(item, marked.stopped, lang)
        if marked.parts:
            yield say("part_unreached", lang)
    if full:
        yield from _own(texts, "INSIGHTS", item.id, lang)
        return
    for name in marked.misconceptions:
        yield from _own(texts, "MISCONCEPTIONS", name, lang)
    if marked.stopped is None and not marked.misconceptions:
        yield from dict.fromkeys(say(p.outcome.form, lang, **p.outcome.values) for p in marked.parts if p.outcome.form)
        yield from _own(texts, "HINTS", item.id, lang)


def _part_line(texts: Texts, part: Part, lang: Language) -> str:
    label = texts["PARTS"].get(part.label or "", {}).get(lang, part.label)
    key = "part_right" if part.outcome else "part_wrong"
    return say(key, lang, label=label, points=f"{part.points:g}", max=f"{part.max_points:g}")


def _own(texts: Texts, kind: str, name: str, lang: Language) -> list[str]:
    text = texts[kind].get(name)
    return [text[lang]] if text else []


def _stopped_line(item: ItemCheck, stopped: Stop, lang: Language) -> str:
    if isinstance(stopped, AnswerError):
        return say(stopped.message, lang, **stopped.values)
    error = re.match(r"(?:\w+\.)*([A-Za-z]+)", stopped.detail)
    name = error[1] if error and error[1] in _KNOWN_ERRORS else ""
    if stopped.kind == "raised" and name == "NotImplementedError":
        return say("not_written", lang, name=item.id)
    return say(stopped.kind, lang, name=item.id, error=f" (`{name}`)" if name else "")

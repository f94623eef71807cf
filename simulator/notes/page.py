"""A note being written: sentences in both languages, and the facts they state where they state them."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from simulator.notes.lots import Lot
from simulator.notes.templates import Sentence, Wording

NEWLINE = "\n"


class Fact(NamedTuple):
    """What a stretch of text states, the same in both languages; at: when it became known, microseconds since 1970."""

    label: str
    concept: str
    cause: int
    at: int
    value: str | None = None
    unit: str | None = None
    negated: bool = False
    uncertain: bool = False
    family: bool = False
    historical: bool = False
    copied: bool = False
    stale: bool = False


class Piece(NamedTuple):
    """A stretch of text in Chinese and English, and what it states, if anything."""

    zh: str
    en: str
    fact: Fact | None = None


Item = tuple[Piece, ...]
"""Pieces that belong together without anything between them, such as a drug and its dose."""
Slots = Mapping[str, Sequence[Item]]
Run = tuple[str, Fact | None]


class Span(NamedTuple):
    """Where a text states a fact: [start, end) in code points."""

    start: int
    end: int
    surface: str
    fact: Fact


class Paragraph:
    """Runs of text in both languages; `say` adds a sentence."""

    __slots__ = ("_lot", "_templates", "en", "zh")

    def __init__(self, templates: Mapping[str, Sentence], lot: Lot) -> None:
        self._templates, self._lot = templates, lot
        self.zh: list[Run] = []
        self.en: list[Run] = []

    def say(self, sentence: str, **slots: Sequence[Item]) -> None:
        """Add one wording of a sentence in each language, both with the same facts."""
        zh, en = self._templates[sentence]
        lot = self._lot
        _fill(self.zh, zh[lot.pick(len(zh))], slots, 0)
        if self.en and self.en[-1][0][-1:] not in {" ", NEWLINE}:
            self.en.append((" ", None))
        begin = len(self.en)
        wording = en[lot.pick(len(en))]
        _fill(self.en, wording, slots, 1)
        if not isinstance(wording[0], str) and begin < len(self.en):
            text, fact = self.en[begin]
            self.en[begin] = (text[:1].upper() + text[1:], fact)

    def head(self, zh: str, en: str) -> None:
        """Add a heading as it is."""
        self.zh.append((zh, None))
        self.en.append((en, None))

    def line(self) -> None:
        """End the line."""
        self.zh.append((NEWLINE, None))
        self.en.append((NEWLINE, None))

    def add(self, other: "Paragraph") -> None:
        """Add all of another paragraph."""
        self.zh += other.zh
        self.en += other.en

    def facts(self) -> list[Fact]:
        """What it states, in the order of the Chinese text."""
        return [fact for _, fact in self.zh if fact is not None]


def _fill(runs: list[Run], wording: Wording, slots: Mapping[str, Sequence[Item]], language: int) -> None:
    for part in wording:
        if isinstance(part, str):
            runs.append((part, None))
            continue
        name, between, last = part
        items = slots[name]
        final = len(items) - 1
        for nth, item in enumerate(items):
            if nth:
                runs.append((last if nth == final else between, None))
            for piece in item:
                runs.append((piece[language], piece[2]))


def laid_out(runs: Sequence[Run]) -> tuple[str, list[Span]]:
    """The whole text, and where it states what. In English a space parts sentences that follow each other."""
    texts: list[str] = []
    spans: list[Span] = []
    at = 0
    for text, fact in runs:
        if fact is not None and text:
            spans.append(Span(at, at + len(text), text, fact))
        texts.append(text)
        at += len(text)
    return "".join(texts), spans

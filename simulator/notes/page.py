"""A note being written: sentences in both languages, and the facts they state where they state them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from simulator.arrays import Ints
from simulator.notes.lots import Lot
from simulator.notes.templates import Sentence, Wording

NEWLINE, SPACE = "\n", (" ", None)


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


@dataclass(slots=True)
class Truth:
    """What many texts are made of, end to end: the runs' text and fact, and how many runs each text has."""

    text: list[str] = field(default_factory=list)
    fact: list[Fact | None] = field(default_factory=list)
    runs: list[int] = field(default_factory=list)

    def spans(self) -> tuple[Ints, Ints, Ints, list[str], list[Fact]]:
        """Where they state facts: which text, [start, end) in code points, the text there, the fact."""
        length = np.fromiter(map(len, self.text), np.int64, len(self.text))
        text = np.repeat(np.arange(len(self.runs)), self.runs)
        end = np.cumsum(length)
        first = np.cumsum(self.runs) - np.array(self.runs)
        end -= (end - length)[first][text]
        here = np.fromiter((one is not None for one in self.fact), np.bool_, len(self.fact)) & (length > 0)
        rows = np.flatnonzero(here)
        chosen = [(self.text[row], fact) for row in rows.tolist() if (fact := self.fact[row]) is not None]
        return text[rows], (end - length)[rows], end[rows], [one for one, _ in chosen], [fact for _, fact in chosen]


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
            self.en.append(SPACE)
        begin = len(self.en)
        wording = en[lot.pick(len(en))]
        _fill(self.en, wording, slots, 1)
        if wording[0].__class__ is not tuple and begin < len(self.en):
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
    add = runs.append
    for part in wording:
        if part.__class__ is tuple:
            add(part)  # type: ignore[arg-type]  # a run
            continue
        name, between, last = part  # type: ignore[misc]  # a slot
        items = slots[name]
        final = len(items) - 1
        for nth, item in enumerate(items):
            if nth:
                add(last if nth == final else between)
            for piece in item:
                add((piece[language], piece[2]))  # type: ignore[arg-type]  # the first two of a piece are text


def laid_out(runs: Sequence[Run], truth: Truth) -> str:
    """The whole text; `truth` learns what it is made of."""
    texts, facts = zip(*runs, strict=True)
    truth.text += texts
    truth.fact += facts
    truth.runs.append(len(texts))
    return "".join(texts)

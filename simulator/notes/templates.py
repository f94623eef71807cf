"""Sentences as data: templates/*.yaml hold several wordings of each sentence in both languages.

    history_denied:
      zh: [否认{names}病史。, 既往无{names}病史。]
      en: ["Denies any history of {names|or}.", "No history of {names|or}."]

A slot is {name}; what follows | joins the last two of several: a word in English (`and`, `or`), a mark in Chinese.
Every wording of a sentence has the same slots in both languages, so that both state the same facts.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from simulator.errors import KnowledgeError
from simulator.knowledge.reading import read_yaml

FOLDER = Path(__file__).parent / "templates"
SLOT = re.compile(r"\{([a-z_]+)(?:\|([^}]*))?\}")
LANGUAGES, WORDS = ("zh", "en"), ("and", "or")


Literal = tuple[str, None]
"""Text that stands there as it is, in the form in which a page holds it."""


class Slot(NamedTuple):
    """A place for a list of facts: name, what stands between them, and between the last two."""

    name: str
    between: Literal
    last: Literal


Wording = tuple[Literal | Slot, ...]
Sentence = tuple[tuple[Wording, ...], tuple[Wording, ...]]
"""Its wordings in Chinese and in English."""


@cache
def load_templates() -> Mapping[str, Sentence]:
    """Sentence -> wordings. KnowledgeError names file and sentence where a language or a slot is missing."""
    found: dict[str, Sentence] = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        for name, texts in read_yaml(path).items():
            if name in found:
                raise KnowledgeError(f"{path.name} {name}: another file has a sentence of this name; rename one")
            found[name] = compiled(f"{path.name} {name}", texts)
    return found


def compiled(where: str, texts: object) -> Sentence:
    """The wordings of one sentence. KnowledgeError unless both languages are there and agree in their slots."""
    if not isinstance(texts, dict) or set(texts) != set(LANGUAGES):
        raise KnowledgeError(f"{where}: must have exactly zh and en, each a list of wordings")
    zh, en = (tuple(_wording(text, language) for text in texts[language]) for language in LANGUAGES)
    slots = {frozenset(part.name for part in one if isinstance(part, Slot)) for one in (*zh, *en)}
    if len(slots) != 1 or not zh or not en:
        raise KnowledgeError(f"{where}: all wordings must have the same slots, got {sorted(map(sorted, slots))}")
    return zh, en


def _wording(text: object, language: str) -> Wording:
    parts: list[Literal | Slot] = []
    at = 0
    for match in SLOT.finditer(str(text)):
        if match.start() > at:
            parts.append((str(text)[at : match.start()], None))
        parts.append(_slot(match[1], match[2], language))
        at = match.end()
    return (*parts, (str(text)[at:], None)) if at < len(str(text)) else tuple(parts)


def _slot(name: str, joiner: str | None, language: str) -> Slot:
    between = ("、" if language == "zh" else ", ") if joiner is None or joiner in WORDS else joiner
    last = f" {joiner} " if joiner in WORDS else between
    return Slot(name, (between, None), (last, None))

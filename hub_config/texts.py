"""The sentences of the login pages in both languages."""

from functools import cache
from pathlib import Path
from typing import Literal

import yaml

Language = Literal["zh", "en"]
FILE = Path(__file__).with_name("texts.yaml")
COOKIE = "xinglin-lang"


@cache
def texts() -> dict[str, dict[Language, str]]:
    """Key -> language -> sentence."""
    found: dict[str, dict[Language, str]] = yaml.safe_load(FILE.read_text("utf-8"))
    return found


def in_language(language: Language) -> dict[str, str]:
    """All sentences in one language, for a template."""
    return {key: sentence[language] for key, sentence in texts().items()}


def as_language(value: str | None) -> Language | None:
    """`zh-CN` -> `zh`; None for what is neither Chinese nor English."""
    start = (value or "").strip().lower()[:2]
    return "zh" if start == "zh" else "en" if start == "en" else None


def preferred(accept_language: str) -> Language | None:
    """The first of our languages in a browser's Accept-Language header."""
    parts = (part.partition(";")[0] for part in accept_language.split(","))
    return next((language for language in map(as_language, parts) if language), None)

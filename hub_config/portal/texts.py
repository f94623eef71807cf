"""The sentences of the pages in both languages, read once from texts.yaml."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from hub_config.errors import HubError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hub_config.texts import Language

FILE = Path(__file__).with_name("texts.yaml")


@cache
def catalogue() -> Mapping[str, Mapping[Language, str]]:
    """Key -> language -> sentence; a key that lacks a language is an error."""
    entries: dict[str, dict[Language, str]] = yaml.safe_load(FILE.read_text("utf-8"))
    for key, entry in entries.items():
        if sorted(entry) != ["en", "zh"]:
            raise HubError(f"{FILE.name}: {key} has the languages {sorted(entry)}; it needs zh and en")
    return entries


def text(lang: Language, key: str, /, **values: object) -> str:
    """Give one sentence with its values filled in, as plain text (the templates escape it)."""
    return catalogue()[key][lang].format(**values)

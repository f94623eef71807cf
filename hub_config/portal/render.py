"""Templates with their filters: numbers, times and marks written as the reader's language writes them."""

from __future__ import annotations

import hashlib
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import nh3
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from hub_config.portal.texts import text

if TYPE_CHECKING:
    from hub_config.portal.views import Marks
    from hub_config.texts import Language

HERE = Path(__file__).parent
STATIC = HERE / "static"
LONG_MINUTES = 120
TAGS = {
    "p",
    "br",
    "strong",
    "em",
    "code",
    "pre",
    "ul",
    "ol",
    "li",
    "blockquote",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
}


def number(value: float) -> str:
    """3.0 -> 3, 2.50 -> 2.5, 1/3 -> 0.33."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def percent(share: float) -> str:
    """0.666 -> 67 %, with a thin space that does not break."""
    return f"{share * 100:.0f}\u202f%"


def markdown(source: str) -> Markup:
    """Feedback written in Markdown -> sanitised HTML without links, pictures or raw HTML."""
    html = MarkdownIt("commonmark", {"html": False}).enable("table").render(source)
    return Markup(nh3.clean(html, tags=TAGS, attributes={}))  # noqa: S704  nh3 has just cleaned it


def inline(source: str) -> Markup:
    """One sentence with **bold** and `code`, without a paragraph around it."""
    html = MarkdownIt("commonmark", {"html": False}).renderInline(source)
    return Markup(nh3.clean(html, tags={"strong", "em", "code"}, attributes={}))  # noqa: S704  nh3 has just cleaned it


class Words:
    """What a template needs to speak one language; times are shown in this machine's zone, as its logs are."""

    def __init__(self, lang: Language) -> None:
        self.lang = lang

    def t(self, key: str, /, **values: object) -> str:
        """Look a sentence up in the catalogue."""
        return text(self.lang, key, **values)

    def when(self, moment: datetime) -> Markup:
        """Write a time as `<time>`: 2026-11-23 10:30."""
        iso = moment.astimezone().isoformat(timespec="seconds")
        return Markup('<time datetime="{}">{}</time>').format(iso, self.plain_time(moment))

    def plain_time(self, moment: datetime) -> str:
        """2026-11-23 10:30."""
        return f"{moment.astimezone():%Y-%m-%d %H:%M}"

    def zone(self) -> str:
        """How far the times shown are from UTC: UTC+08:00."""
        offset = f"{datetime.now().astimezone():%z}"
        return f"UTC{offset[:3]}:{offset[3:]}"

    def marks(self, marks: Marks) -> str:
        """`5 of 8 points`, or a dash while nothing has been marked."""
        if marks.reached is None:
            return self.t("word.no_marks")
        return self.t("word.marks", reached=number(marks.reached), possible=number(marks.possible))

    def minutes(self, minutes: int) -> str:
        """`45 min`, or hours from two hours on."""
        if minutes >= LONG_MINUTES:
            return self.t("word.hours", n=number(round(minutes / 30) / 2))
        return self.t("word.minutes", n=minutes)


@cache
def fingerprint(name: str) -> str:
    """First characters of a static file's hash: browsers may keep the file for good."""
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]


@cache
def templates() -> Environment:
    """The templates; everything is escaped, and an unknown name is an error."""
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(number=number, percent=percent, inline=inline, e=escape)
    environment.globals["fingerprint"] = fingerprint
    return environment

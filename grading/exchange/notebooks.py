"""Is what was handed in a notebook at all? Only its form is looked at; nothing in it runs here."""

from __future__ import annotations

import html
import json
from typing import TYPE_CHECKING, Any

from grading.exchange.texts import both, say

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from grading.exchange.archive import Unpacked
    from grading.exchange.settings import Limits

NBFORMAT = 4
CELL_TYPES = frozenset({"code", "markdown", "raw"})


def problem(unpacked: Unpacked, notebooks: Collection[str], limits: Limits) -> dict[str, str] | None:
    """Say in both languages why this cannot be marked; None where it can."""
    for name in sorted(notebooks):
        if name in unpacked.oversize:
            return too_large(name, unpacked.oversize[name], limits.max_file_bytes)
        if name not in unpacked.files:
            return both("missing_notebook", name=name)
        if key := _fault(unpacked.files[name]):
            return both(key, name=name)
    return None


def too_large(name: str, size: int, limit: int) -> dict[str, str]:
    """Say that something is too large; sizes in bytes."""
    return both("too_large", name=name, size_mb=f"{size / 1e6:.1f}", limit_mb=f"{limit / 1e6:.1f}")


def _fault(content: bytes) -> str | None:
    try:
        notebook = json.loads(content.decode("utf-8-sig"), parse_constant=_refuse)
    except (ValueError, RecursionError):
        return "not_notebook"
    if not isinstance(notebook, dict) or not isinstance(notebook.get("metadata"), dict):
        return "not_notebook"
    if isinstance(version := notebook.get("nbformat"), int) and version < NBFORMAT:
        return "old_notebook"
    cells = notebook.get("cells")
    whole = version == NBFORMAT and isinstance(cells, list) and all(map(_is_cell, cells))
    return None if whole else "not_notebook"


def _is_cell(cell: Any) -> bool:  # noqa: ANN401 (anything that JSON can say)
    return (
        isinstance(cell, dict)
        and cell.get("cell_type") in CELL_TYPES
        and isinstance(cell.get("metadata"), dict)
        and _is_text(cell.get("source"))
    )


def _is_text(source: Any) -> bool:  # noqa: ANN401 (the same)
    return isinstance(source, str) or (isinstance(source, list) and all(isinstance(line, str) for line in source))


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def reason_page(reason: Mapping[str, str], language: str, number: int) -> str:
    """HTML page that tells a learner why an attempt was not marked."""
    title = html.escape(say("rejected_title", language))
    which = html.escape(say("feedback_title", language, number=number))
    text, note = html.escape(reason.get(language) or reason["zh"]), html.escape(say("rejected_note", language))
    tag = "zh-CN" if language == "zh" else "en"
    return (
        f'<!DOCTYPE html>\n<html lang="{tag}"><head><meta charset="utf-8"><title>{title}</title></head>\n'
        f'<body style="font-family: sans-serif; max-width: 40em; margin: 2em auto; line-height: 1.6">\n'
        f"<p>{which}</p>\n<h1>{title}</h1>\n<p>{text}</p>\n<p>{note}</p>\n</body></html>\n"
    )

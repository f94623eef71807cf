"""Marks as CSV that a spreadsheet opens with Chinese intact and without running anything a learner wrote."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hub_config.portal.views import MatrixRow, ModuleView

FORMULA_STARTS = tuple("=+-@\t\r\n|%＝＋－＠")
"""A spreadsheet may take a cell for a formula or a command that begins so (OWASP, CSV injection)."""


def harmless(text: str) -> str:
    """Quote a text that a spreadsheet might run."""
    return f"'{text}" if text.lstrip(" \u3000\u00a0\ufeff").startswith(FORMULA_STARTS) else text


def marks_csv(modules: Sequence[ModuleView], rows: Sequence[MatrixRow], heads: tuple[str, str, str, str]) -> bytes:
    """One line per learner: username, name, then marks and attempts per module, and the total.

    heads: what to call username, name, attempts and total. UTF-8 with the byte-order mark that Excel needs.
    """
    user, name, attempts, total = heads
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    columns = [column for m in modules for column in (f"{m.title} ({m.marks.possible:g})", f"{m.title}: {attempts}")]
    writer.writerow([harmless(head) for head in (user, name, *columns, total)])
    for row in rows:
        cells = [value for cell, n in zip(row.cells, row.attempts, strict=True) for value in (cell.reached, n)]
        writer.writerow([harmless(row.learner), harmless(row.name), *cells, row.total.reached])
    return b"\xef\xbb\xbf" + out.getvalue().encode()

"""A submitted notebook, read without believing it: only the words the learner wrote survive.

Outputs, notebook metadata, widget states, cell metadata other than nbgrader's grade_id, and strange cell ids are
dropped here, so nothing later has to be careful about them.
"""

import base64
import contextlib
import hashlib
import json
import re
from collections import Counter
from typing import Any, Final

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

from grading.errors import SubmissionError

MOST_BYTES: Final = 20 << 20
MOST_CELLS: Final = 1000
_NEW = {"code": new_code_cell, "markdown": new_markdown_cell, "raw": new_raw_cell}
_CELL_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_PICTURES = ("image/png", "image/jpeg", "image/gif")


def read_submission(name: str, content: bytes) -> NotebookNode:
    """Read `<name>` of a submission; SubmissionError with the reason the learner reads."""
    if len(content) > MOST_BYTES:
        size = round(len(content) / 1e6, 1)
        raise SubmissionError("too_large", name=name, size_mb=size, limit_mb=MOST_BYTES >> 20)
    told = _parse(name, content)
    if told.get("nbformat") != nbformat.v4.nbformat:
        raise SubmissionError("old_notebook", name=name)
    cells = told.get("cells")
    if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
        raise SubmissionError("not_notebook", name=name)
    if len(cells) > MOST_CELLS:
        raise SubmissionError("too_many_cells", name=name, cells=len(cells), limit=MOST_CELLS)
    try:
        clean = [_cell(cell, place) for place, cell in enumerate(cells)]
    except (KeyError, TypeError, ValueError):
        raise SubmissionError("not_notebook", name=name) from None
    return _notebook(clean)


def _parse(name: str, content: bytes) -> dict[str, Any]:
    try:
        told = json.loads(content.decode("utf-8-sig"))
        if _has_surrogates(told):
            told = json.loads(json.dumps(told, ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError):
        raise SubmissionError("not_notebook", name=name) from None
    if not isinstance(told, dict):
        raise SubmissionError("not_notebook", name=name)
    return told


def _has_surrogates(told: object) -> bool:
    try:
        json.dumps(told, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False


def _notebook(cells: list[NotebookNode]) -> NotebookNode:
    seen: Counter[str] = Counter()
    for cell in cells:
        seen[cell.id] += 1
        if seen[cell.id] > 1:
            cell.id = hashlib.sha256(f"{cell.id}#{seen[cell.id]}".encode()).hexdigest()[:12]
    metadata = {
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
        "language_info": {"name": "python"},
    }
    return new_notebook(cells=cells, metadata=metadata)


def _cell(told: dict[str, Any], place: int) -> NotebookNode:
    cell = _NEW[told["cell_type"]](source=_text(told["source"]))
    named = told.get("id")
    strange = not isinstance(named, str) or not _CELL_ID.fullmatch(named)
    cell.id = f"cell-{place}" if strange else named
    cell.metadata = NotebookNode(_metadata(told.get("metadata")))
    if cell.cell_type == "markdown" and isinstance(told.get("attachments"), dict):
        cell.attachments = _attachments(told["attachments"])
    return cell


def _text(told: object) -> str:
    if isinstance(told, list):
        return "".join(part for part in told if isinstance(part, str))
    if not isinstance(told, str):
        raise TypeError
    return told


def _metadata(told: object) -> dict[str, Any]:
    grader = told.get("nbgrader") if isinstance(told, dict) else None
    grade_id = grader.get("grade_id") if isinstance(grader, dict) else None
    return {"nbgrader": {"grade_id": grade_id}} if isinstance(grade_id, str) else {}


def _attachments(told: dict[str, Any]) -> dict[str, dict[str, str]]:
    kept: dict[str, dict[str, str]] = {}
    for name, bundle in told.items():
        for kind in _PICTURES:
            data = bundle.get(kind) if isinstance(bundle, dict) else None
            with contextlib.suppress(ValueError):
                if isinstance(data, str):
                    picture = base64.b64decode("".join(data.split()), validate=True)
                    kept[name] = {kind: base64.b64encode(picture).decode()}
    return kept

"""The feedback page: what was understood and what not, then the learner's notebook with its outputs.

One file, nothing fetched, nothing active; every part went through nh3 or jinja2's escaping.
"""

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2
import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup
from nbformat import NotebookNode
from pygments import highlight  # type: ignore[import-untyped]
from pygments.formatters import HtmlFormatter  # type: ignore[import-untyped]
from pygments.lexers import PythonLexer  # type: ignore[import-untyped]

from grading.marking.clean import clean_html
from grading.marking.models import MarkedItem
from grading.marking.texts import say

TEMPLATES = Path(__file__).parent / "pages"


@functools.cache
def _environment() -> jinja2.Environment:
    loader = jinja2.FileSystemLoader(TEMPLATES)
    environment = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters["markdown"] = _markdown
    environment.filters["python"] = _python
    environment.filters["html"] = lambda text: Markup(clean_html(text))  # noqa: S704 - cleaned
    environment.globals["say"] = say
    return environment


@functools.cache
def _renderer() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(["table", "strikethrough"])


@functools.lru_cache(maxsize=512)
def _markdown(text: str) -> Markup:
    return Markup(clean_html(_renderer().render(text)))  # noqa: S704 - cleaned


@functools.lru_cache(maxsize=512)
def _python(source: str) -> Markup:
    coloured = highlight(source, PythonLexer(), HtmlFormatter(nowrap=True))
    spans = nh3.clean(coloured, tags={"span"}, attributes={"span": {"class"}})
    return Markup(spans)  # noqa: S704 - cleaned


@functools.cache
def _colours() -> str:
    return str(HtmlFormatter(style="default").get_style_defs(".code"))


def feedback_page(lang: str, told: Mapping[str, Any]) -> str:
    """Make the page in one language.

    told: title, number (attempt), score, max_score, items (MarkedItem with title), notebooks
    [(name, cells)], notices (texts in this language); see pages/feedback.html.
    """
    page = _environment().get_template("feedback.html")
    return page.render(lang=lang, colours=Markup(_colours()), **told)  # noqa: S704 - pygments' own


def shown_cells(notebook: NotebookNode, verdicts: Mapping[str, MarkedItem]) -> list[dict[str, Any]]:
    """Give the cells as the page shows them: ours as verdicts, theirs with cleaned outputs."""
    cells = []
    for cell in notebook.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        item = verdicts.get(grade_id) if grade_id else None
        outputs = [] if item else list(cell.get("outputs", []))
        cells.append(
            {
                "type": cell.cell_type,
                "source": _prose(cell),
                "outputs": outputs,
                "item": item,
                "tests": item is not None and _is_code(_prose(cell)),
                "count": cell.get("execution_count"),
            }
        )
    return cells


def _is_code(source: str) -> bool:
    return any(line.strip() and not line.lstrip().startswith("#") for line in source.splitlines())


def _prose(cell: NotebookNode) -> str:
    """Give the source; pictures that were pasted into prose become data."""
    source: str = cell.metadata.get("released", cell.source)
    for name, bundle in cell.get("attachments", {}).items():
        for kind, data in bundle.items():
            source = source.replace(f"attachment:{name}", f"data:{kind};base64,{data}")
    return source

"""Makes what learners' code printed and drew safe to show: to them, and in an instructor's browser.

Only texts, pictures as data, and HTML that nh3 let through. No scripts, no styles that cover the page, nothing
that is fetched from anywhere.
"""

import base64
import re
from collections.abc import Callable
from typing import Any, Final

import nh3
from nbformat import NotebookNode
from nbformat.v4 import new_output

MOST_TEXT: Final = 100_000
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")
_PICTURE = re.compile(r"data:image/(png|jpeg|gif|svg\+xml);base64,[A-Za-z0-9+/=]*")
_TAGS = frozenset(
    re.findall(
        r"\w+",
        "a abbr b blockquote br caption code col colgroup dd del details div dl dt em figcaption figure "
        "h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp small span strong sub summary sup "
        "table tbody td tfoot th thead tr u ul var",
    )
)
_ATTRIBUTES = {
    "*": {"class", "title", "lang", "dir"},
    "td": {"colspan", "rowspan", "align"},
    "th": {"colspan", "rowspan", "align", "scope"},
    "col": {"span"},
    "ol": {"start"},
    "img": {"src", "alt", "width", "height"},
    "a": {"href"},
}
_CLASSES = {"dataframe"}
_CONTROL = re.compile(r"\x1b\[[0-9;]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
"""Control characters, terminal colours, and the marks that turn the direction of text around."""


def clean_html(text: str) -> str:
    """Give HTML without anything active or fetched; links may only lead to other pages, in a new window."""
    return nh3.clean(
        text,
        tags=set(_TAGS),
        clean_content_tags={"script", "style", "template", "noscript", "iframe", "object", "svg", "math", "title"},
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        attribute_filter=_attribute,
        url_schemes={"http", "https", "mailto", "data"},
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name == "src":
        return value if _PICTURE.fullmatch(value) else None
    if name == "href":
        return value if value.startswith(("https://", "http://", "mailto:")) else None
    if name == "class":
        return value if value in _CLASSES else None
    if name in ("width", "height"):
        return value if value.isdigit() and tag == "img" else None
    return value


def clean_text(text: str, most: int = MOST_TEXT) -> str:
    """Give text without control characters, cut after `most` characters, in whole Unicode."""
    plain = _CONTROL.sub("", text.encode("utf-8", "replace").decode())
    return plain if len(plain) <= most else plain[:most] + "\n[…]"


def clean_prose(text: str) -> str:
    """Give markdown without HTML and links: both show as they were typed.

    nbgrader's own pages render a learner's prose with nbconvert, which lets tags and `javascript:` links through.
    Pictures pasted into the notebook stay.
    """
    without_tags = re.sub(r"<(?=[A-Za-z!/?])", "&lt;", text)
    return re.sub(r"\](?=:|\((?!attachment:[\w.%-]+\)))", r"]\\", without_tags)


def _picture(kind: str, data: str) -> str | None:
    plain = "".join(data.split())
    return plain if _BASE64.fullmatch(plain) and kind else None


def _drawing(data: str) -> str:
    """An SVG as a picture: in <img> nothing in it runs and nothing is fetched."""
    coded = base64.b64encode(data.encode("utf-8", "replace")).decode()
    return f'<img alt="" src="data:image/svg+xml;base64,{coded}">'


def _bundle(data: dict[str, Any]) -> dict[str, str]:
    texts = {kind: value for kind, value in data.items() if isinstance(kind, str) and isinstance(value, str)}
    kept = {}
    if "text/plain" in texts:
        kept["text/plain"] = clean_text(texts["text/plain"])
    for kind in ("image/png", "image/jpeg"):
        picture = _picture(kind, texts[kind]) if kind in texts else None
        if picture is not None:
            kept[kind] = picture
    if "text/html" in texts:
        kept["text/html"] = clean_html(clean_text(texts["text/html"], 4 * MOST_TEXT))
    elif "image/svg+xml" in texts and "image/png" not in kept:
        kept["text/html"] = _drawing(texts["image/svg+xml"])
    if "text/markdown" in texts:
        kept["text/markdown"] = clean_prose(clean_text(texts["text/markdown"]))
    return kept


def _stream(told: dict[str, Any]) -> NotebookNode | None:
    name, text = told.get("name"), told.get("text")
    if name not in ("stdout", "stderr") or not isinstance(text, str):
        return None
    return new_output("stream", name=name, text=clean_text(text))


def _error(told: dict[str, Any]) -> NotebookNode | None:
    name, value, lines = told.get("ename"), told.get("evalue"), told.get("traceback")
    if not isinstance(name, str) or not isinstance(value, str) or not isinstance(lines, list):
        return None
    clean = [clean_text(line, 5000) for line in lines[:100] if isinstance(line, str)]
    return new_output("error", ename=clean_text(name, 200), evalue=clean_text(value, 2000), traceback=clean)


def _data(told: dict[str, Any]) -> NotebookNode | None:
    bundle = told.get("data")
    kept = _bundle(bundle) if isinstance(bundle, dict) else {}
    if not kept:
        return None
    count = told.get("execution_count")
    if told["output_type"] == "display_data":
        return new_output("display_data", data=kept)
    return new_output("execute_result", data=kept, execution_count=count if type(count) is int else None)


_KINDS: dict[str, Callable[[dict[str, Any]], NotebookNode | None]] = {
    "stream": _stream, "error": _error, "display_data": _data, "execute_result": _data,
}  # fmt: skip


def clean_outputs(told: list[dict[str, Any]]) -> list[NotebookNode]:
    """Give the outputs of one cell as valid notebook outputs; what is not understood is left out."""
    outputs = []
    for output in told:
        kind = output.get("output_type")
        made = _KINDS[kind](output) if isinstance(kind, str) and kind in _KINDS else None
        if made is not None:
            outputs.append(made)
    return outputs


def clean_cell(cell: NotebookNode) -> None:
    """Make a learner's prose safe for nbgrader's own pages, in place; code is always escaped there."""
    if cell.cell_type in ("markdown", "raw") and not cell.metadata.get("nbgrader", {}).get("locked"):
        cell.source = clean_prose(cell.source)

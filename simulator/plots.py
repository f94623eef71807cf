"""Plots as inline SVG in pages that load nothing from elsewhere: the same figure always gives the same text."""

import io
from html import escape
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

STYLE = """
body{font:16px/1.55 system-ui,"Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif;max-width:60rem;
margin:auto;padding:1rem;color:#1b1b1b;background:#fffdf9}h1{font-size:1.4rem}h2{margin-top:2rem}h3{margin:1rem 0 .2rem}
figure{margin:1rem 0}svg{max-width:100%;height:auto}.note{color:#6b5d4f;font-size:.9rem}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%}th,td{border:1px solid #d8cdbd;padding:.25rem .5rem;
text-align:left}th{background:#f6efe4}.out{background:#fde3df;font-weight:600}
"""


def svg(figure: Figure) -> str:
    """The figure as an SVG element."""
    buffer = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": "xinglin"}):
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    text = buffer.getvalue()
    return text[text.index("<svg") :]


def captioned(picture: str, zh: str, en: str) -> str:
    """An SVG element with a caption in both languages that screen readers read too."""
    label = escape(f"{zh} · {en}", quote=True)
    caption = f"<figcaption>{escape(zh)} · {escape(en)}</figcaption>"
    return f'<figure role="img" aria-label="{label}">{picture}{caption}</figure>'


def document(title: str, body: str, style: str = "") -> str:
    """A whole page."""
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}{style}</style></head><body>{body}</body></html>\n"
    )


def write_document(text: str, path: Path) -> None:
    """Write a page under a temporary name, then under its own."""
    temporary = path.with_name(f".{path.name}.part")
    temporary.write_text(text, encoding="utf-8")
    temporary.rename(path)

"""What learners' code prints and draws, on its way into their own browser and the instructor's."""

import base64
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from nbconvert.filters.markdown_mistune import markdown2html_mistune

from grading.marking.clean import clean_html, clean_outputs, clean_prose

PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<math><mtext><script>alert(1)</script></mtext></math>",
    "<iframe src='https://evil.example/'></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data='data:text/html,<script>alert(1)</script>'></object>",
    "<embed src='javascript:alert(1)'>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<form action='https://evil.example/'><input name=password></form>",
    "<style>body{display:none} @import url(https://evil.example/x.css)</style>",
    "<div style='position:fixed;inset:0;background:url(https://evil.example/x)'>x</div>",
    "<link rel=stylesheet href='https://evil.example/x.css'>",
    "<meta http-equiv=refresh content='0;url=https://evil.example/'>",
    "<base href='https://evil.example/'>",
    "<img src='https://evil.example/x.png'>",
    "<img src='//evil.example/x.png'>",
    "<img srcset='https://evil.example/x.png 1x'>",
    "<video src='https://evil.example/x'></video>",
    "<table background='https://evil.example/x'><tr><td>x</td></tr></table>",
    "<details ontoggle=alert(1) open>x</details>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<template><script>alert(1)</script></template>",
    "</pre></div></body><script>alert(1)</script>",
    "<!--><script>alert(1)</script>-->",
    "<img src='data:image/svg+xml;base64,x\" onerror=\"alert(1)'>",
]
ACTIVE = re.compile(r"<\s*(script|iframe|object|embed|form|input|link|meta|base|style|svg|video|template)|\son\w+\s*=|"
                    r"javascript:|data:text|evil\.example", re.IGNORECASE)  # fmt: skip


@pytest.mark.parametrize("payload", PAYLOADS)
def test_html_is_made_harmless(payload: str) -> None:
    assert not ACTIVE.search(clean_html(payload))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_prose_is_harmless_in_the_pages_of_nbgrader(payload: str) -> None:
    """nbconvert renders a learner's prose there, without sanitising it."""
    shown = markdown2html_mistune(clean_prose(f"words {payload} more"))
    assert is_inert(shown)


@pytest.mark.parametrize(
    "link",
    ["[x](javascript:alert(1))", "![x](javascript:alert(1))", "[x]: javascript:alert(1)\n\n[x]",
     "<javascript:alert(1)>",
     "[x](JaVaScRiPt&#58;alert(1))", "[x](&#1;javascript:alert(1))", "![x](https://evil.example/x.png)", "[[x](y)](z:)",
     "[x](data:text/html,1)", "[x](attachment:a.png javascript:1)", "[x]\n(javascript:alert(1))",
     "[x] (javascript:a)"],
)  # fmt: skip
def test_links_in_prose_lead_nowhere(link: str) -> None:
    assert is_inert(markdown2html_mistune(clean_prose(link)))


def is_inert(html: str) -> bool:
    """Words, and at most addresses that were typed out and can be seen."""
    addresses = re.findall(r'href="([^"]*)"', html)
    return tags(html) <= {"p", "pre", "code", "br", "a"} and all(
        a.startswith(("http://", "https://")) for a in addresses
    )


def test_prose_without_html_is_left_alone() -> None:
    text = "if a < b and b > c: `x < y` & *more* ![](attachment:a.png) [1] (x)"
    assert clean_prose(text) == text


def test_a_table_of_pandas_stays_a_table() -> None:
    table = '<table class="dataframe"><thead><tr><th>a</th></tr></thead></table>'
    html = f"<div><style scoped>x</style>{table.replace('<table', '<table border=1')}</div>"
    assert clean_html(html) == f"<div>{table}</div>"


def test_only_known_kinds_of_data_are_kept() -> None:
    data = {
        "text/plain": "x", "application/javascript": "alert(1)", "text/latex": "x", "application/json": "{}",
        "application/vnd.jupyter.widget-view+json": "{}", "image/svg+xml": "<svg/>", "text/html": "<b>x</b>",
    }  # fmt: skip
    [kept] = clean_outputs([{"output_type": "display_data", "data": data, "metadata": {"width": '"><script>'}}])
    assert set(kept.data) == {"text/plain", "text/html"}
    assert kept.metadata == {}


def test_a_drawing_becomes_a_picture_in_which_nothing_runs() -> None:
    svg = "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    [kept] = clean_outputs([{"output_type": "display_data", "data": {"image/svg+xml": svg}}])
    coded = base64.b64encode(svg.encode()).decode()
    assert kept.data == {"text/html": f'<img alt="" src="data:image/svg+xml;base64,{coded}">'}
    assert coded in clean_html(kept.data["text/html"])


@pytest.mark.parametrize("data", ['AAAA" onerror="alert(1)', "AAAA'><script>", "<script>alert(1)</script>"])
def test_a_picture_that_is_not_base64_is_dropped(data: str) -> None:
    assert clean_outputs([{"output_type": "display_data", "data": {"image/png": data}}]) == []


@pytest.mark.parametrize(
    "told",
    [{}, {"output_type": []}, {"output_type": "stream"}, {"output_type": "stream", "name": "<script>", "text": "x"},
     {"output_type": "error", "ename": 1, "evalue": 2, "traceback": 3}, {"output_type": "display_data", "data": []},
     {"output_type": "display_data", "data": {"text/plain": ["x"]}},
     {"output_type": "update_display_data", "data": {}}],
)  # fmt: skip
def test_an_output_in_another_form_is_dropped(told: dict[str, Any]) -> None:
    assert clean_outputs([told]) == []


def test_marks_that_turn_text_around_and_control_characters_are_dropped() -> None:
    text = "a\u202eb\u2066c\x1b[31md\x00e\ud800f"
    [kept] = clean_outputs([{"output_type": "stream", "name": "stdout", "text": text}])
    assert kept.text == "abcde?f"


PRINT_ALL = f"""
from IPython.display import HTML, Markdown, Javascript, SVG, display
payloads = {PAYLOADS!r}
for p in payloads:
    print(p)
    display(HTML(p)); display(Markdown(p)); display(Javascript(p)); display({{'image/svg+xml': p}}, raw=True)
    display({{'text/plain': p, 'image/png': p}}, raw=True)
class Named(Exception): pass
Named.__name__ = payloads[0]
raise Named(payloads[1])
"""


def test_a_page_of_feedback_is_inert(mark_stock: Callable[..., Any], cell: Callable[..., Any]) -> None:
    cells = [
        cell("solution", "f", "### BEGIN SOLUTION\n1\n### END SOLUTION"),
        cell("test", "t", "assert True"),
        cell("manual", "m", "words"),
    ]
    marked, course = mark_stock(cells, {"f": PRINT_ALL, "m": "\n\n".join(PAYLOADS) + "\n[x](javascript:alert(1))"})
    for page in marked.feedback.values():
        body = page.partition("<body>")[2]
        assert tags(body) <= ALLOWED, tags(body) - ALLOWED
        links = re.findall(r'\s(?:href|src)="([^"]*)"', body)
        assert all(link.startswith(("#item-", "data:image/", "https://", "http://", "mailto:")) for link in links)
        assert not re.search(r"<img[^>]*src=\"http", body)
        assert not re.search(r"<[^>]*\son\w+=", body)
    text = next((course.root / "autograded").rglob("*.ipynb")).read_text()
    stored = json.loads(text)
    for stored_cell in stored["cells"]:
        for out in stored_cell.get("outputs", []):
            assert not ACTIVE.search("".join(out.get("data", {}).get("text/html", "")))
            assert set(out.get("data", {})) <= {"text/plain", "text/html", "text/markdown", "image/png"}
        if stored_cell["cell_type"] == "markdown":
            shown = markdown2html_mistune("".join(stored_cell["source"]))
            assert is_inert(shown)


ALLOWED = {
    *("html", "body", "h1", "h2", "p", "span", "section", "strong", "em", "b", "i", "code", "pre", "div", "img", "a"),
    *("table", "thead", "tbody", "tr", "th", "td", "ul", "ol", "li", "br", "hr", "details", "summary"),
}


def tags(html: str) -> set[str]:
    return set(re.findall(r"<([a-zA-Z][a-zA-Z0-9-]*)", html))

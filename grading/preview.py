"""Both editions of a module as web pages: what the learner sees, with the outputs that the right answer gives."""

import re
from collections.abc import Iterator
from pathlib import Path

from nbconvert import HTMLExporter
from nbformat import NotebookNode
from traitlets.config import Config

from grading.answers import answer_cells
from grading.build import build_notebook
from grading.checks.inputs import Materials
from grading.course import Module
from grading.files import write_atomically
from grading.gate import SECRET, gate_recipe, own_state
from grading.marking.modules import fill, runs
from grading.messages import LANGUAGES, Language
from grading.release import release_notebook
from grading.sandbox import Sandbox
from grading.worlds import PooledWorlds

_FETCHED = ("mathjax_url", "require_js_url", "jquery_url")
"""Scripts that nbconvert's page would fetch from elsewhere."""
_NOTHING = "data:text/javascript,"


def preview_module(module: Module, state: Path, out: Path) -> Iterator[Path]:
    """Run the reference answer in the sandbox and write `<out>/<module>.<lang>.html`; yields each page."""
    worlds = PooledWorlds(gate_recipe(module), own_state(state), SECRET)
    files = Materials(module, state, secret=SECRET, worlds=worlds).files("preview")
    with Sandbox() as box:
        for lang in LANGUAGES:
            page = out / f"{module.id}.{lang}.html"
            write_atomically(page, _html(_with_outputs(module, lang, box, files)).encode())
            yield page


def _with_outputs(module: Module, lang: Language, box: Sandbox, files: dict[str, bytes]) -> NotebookNode:
    answered = build_notebook(module, lang, answer_cells(module.reference))
    shown = release_notebook(module, build_notebook(module, lang))
    cells = [cell for cell in answered.cells if runs(cell)]
    with box.run([cell.source for cell in cells], files) as session:
        fill(cells, session)
    for cell, ran in zip(shown.cells, answered.cells, strict=True):
        if cell.cell_type == "code":
            cell.outputs = ran.get("outputs", [])
    return shown


def _html(notebook: NotebookNode) -> str:
    config = Config({"HTMLExporter": dict.fromkeys(_FETCHED, _NOTHING)})
    body, _ = HTMLExporter(config=config, template_name="lab").from_notebook_node(notebook)
    return re.sub(r"https://cdnjs\.cloudflare\.com/[^\"']*", _NOTHING, str(body))  # the template's own, for diagrams

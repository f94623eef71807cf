"""IPython without a kernel: runs the cells of a notebook and collects their outputs, within bounds."""

import base64
import contextlib
import gc
import io
import os
import re
import signal
import sys
import time
import traceback
from collections.abc import Iterator, Mapping
from types import FrameType
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

from .guard import run_test

Output = dict[str, Any]
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


class CellTimeoutError(Exception):
    """A cell ran longer than a cell may."""


class Outputs:
    """The outputs of one cell; what goes beyond the bytes or the number left is dropped and said once."""

    def __init__(self, most_bytes: int, most: int) -> None:
        self.left, self.most = most_bytes, most
        self.list: list[Output] = []

    def add(self, output: Output, size: int) -> None:
        """Keep one output if it still fits."""
        if self.most <= 0:
            return
        self.most -= 1
        if size > self.left or not self.most:
            self.most = 0
            note = "\n[more output was left out · 其余输出已省略]\n"
            output = {"output_type": "stream", "name": "stderr", "text": note}
        self.left -= size
        self.list.append(output)

    def stream(self, name: str, text: str) -> None:
        """Append to the stream that was written last, or begin another."""
        last = self.list[-1] if self.list else {}
        if self.most > 0 and len(text) <= self.left and last.get("name") == name:
            last["text"] += text
            self.left -= len(text)
        else:
            self.add({"output_type": "stream", "name": name, "text": text}, len(text))

    def data(self, kind: str, data: Mapping[str, Any], metadata: Mapping[str, Any], count: int | None = None) -> None:
        """Keep a display_data or execute_result: texts only, pictures as base64."""
        texts = {key: base64.b64encode(v).decode() if isinstance(v, bytes) else v for key, v in data.items()}
        texts = {str(key): value for key, value in texts.items() if isinstance(value, str)}
        output: Output = {"output_type": kind, "data": texts, "metadata": {}}
        if kind == "execute_result":
            output["execution_count"] = count
        del metadata
        self.add(output, sum(map(len, texts.values())))

    def error(self, error: BaseException, lines: list[str]) -> None:
        """Keep an exception as Jupyter does."""
        name, value = type(error).__name__, str(error)[:2000]
        output = {"output_type": "error", "ename": name, "evalue": value, "traceback": lines[:200]}
        self.add(output, sum(map(len, lines)))


class _Stream(io.TextIOBase):
    """sys.stdout or sys.stderr of a cell."""

    def __init__(self, shell: "NotebookShell", name: str) -> None:
        self.shell, self.name = shell, name

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self.shell.outputs.stream(self.name, text)
        return len(text)


class _Publisher(DisplayPublisher):  # type: ignore[misc]  # IPython is untyped
    """What display() calls."""

    def publish(self, data: Mapping[str, Any], metadata: Mapping[str, Any] | None = None, **_other: object) -> None:
        self.shell.outputs.data("display_data", data, metadata or {})

    def clear_output(self, wait: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002 - IPython's signature
        self.shell.outputs.list.clear()


class _Hook(DisplayHook):  # type: ignore[misc]  # IPython is untyped
    """What the last expression of a cell goes through."""

    def write_output_prompt(self) -> None:
        """Nothing to write: the prompt is the notebook's."""

    def write_format_data(self, format_dict: Mapping[str, Any], md_dict: Mapping[str, Any] | None = None) -> None:
        self.shell.outputs.data("execute_result", format_dict, md_dict or {}, self.shell.execution_count)

    def finish_displayhook(self) -> None:
        """Nothing to flush."""


class NotebookShell(InteractiveShell):  # type: ignore[misc]  # IPython is untyped
    """An interactive shell whose outputs go to `outputs`."""

    display_pub_class = Type(_Publisher)
    displayhook_class = Type(_Hook)
    outputs = Outputs(0, 0)

    def enable_gui(self, gui: object = None) -> None:
        """Nothing to start: there is no screen."""

    def ask_exit(self) -> None:
        """Go on: a cell that says exit() ends nothing but itself."""

    def _showtraceback(self, etype: type, evalue: BaseException, stb: list[str]) -> None:
        del etype
        lines = [_COLOURS.sub("", line) for line in stb]
        self.outputs.error(evalue, lines)


def make_shell() -> NotebookShell:
    """Start IPython as a notebook has it: no history file, plots shown in line."""
    quiet = {"HistoryManager": {"enabled": False}, "InteractiveShell": {"colors": "nocolor"}}
    shell: NotebookShell = NotebookShell.instance(config=Config(quiet))
    shell.enable_matplotlib("inline")
    return shell


@contextlib.contextmanager
def _streams(shell: NotebookShell) -> Iterator[None]:
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = _Stream(shell, "stdout"), _Stream(shell, "stderr")
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


@contextlib.contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raise CellTimeoutError in the main thread after this time (code that swallows it is stopped from outside)."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise CellTimeoutError(f"stopped after {seconds:g} s · 运行超过 {seconds:g} 秒,已中止")

    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def run_cells(shell: NotebookShell, cells: list[tuple[str, bool]], limits: Mapping[str, Any]) -> list[Output]:
    """Run every (source, is it a test), whatever the ones before did; per cell {"outputs", "count", "seconds"}."""
    ran, left, number = [], limits["output_bytes"], limits["outputs"]
    for count, (source, is_test) in enumerate(cells, start=1):
        outputs = shell.outputs = Outputs(left, number)
        begun = time.monotonic()
        try:
            with _streams(shell), at_most(limits["cell_s"]):
                run_test(shell, source) if is_test else shell.run_cell(source, store_history=True)
        except BaseException as error:  # noqa: BLE001 - SystemExit, or a time-out between IPython's own lines
            outputs.error(error, traceback.format_exception_only(error))
        left, number = max(0, outputs.left), max(0, number - len(outputs.list))
        ran.append({"outputs": outputs.list, "count": count, "seconds": round(time.monotonic() - begun, 4)})
    shell.outputs = Outputs(0, 0)
    gc.freeze()  # the forks that answer questions then share this memory instead of copying it to count references
    return ran


def silence() -> None:
    """Send the process's own standard streams nowhere: only collected output counts, and it is bounded."""
    null = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(null, number)
    os.close(null)

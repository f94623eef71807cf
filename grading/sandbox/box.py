r"""The sandbox seen from outside: start it once, run one notebook after the other in it, ask what they left.

with Sandbox() as box:
    with box.run(["def f(x):\n    return x + 1"], {"data/stays.csv": b"..."}) as session:
        session.cells[0].outputs
        session.ask("f", 3)             # 4, or LearnerError
        session.ask.value("name")
    session.ask.sql("q", {"stays": table})  # what the query that q() gives finds in these tables
"""

import contextlib
import json
import os
import secrets
import select
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, Self

import pandas as pd

from grading.errors import GradingError, LearnerError, LearnerErrorKind, SandboxError
from grading.sandbox.inside import wire
from grading.sandbox.inside.decode import MalformedError, decode
from grading.sandbox.inside.encode import encode
from grading.sandbox.jail import jail
from grading.sandbox.limits import MIB, Limits
from grading.sandbox.probe import probe_once
from grading.sandbox.shadow import PROGRAM, Shadow, shadowed
from grading.sandbox.watch import Watch

FORGED = "an answer nobody asked for"
START_S = 60.0
STOP_S = 10.0
ZYGOTE = "import sys; sys.path.insert(0, '/opt/marker'); from inside.zygote import main; main()"
KINDS: tuple[LearnerErrorKind, ...] = ("missing", "raised", "timeout", "crashed", "not_plain", "too_large")


@dataclass(frozen=True)
class InnerTest:
    """A cell of tests that stands in the notebook itself (stock nbgrader): run without IPython's hooks."""

    source: str


@dataclass(frozen=True)
class RanCell:
    """What one cell left: outputs as in a notebook file (not trusted), its number, how long it took."""

    outputs: list[dict[str, Any]] = field(default_factory=list)
    count: int = 0
    seconds: float = 0.0


class Sandbox:
    """One bubblewrap with a loaded fork server in it; one job at a time; start another for another process."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._databases: Sandbox | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def start(self) -> None:
        """Start it if it is not running; SandboxError says what is missing."""
        if self._alive():
            return
        self.close()
        ours, theirs = socket.socketpair()
        command = jail(probe_once().bwrap, tmp_bytes=64 * MIB, capabilities=("CAP_SYS_ADMIN",))
        number, limits = str(theirs.fileno()), json.dumps(self.limits.as_dict())
        command += [sys.executable, "-I", "-B", "-c", ZYGOTE, number, limits]
        self._process = subprocess.Popen(
            command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, env={},
        )  # fmt: skip
        theirs.close()
        self._control = ours
        self._expect(b"R", START_S)

    def _expect(self, word: bytes, seconds: float) -> None:
        control = self._open_control()
        control.settimeout(seconds)
        try:
            got = control.recv(1)
        except OSError:
            got = b""
        if got != word:
            said = self._last_words()
            self.close()
            raise SandboxError(f"the sandbox stopped{': ' + said if said else ''}; `xinglin doctor` says what it needs")

    def _open_control(self) -> socket.socket:
        if self._control is None:
            raise SandboxError("the sandbox is not running: call start() first")
        return self._control

    def _last_words(self) -> str:
        if self._process is None or self._process.stderr is None:
            return ""
        self._process.kill()
        return self._process.stderr.read(4000).decode(errors="replace").strip().rpartition("\n")[2]

    def close(self) -> None:
        """Stop it and everything in it."""
        if self._databases is not None:
            self._databases.close()
            self._databases = None
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            if self._process.stderr is not None:
                self._process.stderr.close()
            self._process = None

    @contextlib.contextmanager
    def run(self, cells: Sequence[str | InnerTest], files: Mapping[str, bytes] | None = None) -> Iterator["Session"]:
        """Run these code cells in an empty folder with these files; everything is gone when the block ends."""
        self.start()
        ours, theirs = socket.socketpair()
        life, lifeline = os.pipe()
        try:
            self._hand_over(theirs, life)
            session = Session(ours, self.limits, Watch(self._pid(), self.limits.total_bytes))
            session.execute(cells, files or {})
            if session.over is not None and not self._alive():
                raise GradingError(
                    "the sandbox itself ended while a notebook ran in it; the attempt is to be tried again"
                )
            with shadowed(self._database) as session.shadow:
                yield session
        finally:
            ours.close()
            os.close(lifeline)
            self._finish()

    def _database(self) -> contextlib.AbstractContextManager["Session"]:
        """Open a job for queries, in another sandbox: this one is busy with the notebook."""
        self._databases = self._databases or Sandbox(self.limits)
        return self._databases.run([PROGRAM])

    def _hand_over(self, sock: socket.socket, life: int) -> None:
        """Give the job its socket and its lifeline; they are closed here."""
        try:
            socket.send_fds(self._open_control(), [b"J"], [sock.fileno(), life])
        except OSError:
            self.close()
            raise GradingError("the sandbox has ended; it is started again for the next attempt") from None
        finally:
            sock.close()
            os.close(life)

    def _alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _pid(self) -> int:
        if self._process is None:
            raise SandboxError("the sandbox is not running")
        return self._process.pid

    def _finish(self) -> None:
        """Wait until the last process of the job is gone; start afresh if that does not come."""
        if self._control is None:
            return
        ready, _, _ = select.select([self._control], [], [], STOP_S)
        with contextlib.suppress(OSError):
            if ready and self._control.recv(1) == b"D":
                return
        self.close()


class Session:
    """One executed notebook, alive: `cells` are its outputs, `ask` puts questions to it."""

    def __init__(self, sock: socket.socket, limits: Limits, watch: "Watch") -> None:
        self._sock, self._limits, self._watch = sock, limits, watch
        self._over: LearnerErrorKind | None = None
        self._asks_left = limits.asks_s
        self.why = ""
        self.cells: list[RanCell] = []
        self.shadow: Shadow | None = None
        self.ask = Ask(self)

    @property
    def over(self) -> LearnerErrorKind | None:
        """How the notebook's process ended before its time: timeout, crashed or too_large; None while it lives."""
        return self._over

    def execute(self, cells: Sequence[str | InnerTest], files: Mapping[str, bytes]) -> None:
        """Run the cells; a notebook that ends its own process leaves no outputs, and every ask is refused."""
        for name in files:
            path = PurePosixPath(name)
            if path.is_absolute() or ".." in path.parts or not path.parts:
                raise SandboxError(f"{name!r}: a file for the notebook needs a relative name inside its folder")
        if sum(map(len, files.values())) > self._limits.request_bytes // 2:
            raise GradingError(f"the files of a notebook may have {self._limits.request_bytes // 2} bytes together")
        sources = [(cell.source, True) if isinstance(cell, InnerTest) else (cell, False) for cell in cells]
        head = {"op": "run", "cells": sources, "files": list(files)}
        with contextlib.suppress(LearnerError):
            reply, _ = self._request(
                head,
                list(files.values()),
                self._limits.notebook_s,
                self._limits.output_bytes * 8 + MIB,
            )
            self.cells = _read_cells(reply.get("cells"), len(cells))
        self.cells += [RanCell()] * (len(cells) - len(self.cells))

    def question(self, name: str, *, call: bool, args: object) -> object:
        """Put one question; LearnerError if there is no usable answer."""
        allowed = min(self._limits.ask_s, max(0.1, self._asks_left))
        node, buffers = encode(args, self._limits.request_bytes)
        head = {"op": "ask", "name": name, "call": call, "args": node, "seconds": allowed}
        begun = time.monotonic()
        try:
            reply, out = self._request(head, buffers, allowed + 1.0, self._limits.reply_bytes + 4096)
        finally:
            self._asks_left -= time.monotonic() - begun
        if "error" in reply:
            raise _error_of(reply["error"])
        try:
            return decode(reply.get("value"), out)
        except MalformedError as error:
            raise LearnerError("not_plain", str(error)) from None

    def _request(self, head: dict[str, Any], buffers: list[bytes], seconds: float, most: int) -> wire.Frame:
        if self._over is not None:
            raise LearnerError(self._over, "the notebook's process has ended")
        deadline, token = time.monotonic() + seconds, secrets.token_hex(8)
        try:
            wire.send(self._sock, {**head, "id": token}, buffers, deadline=deadline)
            self._watch.until_readable(self._sock, deadline)
            reply, out = wire.receive(self._sock, most, deadline=deadline)
        except wire.SlowError:
            raise self._end("timeout") from None
        except wire.BigError:
            raise self._end("too_large") from None
        except (wire.WireError, MemoryError) as error:
            raise self._end("crashed", str(error)) from None
        if reply.get("id") != token:
            raise self._end("crashed", FORGED)
        return reply, out

    def _end(self, kind: LearnerErrorKind, detail: str = "") -> LearnerError:
        self._over, self.why = kind, detail
        self._sock.close()
        return LearnerError(kind, detail)


class Ask:
    """The question-putter that checks receive: `ask("f", x)` calls, `ask.value("x")` reads a variable."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def __call__(self, name: str, /, *args: object, **kwargs: object) -> object:
        """Call the learner's function; every call starts from the state the notebook left."""
        return self._session.question(name, call=True, args=(list(args), kwargs))

    def value(self, name: str, /) -> object:
        """Fetch the learner's variable."""
        return self._session.question(name, call=False, args=None)

    def sql(self, name: str, tables: Mapping[str, pd.DataFrame], /) -> object:
        """Let the learner's function say its query, and run that on these tables, away from the learner's process."""
        if self._session.shadow is None:
            raise SandboxError("queries are answered only while the notebook's sandbox is open")
        return self._session.shadow.query(self(name), tables)


def _error_of(told: object) -> LearnerError:
    if isinstance(told, list) and len(told) == 2 and told[0] in KINDS and isinstance(told[1], str):  # noqa: PLR2004 - kind, detail
        return LearnerError(told[0], told[1][:600].encode(errors="replace").decode())
    return LearnerError("crashed", "an answer in no known form")


def _read_cells(told: object, most: int) -> list[RanCell]:
    if not isinstance(told, list):
        return []
    return [_read_cell(cell) for cell in told[:most]]


def _read_cell(told: object) -> RanCell:
    if not isinstance(told, dict):
        return RanCell()
    outputs, count, seconds = told.get("outputs"), told.get("count"), told.get("seconds")
    return RanCell(
        outputs=[output for output in outputs if isinstance(output, dict)] if isinstance(outputs, list) else [],
        count=count if type(count) is int and 0 < count < 100_000 else 0,  # noqa: PLR2004 - more is a joke
        seconds=float(seconds) if isinstance(seconds, int | float) else 0.0,
    )


__all__ = ["Ask", "InnerTest", "RanCell", "Sandbox", "Session"]

"""One submission inside the sandbox: write its files, run its cells, then answer questions about what they left.

Everything here runs in a process that belongs to the learner's code; whoever listens outside believes none of it.
"""

import contextlib
import json
import linecache
import os
import signal
import socket
import sys
import time
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from . import wire
from .decode import decode
from .encode import NotPlainError, TooLargeError, encode
from .shell import CellTimeoutError, NotebookShell, at_most, run_cells

WORK = "/tmp/work"  # noqa: S108 - the job's own tmpfs, just mounted
Answer = tuple[dict[str, Any], list[bytes]]


def serve(sock: socket.socket, shell: NotebookShell, limits: Mapping[str, Any]) -> None:
    """Answer requests until the other side closes: first `run`, then `ask` as often as it likes."""
    Path(WORK).mkdir()
    os.chdir(WORK)
    sys.path.insert(0, WORK)
    while True:
        head, buffers = wire.receive(sock, limits["request_bytes"])
        if head["op"] == "run":
            for name, data in zip(head["files"], buffers, strict=True):
                _write(name, data)
            answer: Answer = ({"cells": run_cells(shell, head["cells"], limits)}, [])
        else:
            answer = _in_a_child(shell, head, buffers, limits)
        wire.send(sock, {**answer[0], "id": head["id"]}, answer[1])


def _write(name: str, data: bytes) -> None:
    path = Path(WORK) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _in_a_child(shell: NotebookShell, head: dict[str, Any], buffers: list[bytes], limits: Mapping[str, Any]) -> Answer:
    """Answer in a fork, so that no question sees what another one changed."""
    ours, theirs = socket.socketpair()
    child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException):
            os.setpgid(0, 0)
            ours.close()
            wire.send(theirs, *_answer(shell, head, buffers, limits))
        os._exit(0)
    theirs.close()
    try:
        return wire.receive(ours, limits["reply_bytes"] + 4096, deadline=time.monotonic() + head["seconds"] + 0.2)
    except wire.SlowError:
        return _error("timeout")
    except wire.BigError:
        return _error("too_large")
    except wire.WireError:
        return _error("crashed")
    finally:
        ours.close()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _error(kind: str, detail: str = "") -> Answer:
    return {"error": [kind, detail]}, []


def _answer(shell: NotebookShell, head: dict[str, Any], buffers: list[bytes], limits: Mapping[str, Any]) -> Answer:
    name = head["name"]
    if name not in shell.user_ns or (head["call"] and not callable(shell.user_ns[name])):
        return _error("missing", name)
    value = shell.user_ns[name]
    try:
        with at_most(head["seconds"]):
            if head["call"]:
                args, kwargs = cast("tuple[list[Any], dict[str, Any]]", decode(head["args"], buffers))
                value = value(*args, **kwargs)
            node, out = encode(value, limits["reply_bytes"])
    except CellTimeoutError:
        return _error("timeout")
    except TooLargeError:
        return _error("too_large")
    except NotPlainError as error:
        return _error("not_plain", str(error))
    except BaseException as error:  # noqa: BLE001 - SystemExit too is how the learner's code ended
        return _error("raised", _describe(error))
    answer: dict[str, Any] = {"value": node}
    return (answer, out) if len(json.dumps(answer)) <= limits["reply_bytes"] else _error("too_large")


def _describe(error: BaseException) -> str:
    """Say `KeyError: 'ward' · return stays["wart"]`: the exception and the learner's line it came from."""
    text = "".join(traceback.format_exception_only(error)[-1:]).strip()[:300]
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if "ipython-input" in frame.filename or "ipykernel_" in frame.filename:
            line = linecache.getline(frame.filename, frame.lineno or 0).strip()
            return f"{text} · {line[:200]}"
    return text

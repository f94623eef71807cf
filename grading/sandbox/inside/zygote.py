"""The fork server inside bubblewrap: everything a notebook imports is loaded once, each job is a fork of that.

argv: file descriptor of the control socket, limits as JSON. A byte with two descriptors (the job's socket, a
lifeline) starts a job; when the lifeline's other end closes or the notebook process ends, all of the job dies;
then one byte goes back. zygote -> supervisor -> first process of the job's namespaces -> notebook process.
"""

import contextlib
import gc
import json
import os
import select
import signal
import socket
import sys
from typing import Any, NoReturn

from . import confine, wire
from .guard import remember
from .job import serve
from .shell import NotebookShell, make_shell, run_cells, silence

WARM_UP = (
    "import numpy as np, pandas as pd\npd.DataFrame({'a': [1.0, 2.0], 'b': ['x', None]}).describe()",
    "import io\npd.read_csv(io.StringIO('a,t\\n1,2026-01-01\\n'), parse_dates=['t']).groupby('a')['t'].min().dt.year",
    "pd.Series([1, 2]).plot()",
    "1 / 0",
)
"""Cells as learners write them: what they make Python import need not be imported again for every job."""


CJK_FONTS = ("Noto Sans CJK SC", "Noto Sans CJK JP", "Source Han Sans SC", "WenQuanYi Zen Hei", "Microsoft YaHei")
"""Where DejaVu has no glyph: Chinese titles in plots. Debian's Noto file gives its Japanese name; it has all glyphs."""


def load() -> NotebookShell:
    """Import and exercise what first cells usually need."""
    import matplotlib as mpl  # noqa: PLC0415 - the environment's settings must be in place first

    mpl.use("module://matplotlib_inline.backend_inline")
    import matplotlib.pyplot as plt  # noqa: PLC0415 - as above
    from matplotlib import font_manager  # noqa: PLC0415 - as above

    known = {font.name for font in font_manager.fontManager.ttflist}
    mpl.rcParams["font.family"] = ["DejaVu Sans", *(name for name in CJK_FONTS if name in known)]
    shell = make_shell()
    begun = [(source, False) for source in WARM_UP] + [("assert 0", True)]
    run_cells(shell, begun, {"output_bytes": 1 << 20, "outputs": 100, "cell_s": 30.0})
    shell.reset()
    plt.close("all")
    remember()
    gc.collect()
    gc.freeze()
    return shell


def _notebook(sock: socket.socket, shell: NotebookShell, limits: dict[str, Any]) -> NoReturn:
    try:
        os.setsid()
        confine.show()
        confine.limit(limits)
        confine.filter_calls()
        with contextlib.suppress(wire.WireError):
            serve(sock, shell, limits)
    finally:
        os._exit(0)


def _first_process(sock: socket.socket, lifeline: int, shell: NotebookShell, limits: dict[str, Any]) -> NoReturn:
    """Be process 1 of the job: reap what it leaves; when this ends, the kernel kills all the others."""
    try:
        confine.die_with_parent()
        confine.fresh_mounts(limits["tmp_bytes"], {sys.prefix, sys.base_prefix})
        confine.drop_capabilities()
        child = os.fork()
        if child == 0:
            os.close(lifeline)
            _notebook(sock, shell, limits)
        sock.close()
        confine.hide()
        _until_the_end(child, lifeline)
    finally:
        os._exit(0)


def _until_the_end(child: int, lifeline: int) -> None:
    events = select.poll()
    events.register(lifeline, select.POLLIN | select.POLLHUP)
    events.register(os.pidfd_open(child), select.POLLIN)
    while not events.poll(500):
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0] not in (0, child):
                pass


def _supervise(sock: socket.socket, lifeline: int, shell: NotebookShell, limits: dict[str, Any]) -> NoReturn:
    try:
        confine.die_with_parent()
        confine.leave_namespaces()
        first = os.fork()
        if first == 0:
            _first_process(sock, lifeline, shell, limits)
        sock.close()
        os.close(lifeline)
        os.waitpid(first, 0)
    finally:
        os._exit(0)


def main() -> None:
    """Load, report ready, then start one job after the other."""
    control, limits = socket.socket(fileno=int(sys.argv[1])), json.loads(sys.argv[2])
    confine.hide()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    shell = load()
    silence()
    control.sendall(b"R")
    while True:
        word, descriptors, _, _ = socket.recv_fds(control, 1, 2)
        if not word:
            return
        job, lifeline = descriptors
        child = os.fork()
        if child == 0:
            control.close()
            _supervise(socket.socket(fileno=job), lifeline, shell, limits)
        os.close(job)
        os.close(lifeline)
        os.waitpid(child, 0)
        control.sendall(b"D")


if __name__ == "__main__":
    main()

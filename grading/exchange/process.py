"""Processes that must not outlive the service, and how they tell it why they ended."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

NO_SANDBOX = 3
"""Exit code of a worker that has no sandbox to mark in."""

TOO_LONG = 4
"""Exit code of a worker whose job took longer than a marking may."""

PR_SET_PDEATHSIG = 1


def die_with_parent(parent: int) -> None:
    """Be killed by the kernel when the process `parent` ends, however it ends (prctl(2), Linux)."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit("the service has ended")

"""What the commands share: where the state is, and a progress bar."""

import os
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from grading.course import code_root

console = Console()


def state_folder() -> Path:
    """Give the state folder: $XINGLIN_STATE, or state/ beside the code."""
    return Path(os.environ.get("XINGLIN_STATE") or code_root() / "state").resolve()


def progress() -> Progress:
    """Give a progress bar, which stays away where there is no terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)

"""The folder of an export: all of it or nothing, with a note of what it is."""

import json
import shutil
from pathlib import Path
from tempfile import mkdtemp

from simulator.errors import ExportError
from simulator.formats.format import Format, Period, Progress
from simulator.output.folder import move
from simulator.world.world import World

NOTE = "export.json"


def fill(world: World, made: Format, folder: Path, period: Period, progress: Progress) -> int:
    """Write an export beside `folder` and move it there once it is whole; returns the number of items.

    A former export of that name is replaced; anything else there is left alone with an ExportError.
    """
    if folder.exists() and (not folder.is_dir() or (any(folder.iterdir()) and not (folder / NOTE).is_file())):
        raise ExportError(f"{folder} holds something else; --out must be empty, new, or an export to be replaced")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        try:
            count = made.write(world, temporary, period, progress)
            note = {"format": made.en, made.items: count, "scenario": world.scenario.name}
            if (temporary / NOTE).is_file():  # what the writer has to tell
                note |= json.loads((temporary / NOTE).read_text(encoding="utf-8"))
            (temporary / NOTE).write_text(json.dumps(note, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
            temporary.chmod(0o755)
            move(temporary, folder)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
    except OSError as error:
        raise ExportError(
            f"{folder} cannot be written: {error.strerror or error}; choose another --out or make room"
        ) from error
    return count

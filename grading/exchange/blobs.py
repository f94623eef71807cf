"""Content-addressed files: what was once put stays what it was; the same content is kept once."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from typing import TYPE_CHECKING

from grading.errors import ExchangeError

if TYPE_CHECKING:
    from pathlib import Path

NAME = re.compile(r"[0-9a-f]{64}")


class Blobs:
    """Files named by their sha256 under one folder, two levels deep."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, content: bytes) -> str:
        """Keep this content and give its name; on disk before this returns."""
        name = hashlib.sha256(content).hexdigest()
        path = self._path(name)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._write(path, content)
        return name

    def get(self, name: str) -> bytes:
        """Read the content of that name; ExchangeError where there is none or it has been tampered with."""
        try:
            content = self._path(name).read_bytes()
        except FileNotFoundError as error:
            raise ExchangeError(f"blob {name}: not in {self.folder}; restore it from a backup") from error
        if hashlib.sha256(content).hexdigest() != name:
            raise ExchangeError(f"blob {name}: its content has changed; restore it from a backup")
        return content

    def _path(self, name: str) -> Path:
        if not NAME.fullmatch(name):
            raise ExchangeError(f"blob {name!r}: a name is 64 hexadecimal digits")
        return self.folder / name[:2] / name[2:]

    @staticmethod
    def _write(path: Path, content: bytes) -> None:
        handle, temporary = tempfile.mkstemp(dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, path)  # noqa: PTH105 (both names are strings already)
        except BaseException:
            os.unlink(temporary)  # noqa: PTH108
            raise

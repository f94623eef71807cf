"""Archives in and out: plain tar, uncompressed, a few regular files with names we know.

What a learner sends is read member by member and never extracted to disk. Uncompressed, it cannot hold more
than was sent; sparse members, which can, are refused.
"""

from __future__ import annotations

import io
import tarfile
import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from grading.errors import ExchangeError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from grading.exchange.settings import Limits

MAX_NAME_BYTES = 200
IGNORED = frozenset({"timestamp.txt", "submission_secret.txt"})
"""What nbgrader's own submit adds: the server keeps time and secrets itself."""


class HostileArchive(ExchangeError):  # noqa: N818 (it names the archive, and what is done about it is a refusal)
    """An archive that no client of ours would send."""

    def __init__(self, code: str, detail: str) -> None:
        self.code, self.detail = code, detail[:MAX_NAME_BYTES]
        super().__init__(f"{code}: {self.detail}")


@dataclass(frozen=True, slots=True)
class Unpacked:
    """Accepted files by name, and files that are too large to keep: name -> bytes they would have had."""

    files: Mapping[str, bytes]
    oversize: Mapping[str, int]


def pack(files: Mapping[str, bytes]) -> bytes:
    """Make a tar of these files; the same files give the same bytes."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name in sorted(files):
            member = tarfile.TarInfo(name)
            member.size = len(files[name])
            member.mode = 0o644
            tar.addfile(member, io.BytesIO(files[name]))
    return buffer.getvalue()


def contents(body: bytes) -> dict[str, bytes]:
    """Read an archive that the service has built; HostileArchive where a name leads out of the folder."""
    with tarfile.open(fileobj=io.BytesIO(body), mode="r:") as tar:
        return {_inside(member): (tar.extractfile(member) or io.BytesIO()).read() for member in tar}


def save(files: Mapping[str, bytes], folder: Path) -> None:
    """Write files below a folder; those that are there already stay as they are."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            temporary = path.with_name(f".{path.name}.part")
            temporary.write_bytes(content)
            temporary.replace(path)


def unpack(body: bytes, accepted: Collection[str], limits: Limits) -> Unpacked:
    """Read a learner's archive; HostileArchive for anything but regular files with accepted names."""
    try:
        with tarfile.open(fileobj=io.BytesIO(body), mode="r:") as tar:
            return _members(tar, accepted, limits)
    except (tarfile.TarError, ValueError, EOFError, OverflowError, RecursionError, UnicodeError) as error:
        raise HostileArchive("not_tar", str(error)) from error


def _members(tar: tarfile.TarFile, accepted: Collection[str], limits: Limits) -> Unpacked:
    files: dict[str, bytes] = {}
    oversize: dict[str, int] = {}
    seen: set[str] = set()
    for count, member in enumerate(tar, start=1):
        if count > limits.max_files:
            raise HostileArchive("too_many_files", f"more than {limits.max_files}")
        name = _checked(member, accepted)
        if (key := unicodedata.normalize("NFKC", name).casefold()) in seen:
            raise HostileArchive("repeated_name", name)
        seen.add(key)
        if member.size > limits.max_file_bytes:
            oversize[name] = member.size
        elif name not in IGNORED and (content := tar.extractfile(member)) is not None:
            files[name] = content.read()
    return Unpacked(files, oversize)


def _checked(member: tarfile.TarInfo, accepted: Collection[str]) -> str:
    name = _inside(member)
    if name not in accepted and name not in IGNORED:
        raise HostileArchive("unknown_name", ascii(name))
    return name


def _inside(member: tarfile.TarInfo) -> str:
    """Give the name of a regular file that stays below its folder; the worst fault is named first."""
    name, shown = member.name, ascii(member.name)
    if member.issym() or member.islnk():
        raise HostileArchive("link", f"{shown} -> {member.linkname!a}")
    if not member.isreg() or member.issparse():
        raise HostileArchive("not_a_file", shown)
    if name.startswith(("/", "\\")) or ":" in name:
        raise HostileArchive("absolute_name", shown)
    if ".." in PurePosixPath(name.replace("\\", "/")).parts:
        raise HostileArchive("traversal", shown)
    return name

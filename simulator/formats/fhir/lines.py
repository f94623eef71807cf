"""The resources of a folder or file, each with the place where it stands: NDJSON and bundles, ours and others'."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Placed:
    """One resource. line: from 1, or in a bundle the number of its entry."""

    file: str
    line: int
    resource: dict[str, Any]


def resources(path: Path, bad: Callable[[str, int, str], None]) -> Iterator[Placed]:
    """Every resource; `bad(file, line, reason)` is told what is none."""
    files = [path] if path.is_file() else sorted(one for kind in ("*.ndjson", "*.json") for one in path.glob(kind))
    for file in files:
        if file.name == "export.json":
            continue
        try:
            yield from _lines(file, bad) if file.suffix == ".ndjson" else _whole(file, bad)
        except OSError as error:
            bad(file.name, 0, f"cannot be read ({error.strerror})")


def _lines(file: Path, bad: Callable[[str, int, str], None]) -> Iterator[Placed]:
    with file.open("rb") as stream:
        for number, line in enumerate(stream, 1):
            if line.strip():
                yield from _resource(file.name, number, _loaded(line, file.name, number, bad), bad)


def _whole(file: Path, bad: Callable[[str, int, str], None]) -> Iterator[Placed]:
    yield from _resource(file.name, 1, _loaded(file.read_bytes(), file.name, 1, bad), bad)


def _loaded(text: bytes, file: str, line: int, bad: Callable[[str, int, str], None]) -> object:
    try:
        return json.loads(text.decode("utf-8"), object_pairs_hook=_once, parse_constant=_constant)
    except (ValueError, RecursionError) as error:
        bad(file, line, f"is no JSON in UTF-8 ({error})")
        return None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return made


def _constant(word: str) -> float:
    raise ValueError(f"{word} is no number of JSON")


def _resource(file: str, line: int, found: object, bad: Callable[[str, int, str], None]) -> Iterator[Placed]:
    if found is None:
        return
    if not isinstance(found, dict) or not isinstance(found.get("resourceType"), str):
        bad(file, line, "is no resource: it has no resourceType")
    elif found["resourceType"] != "Bundle":
        yield Placed(file, line, found)
    elif not isinstance(found.get("entry", []), list):
        bad(file, line, "Bundle.entry must be a list")
    else:
        for number, entry in enumerate(found.get("entry", []), 1):
            inside = entry.get("resource") if isinstance(entry, dict) else None
            if not isinstance(inside, dict) or inside.get("resourceType") == "Bundle":
                bad(file, number, "the entry of the bundle has no resource")
            else:
                yield from _resource(file, number, inside, bad)

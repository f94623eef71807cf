"""Reads YAML and CSV files of the knowledge; every complaint names file, key or line, value and what would be right."""

import csv
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from simulator.errors import KnowledgeError
from simulator.knowledge.yaml_text import parse_yaml

Model = TypeVar("Model", bound=BaseModel)
Where = Callable[[str], str]
Tell = Callable[[KnowledgeError], None]
"""What happens to a complaint: `at_once` ends the reading, a collector lets it go on with the next entry."""


def at_once(error: KnowledgeError) -> None:
    """Let the first mistake end the reading."""
    raise error


def read_yaml(path: Path, name: str | None = None) -> dict[str, Any]:
    """The mapping in a YAML file, called `name` in the KnowledgeError about its syntax or a repeated key."""
    name = name or path.name
    try:
        data = parse_yaml(path.read_text("utf-8"))
    except KnowledgeError as error:
        raise KnowledgeError(f"{name}: {error}") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" line {mark.line + 1}" if mark else ""
        raise KnowledgeError(f"{name}:{line} is not valid YAML: {getattr(error, 'problem', error)}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise KnowledgeError(f"{name}: cannot be read as UTF-8 text: {error}") from None
    if not isinstance(data, dict):
        raise KnowledgeError(f"{name}: must hold keys and values, got {type(data).__name__}")
    return data


def read_csv(path: Path, model: type[Model], tell: Tell = at_once) -> Iterator[Model]:
    """The rows of a CSV file as models; an empty cell means the column's default; a wrong row is told and left out."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, restkey="(too many cells)", restval=""))
    except (OSError, UnicodeDecodeError) as error:
        raise KnowledgeError(f"{path.name}: cannot be read as UTF-8 text: {error}") from None
    for line, row in enumerate(rows, start=2):
        cells = {key: value for key, value in row.items() if value != ""}
        try:
            entry = build(model, cells, lambda key, line=line: f"{path.name} line {line}, column {key}")  # type: ignore[misc]
        except KnowledgeError as error:
            tell(error)
        else:
            yield entry


def build(model: type[Model], data: object, where: Where) -> Model:
    """Validate data as a model; the first mistake becomes a KnowledgeError at `where(dotted key)`."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        details = error.errors()
        first = next((d for d in details if d["type"] == "extra_forbidden"), details[0])  # a typing error explains most
        more = f" (and {len(details) - 1} more)" if len(details) > 1 else ""
        key = ".".join(str(part) for part in first["loc"]) or "(whole entry)"
        raise KnowledgeError(f"{where(key)}: {_complaint(first)}{more}") from None


def _complaint(detail: ErrorDetails) -> str:
    """One pydantic complaint in a sentence with the value that was found."""
    message = detail["msg"].removeprefix("Value error, ")
    message = message[0].lower() + message[1:]
    if detail["type"] == "extra_forbidden":
        return f"unknown key; value {_short(detail['input'])}"
    if detail["type"] == "missing":
        return "is missing"
    if isinstance(detail["input"], Mapping):
        return message
    return f"{message}, got {_short(detail['input'])}"


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."  # noqa: PLR2004  # one line of a terminal


def by_id(path_name: str, entries: Iterator[Model], tell: Tell = at_once) -> dict[str, Model]:
    """Entries by their id; an id used twice is an error, and the first entry stays."""
    found: dict[str, Model] = {}
    for entry in entries:
        name = str(getattr(entry, "id"))  # noqa: B009  # every catalogue entry has one, the base model does not say so
        if name in found:
            tell(KnowledgeError(f"{path_name}: id {name!r} stands twice; ids must differ"))
        else:
            found[name] = entry
    return found

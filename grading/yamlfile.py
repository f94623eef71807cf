"""Read a YAML file into a pydantic model; what is wrong is said as file, key, value and what would be right."""

import difflib
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from grading.errors import FormatError

Model = TypeVar("Model", bound=BaseModel)


class Strict(BaseModel):
    """A frozen model that knows no other keys than its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def read_yaml(file: Path) -> dict[str, Any]:
    """Parse the file, which must hold a mapping; FormatError names the line where YAML itself fails."""
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise FormatError(file, "file", "nothing", "this file must exist") from None
    except UnicodeDecodeError:
        raise FormatError(file, "encoding", "other bytes", "save the file as UTF-8") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}" if mark else "YAML"
        raise FormatError(file, where, getattr(error, "problem", None) or str(error), "valid YAML is needed") from None
    if not isinstance(content, dict):
        raise FormatError(file, "file", content, "a mapping of keys to values is needed")
    return content


def read_model(file: Path, model: type[Model], **extra: object) -> Model:
    """Read the file as `model`; `extra` are fields that come from elsewhere (a folder's name, for example)."""
    content = read_yaml(file)
    try:
        return model.model_validate({**content, **extra})
    except ValidationError as error:
        raise _format_error(file, model, error) from None


def _format_error(file: Path, model: type[BaseModel], error: ValidationError) -> FormatError:
    first = error.errors()[0]
    location = first["loc"]
    key = _path(location) or "file"
    if first["type"] == "missing":
        return FormatError(file, key, None, "this key is required")
    if first["type"] == "extra_forbidden":
        return FormatError(file, key, first["input"], _known_key(model, location))
    reason = str(first["msg"]).removeprefix("Value error, ")
    return FormatError(file, key, first["input"], reason[0].lower() + reason[1:])


def _path(location: tuple[int | str, ...]) -> str:
    path = ""
    for step in location:
        path += f"[{step}]" if isinstance(step, int) else f".{step}"
    return path.removeprefix(".")


def _known_key(model: type[BaseModel], location: tuple[int | str, ...]) -> str:
    """Say which keys there are, the nearest one first."""
    fields = list(model.model_fields) if len(location) == 1 else []
    near = difflib.get_close_matches(str(location[-1]), fields, n=1)
    if near:
        return f"there is no such key; did you mean `{near[0]}`?"
    return f"there is no such key; the keys are {', '.join(fields)}" if fields else "there is no such key here"

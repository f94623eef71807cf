"""Read scenarios from YAML, apply overrides, and say plainly what is wrong: file, key, value, what would be right."""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from simulator.errors import ScenarioError
from simulator.scenario import Scenario
from simulator.scenario_sites import expand

FOLDER = Path(__file__).parent / "scenarios"

_RULES = {
    "greater_than_equal": "must be at least {ge}",
    "greater_than": "must be more than {gt}",
    "less_than_equal": "must be at most {le}",
    "less_than": "must be less than {lt}",
    "int_parsing": "must be a whole number",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_parsing": "must be a number",
    "float_type": "must be a number",
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "string_type": "must be text",
    "string_too_short": "must not be empty",
    "string_pattern_mismatch": "must be lower-case letters, digits and _ and begin with a letter",
    "date_from_datetime_parsing": "must be a date such as 2025-03-01",
    "date_type": "must be a date such as 2025-03-01",
    "literal_error": "must be {expected}",
    "too_short": "must have at least {min_length} entries",
    "too_long": "must have at most {max_length} entries",
    "tuple_type": "must be a list",
    "model_type": "must be a block of keys",
    "model_attributes_type": "must be a block of keys",
}


def names() -> list[str]:
    """The ready-made scenarios."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def load_scenario(source: str | Path, overrides: Mapping[str, object] | None = None, **more: object) -> Scenario:
    """The scenario of a ready-made name or a YAML file, with overrides such as ``{"hospitals[0].population": 9000}``.

    `scale` multiplies people, doctors and beds and is applied last. ScenarioError names file, key and value.
    """
    path = _find(source)
    changes = {**(overrides or {}), **more}
    scale = changes.pop("scale", None)
    tree = _read(path)
    expand(tree, path.name, lambda name: _read(_find(name)))
    for key, value in changes.items():
        _set(tree, key, value, path.name)
    scenario = parse(tree, path.name)
    return scenario if scale is None else scenario.scaled(_factor(scale, path.name))


def parse(tree: object, where: str) -> Scenario:
    """A plain tree as a scenario; ScenarioError says which key of `where` is wrong."""
    try:
        return Scenario.model_validate(tree)
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        raise ScenarioError(f"{where}: {_sentence(dict(problem))}") from None


def _find(source: str | Path) -> Path:
    if isinstance(source, str) and source in names():
        return FOLDER / f"{source}.yaml"
    path = Path(source)
    if path.suffix in {".yaml", ".yml"} and path.is_file():
        return path
    close = get_close_matches(str(source), names(), n=1)
    hint = f"; did you mean {close[0]}?" if close else ""
    raise ScenarioError(f"scenario {str(source)!r} is neither one of {', '.join(names())} nor a YAML file{hint}")


def _read(path: Path) -> dict[str, Any]:
    try:
        tree = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ScenarioError(f"{path.name}: not readable as YAML: {str(error).splitlines()[0]}") from error
    if not isinstance(tree, dict):
        raise ScenarioError(f"{path.name}: must be a block of keys such as name, start, days, hospitals")
    return tree


def _set(tree: dict[str, Any], key: str, value: object, where: str) -> None:
    """Change one leaf of the tree in place: ``hospitals[0].wards[2].beds``."""
    steps: list[str | int] = [
        int(index) if index else name for name, index in re.findall(r"([^.\[\]]+)|\[(\d+)\]", key)
    ]
    at: Any = tree
    for n, step in enumerate(steps):
        held = isinstance(at, list) if isinstance(step, int) else isinstance(at, dict)
        if not held or (isinstance(step, int) and step >= len(at)):
            raise ScenarioError(f"{where}: the override {key} leads nowhere at {step!r}")
        if n == len(steps) - 1:
            at[step] = value
        elif isinstance(step, str) and step not in at:
            raise ScenarioError(f"{where}: the override {key} leads nowhere: there is no {step!r}")
        else:
            at = at[step]


def _factor(scale: object, where: str) -> float:
    if not isinstance(scale, int | float) or isinstance(scale, bool) or not 0 < scale <= 10_000:  # noqa: PLR2004
        raise ScenarioError(f"{where}: scale must be a number above 0 and at most 10000, got {scale!r}")
    return float(scale)


def _sentence(problem: Mapping[str, Any]) -> str:
    key = _dotted(problem["loc"])
    kind, given = str(problem["type"]), problem.get("input")
    if kind == "missing":
        return f"{key} is missing"
    if kind == "extra_forbidden":
        return f"{key} is not a key of a scenario; remove it or correct its spelling"
    if kind == "value_error":
        return f"{key}: {problem['ctx']['error']}" if key else str(problem["ctx"]["error"])
    rule = _RULES.get(kind)
    limits = {key: f"{x:g}" if isinstance(x, float) else x for key, x in problem.get("ctx", {}).items()}
    text = rule.format(**limits) if rule else str(problem["msg"])
    return f"{key} {text}, got {given!r}" if not isinstance(given, dict | list) else f"{key} {text}"


def _dotted(loc: tuple[str | int, ...]) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in loc).lstrip(".")

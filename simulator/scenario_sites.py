"""Hospitals described in few words: one `like` that of another scenario, networks repeated over the places of a city.

    hospitals: [{like: county, size: 0.5, zh: ..., en: ..., population: 20000}]
    networks:
      people: 227500                                            # about as many in each network
      places: [{id: heping, zh: 和平, en: Heping, people: 780000}]
      hospitals: [{like: tertiary, id: "{id}_{n}", zh: "{zh}第{n}医院", ..., share: 0.2},
                  {like: clinic, refers_to: "{id}_{n}", count: 3, ..., share: 0.8}]

A pattern may use {id}, {zh}, {en} of the place, {n} for the network of the place and {k} for one of `count` alike
(both from 1; {N}, {K}: in Chinese numerals). `share` is the part of the network's people who live nearest to the
`count` hospitals of that pattern. `size` multiplies doctors and beds; in a network it is that of one with exactly
`people`.
"""

import copy
from collections.abc import Callable
from typing import Any

from simulator.errors import ScenarioError

Tree = dict[str, Any]
NUMERALS = "一二三四五六七八九十"
PLACE, NETWORKS, PATTERN = ("id", "zh", "en", "people"), ("people", "places", "hospitals"), ("share", "like")


def expand(tree: Tree, where: str, read: Callable[[str], Tree]) -> None:
    """Write out what the tree says in few words, in place; `read` gives the tree of a ready-made scenario."""
    networks = tree.pop("networks", None)
    if networks is not None:
        described = tree.setdefault("hospitals", [])
        described.extend(_networks(_keys(networks, NETWORKS, where, "networks"), where))
    for n, hospital in enumerate(tree["hospitals"] if isinstance(tree.get("hospitals"), list) else []):
        if isinstance(hospital, dict) and ("like" in hospital or "size" in hospital):
            tree["hospitals"][n] = _like(hospital, f"{where}: hospitals[{n}]", read)


def _keys(given: object, wanted: tuple[str, ...], where: str, key: str) -> Tree:
    """The block itself, once it has these keys."""
    if not isinstance(given, dict):
        raise ScenarioError(f"{where}: {key} must be a block of keys")
    for name in wanted:
        if name not in given:
            raise ScenarioError(f"{where}: {key}.{name} is missing")
    return given


def _like(hospital: Tree, where: str, read: Callable[[str], Tree]) -> Tree:
    """The hospital with what it does not say itself taken from the one it is like, and resized."""
    own = dict(hospital)
    like, size = own.pop("like", None), own.pop("size", 1.0)
    if not isinstance(size, int | float) or isinstance(size, bool) or not 0 < size <= 100:  # noqa: PLR2004
        raise ScenarioError(f"{where}.size must be a number above 0 and at most 100, got {size!r}")
    base: Tree = {} if like is None else copy.deepcopy(read(str(like))["hospitals"][0])
    made = {**base, **own}
    made["emergency_doctors"] = _times(made.get("emergency_doctors"), size)
    for part, key in (("departments", "doctors"), ("wards", "beds")):
        made[part] = [{**one, key: _times(one.get(key), size)} for one in made.get(part, [])]
    return made


def _times(number: object, size: float) -> object:
    """A whole number multiplied, at least one; anything else as it is, for the scenario's own checks to name."""
    return max(1, int(number * size + 0.5)) if isinstance(number, int) and not isinstance(number, bool) else number


def _networks(networks: Tree, where: str) -> list[Tree]:
    """Every hospital of every network of every place, network by network."""
    made = []
    patterns = [_keys(one, PATTERN, where, f"networks.hospitals[{n}]") for n, one in enumerate(networks["hospitals"])]
    for number, place in enumerate(networks["places"]):
        known = _keys(place, PLACE, where, f"networks.places[{number}]")
        count = max(1, round(known["people"] / networks["people"]))
        people = known["people"] / count
        for n in range(1, count + 1):
            made += [
                _one(pattern, {**known, "n": n}, k, people, people / networks["people"])
                for pattern in patterns
                for k in range(1, pattern.get("count", 1) + 1)
            ]
    return made


def _one(pattern: Tree, place: Tree, k: int, people: float, size: float) -> Tree:
    """The k-th hospital of a pattern, its names filled in; people: of its network; size: of the network."""
    words = {**place, "k": k, "N": _numeral(place["n"]), "K": _numeral(k)}
    own = {key: value for key, value in pattern.items() if key not in {"share", "count", "size"}}
    filled = _fill(own, words)
    population = round(people * pattern["share"] / pattern.get("count", 1))
    return {**filled, "population": population, "size": round(pattern.get("size", 1.0) * size, 4)}


def _numeral(number: int) -> str:
    return NUMERALS[number - 1] if number <= len(NUMERALS) else str(number)


def _fill(part: Any, words: Tree) -> Any:  # noqa: ANN401  # a tree of plain values
    """The same tree with the placeholders of all texts filled in."""
    if isinstance(part, dict):
        return {key: _fill(value, words) for key, value in part.items()}
    if isinstance(part, list):
        return [_fill(value, words) for value in part]
    return part.format_map(words) if isinstance(part, str) else part

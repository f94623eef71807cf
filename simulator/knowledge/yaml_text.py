"""A YAML reader for data files: libyaml's events straight into dicts and lists, three times as fast as its nodes.

Plain scalars are resolved as PyYAML's safe loader does, each spelling once. A key written twice, a merge key and an
explicit tag are refused: a data file needs none of them.
"""

from collections.abc import Callable
from typing import Any

import yaml
from yaml import CSafeLoader, events

from simulator.errors import KnowledgeError

STR = "tag:yaml.org,2002:str"


def parse_yaml(text: str) -> Any:  # noqa: ANN401  # whatever the file holds
    """The one document of a YAML text; KnowledgeError with its line for a key twice, yaml.YAMLError for bad syntax."""
    return _Document(text).read()


class _Document:
    """One reading: the parser, what anchors name, and what each plain spelling means."""

    def __init__(self, text: str) -> None:
        self._next: Callable[[], Any] = CSafeLoader(text).get_event  # PyYAML's events are untyped
        self._anchors: dict[str, Any] = {}
        self._meaning: dict[str, Any] = {}
        self._resolver: Any = yaml.SafeLoader("")

    def read(self) -> Any:  # noqa: ANN401  # whatever the file holds
        self._next()  # the stream begins
        if isinstance(self._next(), events.StreamEndEvent):
            return None
        value = self._value(self._next())
        self._next()  # the document ends
        end = self._next()
        if not isinstance(end, events.StreamEndEvent):
            raise KnowledgeError(f"line {end.start_mark.line + 1}: a second document begins; keep one")
        return value

    def _value(self, event: Any) -> Any:  # noqa: ANN401  # PyYAML's events are untyped
        kind = type(event)
        if kind is events.ScalarEvent:
            value = self._scalar(event)
        elif kind is events.MappingStartEvent:
            value = self._mapping(event)
        elif kind is events.SequenceStartEvent:
            value = self._sequence(event)
        elif event.anchor in self._anchors:
            return self._anchors[event.anchor]
        else:
            raise KnowledgeError(f"line {event.start_mark.line + 1}: nothing is called &{event.anchor}")
        if event.anchor is not None:
            self._anchors[event.anchor] = value
        return value

    def _scalar(self, event: Any) -> Any:  # noqa: ANN401  # PyYAML's events are untyped
        text = event.value
        if not event.implicit[0]:
            if event.tag is not None:
                raise KnowledgeError(f"line {event.start_mark.line + 1}: tag {event.tag!r} is not wanted; leave it out")
            return text
        if text not in self._meaning:
            self._meaning[text] = self._resolve(text, event)
        return self._meaning[text]

    def _resolve(self, text: str, event: Any) -> Any:  # noqa: ANN401  # PyYAML's events are untyped
        if text == "<<":
            raise KnowledgeError(f"line {event.start_mark.line + 1}: the merge key << is not wanted; write it out")
        tag = self._resolver.resolve(yaml.ScalarNode, text, (True, False))
        if tag == STR:
            return text
        return self._resolver.construct_object(yaml.ScalarNode(tag, text, event.start_mark, event.end_mark))

    def _mapping(self, event: Any) -> dict[Any, Any]:  # noqa: ANN401  # PyYAML's events are untyped
        self._untagged(event)
        found: dict[Any, Any] = {}
        while type(key := self._next()) is not events.MappingEndEvent:
            name = self._value(key)
            if not isinstance(name, str | int | float | None):
                raise KnowledgeError(f"line {key.start_mark.line + 1}: a key must be a word or number, got {name!r}")
            if name in found:
                raise KnowledgeError(f"line {key.start_mark.line + 1}: key {name!r} stands twice; keep one")
            found[name] = self._value(self._next())
        return found

    def _sequence(self, event: Any) -> list[Any]:  # noqa: ANN401  # PyYAML's events are untyped
        self._untagged(event)
        found = []
        while type(item := self._next()) is not events.SequenceEndEvent:
            found.append(self._value(item))
        return found

    def _untagged(self, event: Any) -> None:  # noqa: ANN401  # PyYAML's events are untyped
        if event.tag is not None:
            raise KnowledgeError(f"line {event.start_mark.line + 1}: tag {event.tag!r} is not wanted; leave it out")

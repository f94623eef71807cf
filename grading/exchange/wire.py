"""Records as JSON: times as ISO 8601 in UTC, mappings and tuples as they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from grading.exchange.records import Attempt

HIDDEN = frozenset({"editions", "files"})


def plain(value: object) -> Any:  # noqa: ANN401 (whatever JSON can say)
    """Turn records, models and containers into what `json.dumps` takes."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if is_dataclass(value) and not isinstance(value, type):
        found = {f.name: plain(getattr(value, f.name)) for f in fields(value) if f.name not in HIDDEN}
        return found | {"counts": value.counts} if isinstance(value, Attempt) else found
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    return value

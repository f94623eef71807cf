"""Unique identifiers that follow from a world's rows: the same study has the same ones in every export."""

import hashlib
import json
import uuid

ROOT = "2.25."
"""The root for identifiers made of a UUID: PS3.5 annex B.2; at most 44 characters, of 64 allowed."""


def uid(*names: object) -> str:
    """The identifier that belongs to this path of names."""
    path = json.dumps([str(name) for name in names], ensure_ascii=True)
    digest = hashlib.blake2b(path.encode(), digest_size=16).digest()
    return f"{ROOT}{uuid.UUID(bytes=digest, version=5).int}"

"""The tree of named random streams: adding a subsystem changes no other stream.

A stream's bits depend on the seed and on its own name only, never on how many streams were made before it.
Names are written as JSON and hashed (BLAKE2b), and the digest seeds a PCG64 generator.
"""

import hashlib
import json
from dataclasses import dataclass, field

import numpy as np

from simulator.errors import SeedError

Name = str | int


def derive(seed: int, *names: Name) -> int:
    """The 256-bit integer that belongs to this path of names under this seed."""
    path = json.dumps([str(int(seed)), *names], ensure_ascii=True, separators=(",", ":"))
    return int.from_bytes(hashlib.blake2b(path.encode(), digest_size=32).digest(), "big")


@dataclass(frozen=True)
class SeedTree:
    """One run's seed, which remembers the names already given out."""

    seed: int
    used: set[tuple[Name, ...]] = field(default_factory=set, repr=False, compare=False)


def stream(tree: SeedTree, *names: Name) -> np.random.Generator:
    """The random stream of this name; SeedError when the run has already handed it out."""
    if not names:
        raise SeedError('a random stream needs a name, for example stream(tree, "care", "flow", 1)')
    if names in tree.used:
        raise SeedError(
            f"the stream {'/'.join(map(str, names))} was asked for twice in one run: "
            "its numbers would repeat; give the second one a name of its own"
        )
    tree.used.add(names)
    return np.random.Generator(np.random.PCG64(derive(tree.seed, *names)))

"""Draws of one note: a small generator (splitmix64) that starts from a hash of what the note is about."""

GOLDEN, FIRST, SECOND, MASK = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB, (1 << 64) - 1


class Lot:
    """Numbers that depend on the key alone."""

    __slots__ = ("_state",)

    def __init__(self, key: int) -> None:
        self._state = key & MASK

    def number(self) -> int:
        """The next 64 bits."""
        self._state = z = (self._state + GOLDEN) & MASK
        z = ((z ^ (z >> 30)) * FIRST) & MASK
        z = ((z ^ (z >> 27)) * SECOND) & MASK
        return z ^ (z >> 31)

    def pick(self, n: int) -> int:
        """One of 0..n-1."""
        return 0 if n == 1 else self.number() % n

    def share(self) -> float:
        """Uniform on 0..1."""
        return (self.number() >> 11) / (1 << 53)


def lot(salt: int, *keys: int) -> Lot:
    """The draws that belong to these keys."""
    made = Lot(salt)
    for key in keys:
        made = Lot(made.number() ^ (key & MASK))
    return made

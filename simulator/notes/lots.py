"""Draws of one note: a small generator that starts from a hash of what the note is about."""

FIRST, SECOND, MASK = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB, (1 << 64) - 1
TIMES, PLUS = 6364136223846793005, 1442695040888963407
"""Knuth's linear congruential generator modulo 2^64; its upper 32 bits are used."""


class Lot:
    """Numbers that depend on the key alone."""

    __slots__ = ("_state",)

    def __init__(self, key: int) -> None:
        self._state = key

    def pick(self, n: int) -> int:
        """One of 0..n-1."""
        if n == 1:
            return 0
        self._state = state = (self._state * TIMES + PLUS) & MASK
        return (state >> 32) * n >> 32

    def share(self) -> float:
        """Uniform on 0..1."""
        self._state = state = (self._state * TIMES + PLUS) & MASK
        return (state >> 32) / 4294967296.0


def lot(salt: int, *keys: int) -> Lot:
    """The draws that belong to these keys, which are mixed as in splitmix64."""
    state = salt
    for key in keys:
        state = (state ^ key) & MASK
        state = ((state ^ (state >> 30)) * FIRST) & MASK
        state = ((state ^ (state >> 27)) * SECOND) & MASK
        state ^= state >> 31
    return Lot(state)

"""Charge lines before they become a table."""

from dataclasses import dataclass

import numpy as np

from simulator.arrays import Ints


@dataclass(frozen=True)
class Lines:
    """Charge lines (n,): case, price-list position, quantity, local seconds, id of the cause."""

    case: Ints
    item: Ints
    quantity: Ints
    at: Ints
    cause: Ints

    @classmethod
    def each(cls, case: Ints, item: Ints, at: Ints, cause: Ints) -> "Lines":
        """Lines of quantity one."""
        return cls(case, item, np.ones(len(case), np.int64), at, cause)

    def take(self, rows: Ints) -> "Lines":
        """Some lines in this order."""
        return Lines(self.case[rows], self.item[rows], self.quantity[rows], self.at[rows], self.cause[rows])


def join(parts: list[Lines]) -> Lines:
    """All lines of all parts."""
    return Lines(*(np.concatenate([getattr(part, name) for part in parts]) for name in Lines.__dataclass_fields__))

"""Which of a patient's long-standing diseases move a test besides the illness that brought the patient here."""

import numpy as np

from simulator.arrays import Floats, Ints
from simulator.compiled import compiled


@compiled
def companions(  # noqa: PLR0913, PLR0917  # compiled, takes plain arrays
    person: Ints, main: Ints, test: Ints, start: Ints, disease: Ints, share: Floats
) -> tuple[Ints, Ints]:
    """For each row (n,) of person, main disease and test: (row, position) of every other disease that moves the test.

    start, disease: each person's long-standing diseases; share: (D, T) above 0 where a disease moves a test.
    """
    rows = np.empty(0, np.int64)
    others = np.empty(0, np.int64)
    for fill in (False, True):
        found = 0
        for row in range(len(person)):
            for at in range(start[person[row]], start[person[row] + 1]):
                if disease[at] != main[row] and share[disease[at], test[row]] > 0:
                    if fill:
                        rows[found] = row
                        others[found] = at
                    found += 1
        if not fill:
            rows = np.empty(found, np.int64)
            others = np.empty(found, np.int64)
    return rows, others

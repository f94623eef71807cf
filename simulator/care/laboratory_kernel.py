"""What each specimen shows, row by row: compiled loops of `laboratory`, which take plain arrays.

Rows (n,) of test, case and time; cases (C,); tests (T,); diseases (D,); hours of all courses end to end (H,).
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from simulator.arrays import HOUR, Bools, Floats, Ints
from simulator.compiled import compiled
from simulator.mixing import GOLDEN, Bits, mixed

NORMAL, LOW, HIGH, VERY_LOW, VERY_HIGH, ABNORMAL = range(6)
Halves = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.integer[Any]]


@compiled
def healthy(  # noqa: PLR0913, PLR0917  # compiled, takes plain arrays
    case: Ints,
    test: Ints,
    day: Floats,
    person: Ints,
    female: Bools,
    cell: Ints,
    begin: Bits,
    quantiles: Floats,
    kin: Ints,
    shares: tuple[float, float],
    centre: Floats,
    sd: Floats,
    log: Bools,
) -> Floats:
    """(n,) values in health: of one's own, drawn from `begin`, person and kin (T,), and of the day.

    day: (n,) standard normal; shares: of one's own and of the day, as standard deviations; centre, sd: (T, 2, cells).
    """
    values = np.empty(len(test))
    steps = np.uint64(len(quantiles))
    for row in range(len(test)):
        t, c = test[row], case[row]
        bits = mixed((begin ^ np.uint64(person[c])) + GOLDEN)
        bits = mixed((bits ^ np.uint64(kin[t])) + GOLDEN)
        z = shares[0] * quantiles[bits % steps] + shares[1] * day[row]
        sex = 1 if female[c] else 0
        value = centre[t, sex, cell[c]] + sd[t, sex, cell[c]] * z
        values[row] = np.exp(value) if log[t] else value
    return values


@compiled
def by_course(  # noqa: PLR0913, PLR0917  # compiled, takes plain arrays
    case: Ints,
    test: Ints,
    at: Ints,
    begin: Ints,
    start: Ints,
    illness: Halves,
    extra: Halves,
    disease: Ints,
    axes: Floats,
    told: Bools,
    axis: Ints,
    lag: Ints,
    log: Floats,
    plus: Floats,
) -> tuple[Floats, Floats, Floats]:
    """What is left of the illness in the hour that shows, and by how much the state of the body moves the test.

    begin, start, disease: (C,) and its rows of illness (H,) and extra (H, A); axes: (D, A); told: (D, T) what findings
    say already; axis, lag, log, plus: (T, W). Returns (left, natural log of the factor, addition), each (n,).
    """
    left, times, gain = np.empty(len(test)), np.zeros(len(test)), np.zeros(len(test))
    for row in range(len(test)):
        t, c = test[row], case[row]
        d, first = disease[c], start[c]
        hour, last = (at[row] - begin[c]) // HOUR, start[c + 1] - start[c] - 1
        longest = 0
        for k in range(axis.shape[1]):
            longest = max(longest, lag[t, k])
            if log[t, k] == 0 and plus[t, k] == 0:
                continue
            h = first + min(max(hour - lag[t, k], 0), last)
            state = extra[h, axis[t, k]] + (0.0 if told[d, t] else axes[d, axis[t, k]] * illness[h])
            times[row] += log[t, k] * state
            gain[row] += plus[t, k] * state
        left[row] = illness[first + min(max(hour - longest, 0), last)]
    return left, times, gain


@compiled
def rounded(test: Ints, value: Floats, lowest: Floats, highest: Floats, digits: Floats) -> Floats:
    """(n,) the values within what can be measured (T,), to 1 / digits (T,) of the unit."""
    shown = np.empty(len(test))
    for row in range(len(test)):
        t = test[row]
        shown[row] = np.rint(min(max(value[row], lowest[t]), highest[t]) * digits[t]) / digits[t]
    return shown


@compiled
def flagged(  # noqa: PLR0913, PLR0917  # compiled, takes plain arrays
    case: Ints,
    test: Ints,
    shown: Floats,
    abnormal: Bools,
    female: Bools,
    cell: Ints,
    low: Floats,
    high: Floats,
    critical: tuple[Floats, Floats],
    qualitative: Bools,
) -> Bytes:
    """(n,) flags against limits by sex and age, low, high (T, 2, cells), and critical ones (T,)."""
    flags = np.empty(len(test), np.int8)
    for row in range(len(test)):
        t, c = test[row], case[row]
        sex, value, flag = 1 if female[c] else 0, shown[row], NORMAL
        if qualitative[t]:
            flag = ABNORMAL if abnormal[row] else NORMAL
        elif value < low[t, sex, cell[c]]:
            flag = VERY_LOW if value < critical[0][t] else LOW
        elif value > high[t, sex, cell[c]]:
            flag = VERY_HIGH if value > critical[1][t] else HIGH
        flags[row] = flag
    return flags

"""The course of many encounters hour by hour: one compiled loop over stays, their hours, axes and events."""

import numpy as np

from simulator.arrays import HOUR, Bools, Floats, Ints
from simulator.compiled import compiled
from simulator.mixing import GOLDEN, Bits, mixed

KEEPS, WANDERS = 0.92, 0.012
"""An axis keeps so much of its chance deviation from hour to hour, and is moved by so much: estimate."""
STEEP = 3.0
"""Natural log of how much a hazard grows when its axis is worse by 1 than the disease's usual: estimate."""
MOST = 6.0
"""No hazard grows more than so many times."""
WORST_ILLNESS = 2.0
FADED = 0.1
"""An event is over when this little of it is left."""
NEVER = 1e9
LOW_BITS = np.uint64(0xFFFF)
SIXTEEN, ELEVEN = np.uint64(16), np.uint64(11)


@compiled
def uniform(bits: Bits) -> float:
    """Uniform on 0..1 from 64 random bits."""
    return float(bits >> ELEVEN) / 9007199254740992.0


@compiled
def bell(bits: Bits) -> float:
    """Nearly standard normal: the sum of four uniform numbers of 16 bits."""
    total = 0.0
    for _ in range(4):
        total += float(bits & LOW_BITS)
        bits >>= SIXTEEN
    return (total / 65536.0 - 2.0) * 1.7320508


@compiled
def run_courses(  # noqa: C901, PLR0912, PLR0913, PLR0917  # one loop over time, compiled, takes plain arrays
    key: Ints,
    begin_h: Ints,
    start: Ints,
    illness: Floats,
    grows: Floats,
    fades: Floats,
    treated_h: Floats,
    died: Bools,
    own: Floats,
    base: Floats,
    rate: Floats,
    quiet_h: Floats,
    peak: Floats,
    onset: Floats,
    recognised: Floats,
    turn: Floats,
    driver: Ints,
    delay_h: Floats,
    ripens_h: Floats,
    event_fades_h: Floats,
) -> tuple[Floats, Floats, Floats]:
    """(illness (hours,), extra (hours, A), ended (n, E)); also fills in `onset` and `recognised` of events by chance.

    key: (n,) random bits; begin_h: hour of the world at which each begins; start: (n + 1,) first row of each;
    illness: (n,) at the beginning; grows, fades: (n,) share an hour before and after treated_h; own, base: (n, A);
    rate: (n, E) an hour, until quiet_h; peak: (n,); onset, recognised: (n, E) hours from the beginning, or NEVER.
    """
    axes, events = own.shape[1], rate.shape[1]
    course, extra = np.zeros(start[-1], np.float32), np.zeros((start[-1], axes), np.float32)
    ended = np.full(onset.shape, NEVER)
    wander, ripe = np.zeros(axes), np.zeros(events)
    for i in range(len(begin_h)):
        hours = start[i + 1] - start[i]
        wander[:], ripe[:] = 0.0, 0.0
        level = illness[i]
        for h in range(hours):
            row = start[i] + h
            bits = mixed(key[i] + np.uint64(begin_h[i] + h) * GOLDEN)
            if h > 0:
                if died[i]:
                    level *= 1 + 0.4 / hours
                elif h < treated_h[i]:
                    level *= 1 + grows[i]
                else:
                    level *= 1 - fades[i]
                level = min(level, WORST_ILLNESS)
            course[row] = level
            for a in range(axes):
                bits = mixed(bits + GOLDEN)
                wander[a] = KEEPS * wander[a] + WANDERS * bell(bits)
                extra[row, a] = wander[a]
            if hours == 1:
                continue
            for e in range(events):
                if onset[i, e] == NEVER and rate[i, e] > 0 and h < quiet_h[i]:
                    bits = mixed(bits + GOLDEN)
                    a = driver[e]
                    worse = base[i, a] + own[i, a] * (level - 1) + wander[a]
                    for other in range(events):
                        worse += ripe[other] * turn[other, a]
                    if uniform(bits) < rate[i, e] * min(np.exp(STEEP * worse), MOST):
                        onset[i, e] = h
                        bits = mixed(bits + GOLDEN)
                        recognised[i, e] = h + delay_h[e] * (0.4 + 1.2 * uniform(bits))
                if h < onset[i, e]:
                    continue
                if h == 0:
                    ripe[e] = peak[i] * (1 - np.exp(onset[i, e] / ripens_h[e]))
                if died[i]:
                    goal = 0.6 + 0.55 * (h - onset[i, e]) / max(hours - onset[i, e], 1.0)
                    ripe[e] += (goal - ripe[e]) * min(1.0, 1 / ripens_h[e])
                elif h < recognised[i, e] or h < onset[i, e] + ripens_h[e]:
                    ripe[e] += (peak[i] - ripe[e]) * min(1.0, 1 / ripens_h[e])
                else:
                    ripe[e] -= ripe[e] / event_fades_h[e]
                    if ripe[e] < FADED and ended[i, e] == NEVER:
                        ended[i, e] = h
                for a in range(axes):
                    extra[row, a] += ripe[e] * turn[e, a]
    return course, extra, ended


@compiled
def hour_rows(case: Ints, at: Ints, begin: Ints, start: Ints) -> Ints:
    """(n,) the row of each case's hour `at` (local seconds), one of the case's rows start[k]..start[k + 1] - 1."""
    rows = np.empty(len(case), np.int64)
    for n in range(len(case)):
        k = case[n]
        hour = max((at[n] - begin[k]) // HOUR, 0)
        rows[n] = start[k] + min(hour, start[k + 1] - start[k] - 1)
    return rows

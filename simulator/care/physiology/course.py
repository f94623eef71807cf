"""One hidden course for each encounter: how much of the illness is left each hour, and what comes on top of it."""

from dataclasses import dataclass

import numpy as np

from simulator.arrays import HOUR, Bools, Floats, Ints, repeat
from simulator.care.cases import Cases
from simulator.care.drugs import Prescribed
from simulator.care.flow import Flow
from simulator.care.orders import PROCEDURE, Orders
from simulator.care.physiology.kernel import NEVER, hour_rows, run_courses
from simulator.care.physiology.layout import Body
from simulator.care.physiology.turns import Turns, plan_turns
from simulator.care.rules import OUTPATIENT
from simulator.care.site import Site
from simulator.mixing import row_hash

LONGEST_H = 90 * 24
"""Hours of a stay that are followed; the last one stands for the rest."""
LEAST, STEEPNESS = 0.55, 0.9
"""Illness at the beginning: LEAST + STEEPNESS x severity, 1 in a patient of middling severity."""
RETURNING = 0.25
"""What is left of an illness at a follow-up visit: estimate."""
CARED_FOR = 12 * HOUR
"""Rest, fluids and nursing tell after so long where no drug and no procedure is ordered: estimate."""
WORKS = 2 * HOUR
"""Until a treatment tells: estimate."""
UNDER_TREATMENT = 0.6
"""What long-standing diseases under treatment keep of their disturbance: estimate."""


@dataclass(frozen=True)
class Course:
    """Hours (total,) of all encounters end to end: those of case k are the rows start[k]..start[k + 1] - 1.

    begin: (n,) local seconds; illness: (total,) 1 at the beginning of a middling case; extra: (total, A) events and
    chance; base: (n, A) of long-standing diseases; onset, recognised, ended: (n, E) hours from the beginning or NEVER;
    icu_h: (n, 2) hours at which intensive care begins and ends, NEVER without it.
    """

    begin: Ints
    start: Ints
    illness: Floats
    extra: Floats
    base: Floats
    onset: Floats
    recognised: Floats
    ended: Floats
    icu_h: Floats

    def row(self, case: Ints, at: Ints) -> Ints:
        """The row of each case's hour `at` (local seconds)."""
        return hour_rows(case, at, self.begin, self.start)

    def intensive(self, case: Ints, at: Ints) -> Bools:
        """Whether each case is in intensive care at these local seconds."""
        hour = (at - self.begin[case]) / HOUR
        return np.asarray((hour >= self.icu_h[case, 0]) & (hour < self.icu_h[case, 1]))

    def acuity(self, body: Body, disease: Ints) -> Floats:
        """(total,) about how many points of an early-warning score the illness of each hour brings."""
        usual = np.repeat((body.axes @ body.acuity)[disease], np.diff(self.start))
        return np.asarray(usual * self.illness + self.extra @ body.acuity.astype(np.float32))

    def axes(self, body: Body, disease: Ints, case: Ints, row: Ints) -> Floats:
        """(n, A): the whole state in these hours; volume -1..1.2, the others 0..1.2."""
        state = body.axes[disease[case]] * self.illness[row, None] + self.extra[row] + self.base[case]
        lowest = np.where((body.axes < 0).any(axis=0) | (body.turn < 0).any(axis=0), -1.0, 0.0)
        return np.asarray(np.clip(state, lowest, 1.2))


def unfold(site: Site, cases: Cases, flow: Flow, orders: Orders, made: Prescribed) -> Course:
    """Play every encounter's illness from its beginning to its end or the end of the period."""
    body, n = site.body, len(cases)
    begin = np.where(cases.admitted >= 0, cases.admitted, cases.registered)
    hours = np.maximum(-(-(np.minimum(cases.end, site.clock.end) - begin) // HOUR), 1)
    hours = np.where(cases.kind == OUTPATIENT, 1, np.minimum(hours, LONGEST_H))
    start = np.concatenate([[0], np.cumsum(hours)]).astype(np.int64)
    lasts = np.maximum(np.minimum(cases.end, begin + LONGEST_H * HOUR) - begin, HOUR) / HOUR
    usual = site.rules.stay[cases.disease, 0] * 24
    half = body.halves_h[cases.disease] * np.clip(lasts / usual, 0.3, 2)  # who stays longer recovers more slowly
    illness = (LEAST + STEEPNESS * cases.severity) * np.where(cases.returns, RETURNING, 1.0)
    base = _base(site, cases, body)
    turns = plan_turns(site, cases, flow, begin, lasts)
    course, extra, ended = run_courses(
        row_hash(np.full(n, site.salt), cases.episode),
        begin // HOUR,
        start,
        illness,
        np.log(2) / body.doubles_h[cases.disease],
        1 - 0.5 ** (1 / half),
        (_treated(orders, made, begin) - begin) / HOUR,
        cases.died,
        body.axes[cases.disease],
        base,
        turns.rate,
        turns.quiet_h,
        turns.peak,
        turns.onset,
        turns.recognised,
        body.turn,
        body.driver,
        body.recognised_h,
        body.ripens_h,
        body.fades_h,
    )
    recognised = _until_the_end(turns, hours, cases.died)
    return Course(begin, start, course, extra, base, turns.onset, recognised, ended, turns.icu_h)


def _until_the_end(turns: Turns, hours: Ints, died: Bools) -> Floats:
    """When events were recognised; never after the death of those who die of them."""
    last = np.maximum(turns.onset, hours[:, None] - 0.25)
    return np.where((turns.onset < NEVER) & died[:, None], np.minimum(turns.recognised, last), turns.recognised)


def _treated(orders: Orders, made: Prescribed, begin: Ints) -> Floats:
    """(n,) local seconds at which treatment begins to tell: the first drug, or procedure, or the ward's care."""
    first = (begin + CARED_FOR).astype(np.float64)
    np.minimum.at(first, made.case, made.ordered + WORKS)
    rows = np.flatnonzero((orders.kind == PROCEDURE) & ~orders.cancelled)
    np.minimum.at(first, orders.case[rows], orders.ended[rows] + WORKS)
    return first


def _base(site: Site, cases: Cases, body: Body) -> Floats:
    """(n, A): what the person's other long-standing diseases disturb all the time."""
    first = site.conditions.start[cases.person]
    row, nth = repeat(site.conditions.start[cases.person + 1] - first)
    other = site.conditions.disease[first[row] + nth]
    useful = (other != cases.disease[row]) & (body.axes[other] != 0).any(axis=1)
    row, other = row[useful], other[useful]
    base = np.zeros((len(cases), body.axes.shape[1]))
    for a in np.flatnonzero((body.axes != 0).any(axis=0)):
        base[:, a] = np.bincount(row, body.axes[other, a], minlength=len(cases))
    return np.clip(UNDER_TREATMENT * base, -0.6, 0.6)

"""Who measures when, and when it is sent: less as time goes by, more when feeling ill, never in hospital."""

from dataclasses import dataclass

import numpy as np

from simulator.arrays import DAY, HOUR, MINUTE, Bools, Floats, Ints, Rng, repeat
from simulator.care.home.enrolment import Enrolled, by_age
from simulator.care.lots import Lots
from simulator.care.site import Site

KEEPS, RISES = 7201, 7202
"""Tell the lots of this step from others of the same person."""
SATURDAY = 5
MORNING = 8 * HOUR
EARLIEST_H, LATEST_H = 4.5, 23.0
WARNED_D = 7
"""Days before an admission from which a patient may feel it: estimate/low."""
WEAK_D = 1.0
"""The last day before it, on which patients are too weak to measure more: estimate/low."""
TOO_WEAK = -0.5
"""What then stands for feeling ill: less is measured than on a good day: estimate/low."""
EVENING_H = (20.5, 22.5)
LATER_D = (1, 5)
"""When what was not sent at once is sent: that evening, or days later: estimate/low."""


@dataclass(frozen=True)
class Sessions:
    """Times at which somebody measures, (n,): enrolment, task of its programme, local second."""

    enrolment: Ints
    task: Ints
    at: Ints


def sessions(site: Site, enrolled: Enrolled, programme: int, rng: Rng) -> Sessions:
    """All sessions of one programme, ordered by enrolment and time."""
    plan, mine = enrolled.layout.plans[programme], np.flatnonzero(enrolled.programme == programme)
    first, last = enrolled.begins[mine] // DAY + 1, (enrolled.stops[mine] - 1) // DAY
    row, nth = repeat(np.maximum(last - first + 1, 0))
    enrolment, day = mine[row], first[row] + nth
    chance = kept(site, enrolled, enrolment, day)[:, None] * (plan.per_week / 7).astype(np.float32)
    which, task = np.nonzero(rng.random(chance.shape, dtype=np.float32) < chance)
    figure = site.knowledge.home.value
    rises = figure("rises_spread") * Lots(site.salt).normal(enrolled.person, np.full(len(enrolled), RISES))
    today = figure("day_spread") * rng.standard_normal(len(day))
    hour = np.clip(plan.hour[task] + (rises[enrolment] + today)[which], EARLIEST_H, LATEST_H)
    at = day[which] * DAY + (hour * HOUR).astype(np.int64)
    enrolment = enrolment[which]
    home = (at < enrolled.stops[enrolment]) & ~enrolled.busy.busy(enrolment, at)
    return Sessions(enrolment[home], task[home], at[home])


def kept(site: Site, enrolled: Enrolled, enrolment: Ints, day: Ints) -> Floats:
    """The share of the planned readings that each takes on each day, 0 to 1 and above for more than planned."""
    home, figure = site.knowledge.home, site.knowledge.home.value
    usual = by_age(home.by_age("kept"), enrolled.age)
    odds = np.log(usual / (1 - usual)) + figure("kept_spread") * Lots(site.salt).normal(
        enrolled.person, np.full(len(enrolled), KEEPS)
    )
    very_ill = enrolled.severity > figure("very_ill_from")
    begin = np.where(very_ill, figure("very_ill"), 1.0) / (1 + np.exp(-odds))
    halves = by_age(home.by_age("halves"), enrolled.age)
    since = day - enrolled.begins[enrolment] / DAY
    share = np.maximum(begin[enrolment] * 0.5 ** (since / halves[enrolment]), figure("kept_at_least"))
    weekday = site.clock.days(0, 7)[0][(day - site.clock.scenario.warmup_days) % 7]
    share *= np.where(weekday >= SATURDAY, figure("weekend_kept"), 1.0)
    return np.asarray(share * (1 + (figure("feels_ill") - 1) * feels_ill(enrolled, enrolment, day * DAY + MORNING)))


def feels_ill(enrolled: Enrolled, enrolment: Ints, at: Ints) -> Floats:
    """How much each feels that an admission is near, 0 to 1; TOO_WEAK on the last day, when less is measured."""
    event, days = enrolled.events.following(enrolment, at)
    shows = np.append(enrolled.change.any(axis=1), False)[event]
    near = np.clip(1 - days / WARNED_D, 0, 1) * shows
    return np.where((days < WEAK_D) & shows, TOO_WEAK, near)


def sent(site: Site, at: Ints, rng: Rng) -> Ints:
    """When each reading reaches the hospital: within minutes, that evening, or once the telephone has a network."""
    figure, n = site.knowledge.home.value, len(at)
    u, wait = rng.random(n), rng.random(n)
    evening = at // DAY * DAY + ((EVENING_H[0] + (EVENING_H[1] - EVENING_H[0]) * wait) * HOUR).astype(np.int64)
    later = evening + (DAY * np.floor(LATER_D[0] + (LATER_D[1] - LATER_D[0]) * rng.random(n))).astype(np.int64)
    soon = at + MINUTE + (4 * MINUTE * wait).astype(np.int64)
    at_once = u < figure("sent_at_once")
    made = np.where(at_once, soon, np.where(u < figure("sent_at_once") + figure("sent_that_evening"), evening, later))
    return np.maximum(made, soon)


def arrived(site: Site, enrolled: Enrolled, enrolment: Ints, sent_at: Ints) -> Bools:
    """Which readings ever arrive: what waits in a telephone when its owner dies, or the record ends, does not."""
    return np.asarray(sent_at < np.minimum(enrolled.dies[enrolment], site.clock.end))

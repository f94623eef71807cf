"""What the devices show: one's own level, the hour, the season, the device's error, what precedes an admission."""

from dataclasses import dataclass

import numpy as np

from simulator.arrays import DAY, Floats, Ints, Rng
from simulator.care.home.behaviour import SATURDAY, arrived, sent, sessions
from simulator.care.home.enrolment import Enrolled
from simulator.care.site import Site
from simulator.care.vitals import BY_DAY

NORMAL, LOW, HIGH, VERY_LOW, VERY_HIGH = range(5)
"""Positions in the value set of the flags."""
TOGETHER = 0.6
"""Correlation of the errors of systolic and diastolic pressure: estimate/medium."""
PULSE_PRESSURE = 12
"""mmHg by which the diastolic pressure stays below the systolic one at least."""


@dataclass(frozen=True)
class Readings:
    """Readings (n,), ordered by enrolment and time: measure, times in local seconds, value, limits, flag."""

    enrolment: Ints
    measure: Ints
    at: Ints
    sent: Ints
    value: Floats
    low: Floats
    high: Floats
    flag: Ints

    def take(self, rows: Ints) -> "Readings":
        """Some rows in this order."""
        return Readings(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))


def readings(site: Site, enrolled: Enrolled, rng: Rng) -> Readings:
    """All readings that reach the hospital."""
    parts = [_of_programme(site, enrolled, number, rng) for number in range(len(enrolled.layout.plans))]
    names = Readings.__dataclass_fields__
    return Readings(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def _of_programme(site: Site, enrolled: Enrolled, programme: int, rng: Rng) -> Readings:
    held = sessions(site, enrolled, programme, rng)
    sent_at = sent(site, held.at, rng)
    row, entry = enrolled.layout.plans[programme].measures.expand(held.task)
    measure = enrolled.layout.plans[programme].measures.items[entry]
    enrolment, at = held.enrolment[row], held.at[row]
    value = _values(site, enrolled, (enrolment, measure, at), rng)
    low, high, flag = _flags(enrolled, enrolment, measure, value)
    made = Readings(enrolment, measure, at, sent_at[row], value, low, high, flag)
    return made.take(np.flatnonzero(arrived(site, enrolled, enrolment, made.sent)))


def _values(site: Site, enrolled: Enrolled, what: tuple[Ints, Ints, Ints], rng: Rng) -> Floats:
    """(n,) as the device shows it; what: enrolment, measure, local second, one session's measures together."""
    enrolment, measure, at = what
    layout, levels = enrolled.layout, enrolled.levels
    value = levels.settled[enrolment, measure] + levels.device[enrolment, measure]
    days = (at - enrolled.begins[enrolment]) / DAY
    value += levels.early[enrolment, measure] * np.exp(-days / site.knowledge.home.value("settles"))
    often, phase = levels.wave
    value += np.sqrt(2) * layout.errs[2, measure] * np.sin(often[enrolment, measure] * days + phase[enrolment, measure])
    value += _warned(enrolled, enrolment, measure, at) + _by_hour_and_season(site, enrolled, measure, at)
    noise = rng.standard_normal(len(at), dtype=np.float32)
    lower = np.flatnonzero(measure == layout.at("diastolic"))
    noise[lower] = TOGETHER * noise[lower - 1] + np.sqrt(1 - TOGETHER**2) * noise[lower]
    value += layout.errs[1, measure] * noise
    value[lower] = np.minimum(value[lower], value[lower - 1] - PULSE_PRESSURE)
    value = np.clip(value, *layout.bounds[:, measure])
    return np.asarray(np.round(value * layout.digits[measure]) / layout.digits[measure])


def _warned(enrolled: Enrolled, enrolment: Ints, measure: Ints, at: Ints) -> Floats:
    """How much each measure has already moved towards what it will be at the next admission."""
    event, days = enrolled.events.following(enrolment, at)
    moved = np.zeros(len(at))
    rows = np.flatnonzero(event >= 0)
    of, which = event[rows], measure[rows]
    moved[rows] = enrolled.change[of, which] * np.clip(1 - days[rows] / enrolled.lead[of, which], 0, 1)
    return moved


def _by_hour_and_season(site: Site, enrolled: Enrolled, measure: Ints, at: Ints) -> Floats:
    """By the hour as at the bedside; blood pressure is higher in winter; weekends show in glucose and weight."""
    layout, figure = enrolled.layout, site.knowledge.home.value
    swing, crosses, winter, weekend = np.zeros((4, len(layout.names)))
    for name in ("heart_rate", "systolic", "diastolic"):
        swing[layout.at(name)], crosses[layout.at(name)] = BY_DAY[name]
    for name in ("systolic", "diastolic"):
        winter[layout.at(name)] = figure(f"winter_{name}")
    weekend[[layout.at("glucose_fasting"), layout.at("glucose_after_meal")]] = figure("weekend_glucose")
    weekend[layout.at("weight")] = figure("weekend_weight")
    day = at // DAY
    begin, end = site.clock.begin // DAY, site.clock.end // DAY
    weekday, _, month = (column[day - begin] for column in site.clock.days(0, end - begin))
    by_hour = swing[measure] * np.sin(2 * np.pi * (at % DAY / DAY - crosses[measure]))
    after = (weekday >= SATURDAY) | (weekday == 0)  # what is eaten on Sunday still shows on Monday morning
    return np.asarray(by_hour + winter[measure] * np.cos(2 * np.pi * month / 12) + weekend[measure] * after)


def _flags(enrolled: Enrolled, enrolment: Ints, measure: Ints, value: Floats) -> tuple[Floats, Floats, Ints]:
    """(low, high, flag) of each; a weight's limits count from what the patient's own scales show when dry."""
    layout, levels = enrolled.layout, enrolled.levels
    usual = np.round(levels.settled[enrolment, measure] + levels.device[enrolment, measure], 1)
    very_low, low, high, very_high = layout.limits[:, measure] + np.where(layout.own[measure], usual, 0.0)
    flag = np.where(value < low, LOW, np.where(value > high, HIGH, NORMAL))
    flag[value < very_low] = VERY_LOW
    flag[value > very_high] = VERY_HIGH
    return low, high, flag

"""When people come: the day by season, weekday and holiday, the hour by the clinic's day. Times are local seconds."""

import datetime as dt
from dataclasses import dataclass

import numpy as np

from simulator.arrays import DAY, HOUR, Bools, Floats, Ints, Rng
from simulator.scenario import Scenario

EPOCH = dt.date(1970, 1, 1)
MONTH_DAYS = 365.25 / 12
SUPPERTIME = 18 * HOUR


@dataclass(frozen=True)
class Clock:
    """The simulated span. Days count from the scenario's first day; local seconds from the warm-up's first midnight."""

    scenario: Scenario

    @property
    def begin(self) -> int:
        """The beginning of the recorded period, local seconds."""
        return self.scenario.warmup_days * DAY

    @property
    def end(self) -> int:
        """The end of the recorded period, local seconds."""
        return self.begin + self.scenario.days * DAY

    @property
    def first_day(self) -> int:
        """The day, counted from 1970, of local second 0."""
        return (self.scenario.start - EPOCH).days - self.scenario.warmup_days

    def days(self, first: int, last: int) -> tuple[Floats, Bools, Floats]:
        """For days first..last-1: weekday 0..6, holiday, and months since New Year (0..12)."""
        dates = [self.scenario.start + dt.timedelta(days=day) for day in range(first, last)]
        holidays = set(self.scenario.calendar.holidays)
        weekday = np.array([date.weekday() for date in dates])
        month = np.array([date.timetuple().tm_yday / MONTH_DAYS for date in dates])
        return weekday, np.array([date in holidays for date in dates]), month

    def utc(self, local: Ints) -> Ints:
        """Local seconds as microseconds since 1970 in UTC."""
        offset = self.first_day * DAY - self.scenario.calendar.utc_offset_hours * HOUR
        return (local.astype(np.int64) + offset) * 1_000_000

    def local(self, moment: dt.datetime) -> int:
        """A local time without a zone as local seconds."""
        return round((moment - dt.datetime.combine(EPOCH, dt.time())).total_seconds()) - self.first_day * DAY

    def day_number(self, local: Ints) -> Ints:
        """Days since 1970 of local seconds."""
        return local // DAY + self.first_day


def day_weights(clock: Clock, first: int, last: int, weekdays: tuple[float, ...], season: Floats) -> Floats:
    """(diseases, days): how likely an episode falls on each day; a holiday counts as the least busy weekday."""
    weekday, holiday, month = clock.days(first, last)
    weight = np.where(holiday, min(weekdays), np.array(weekdays)[weekday.astype(np.int64)])
    wave = 1 + season[:, 1:2] * np.cos(2 * np.pi * (month[None, :] - season[:, 0:1]) / 12)
    return weight[None, :] * wave


def draw(rng: Rng, row: Ints, weights: Floats) -> Ints:
    """For each entry of `row` a column of `weights` (rows, columns) with that row's weights, (n,)."""
    share = np.cumsum(weights, axis=1)
    share /= np.maximum(share[:, -1:], 1e-300)
    edges = (share + np.arange(len(weights))[:, None]).ravel()
    found = np.searchsorted(edges, row + rng.random(len(row)) * (1 - 1e-9), side="right")
    return np.asarray(np.minimum(found - row * weights.shape[1], weights.shape[1] - 1))


def ages(birth_day: Ints, day: Ints) -> Ints:
    """Completed years between two days counted from 1970, as people count them (29 February counts as 1 March)."""
    born, now = (days.astype("datetime64[D]") for days in (birth_day, day))
    year_born, year_now = (dates.astype("datetime64[Y]").astype(np.int64) for dates in (born, now))
    into_born, into_now = (_within_year(dates) for dates in (born, now))
    return np.asarray(np.maximum(year_now - year_born - (into_now < into_born), 0))


def _within_year(dates: np.ndarray) -> Ints:
    """Month and day as a number that grows through the year."""
    month = dates.astype("datetime64[M]")
    return np.asarray((month.astype(np.int64) % 12) * 32 + (dates - month.astype("datetime64[D]")).astype(np.int64))


def working_hours(at: Ints, only: Bools) -> Ints:
    """Move what can wait from the night to the next morning."""
    second = at % DAY
    morning = at - second + 8 * HOUR + second % (3 * HOUR)
    night = only & ((second < 8 * HOUR) | (second > SUPPERTIME))
    return np.where(night, np.where(second > SUPPERTIME, morning + DAY, morning), at)

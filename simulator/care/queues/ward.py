"""What the wards send to laboratory and imaging: its load beforehand, and afterwards when each order had its turn.

The stays and their orders are not known yet when the queues are played, for both depend on them. So the wards' load is
that of the admissions that are planned: their first specimens, those of the morning rounds, their images. The orders
that are made later take the place that a job of that moment would have had: not before anybody who stood there already.
"""

from dataclasses import dataclass

import numpy as np

from simulator.arrays import DAY, HOUR, MINUTE, Ints, Rng, repeat
from simulator.care.calendar import working_hours
from simulator.care.queues.asked import room_seconds
from simulator.care.queues.kernel import openings
from simulator.care.queues.layout import LABORATORY, Layout, usual
from simulator.care.queues.records import NONE, Rows, Servers, Ways
from simulator.care.rules import INPATIENT
from simulator.care.site import Site
from simulator.care.visits import Visits

FIRST_SPECIMENS_H = (1.0, 5.0)
"""Hours from the visit until the first specimens of the stay reach the laboratory: estimate."""
ROUND = (6.6 * HOUR, 8.2 * HOUR)
"""When the specimens of the morning reach the laboratory: estimate."""
AT_MOST = 30
URGENT_RANK = 0


def ward_jobs(site: Site, visits: Visits, disease: Ints, layout: Layout, rng: Rng) -> tuple[Ints, Ints, Ints, Ints]:
    """The jobs of planned admissions: when, station, seconds at it, and the visit that each comes from."""
    visit = np.flatnonzero(visits.admits)
    key = disease[visit] * 3 + INPATIENT
    n = len(visit)
    first = visits.arrival[visit] + (rng.uniform(*FIRST_SPECIMENS_H, n) * HOUR).astype(np.int64)
    every, days = site.rules.repeat_s[key] / DAY, site.rules.stay[disease[visit], 0]
    times = np.where(every > 0, days / np.maximum(every, 0.5), 0)
    row, nth = repeat(np.minimum(times, AT_MOST).astype(np.int64))
    day = visits.arrival[visit[row]] // DAY + np.ceil((nth + 1) * every[row]).astype(np.int64)
    morning = day * DAY + rng.uniform(*ROUND, len(row)).astype(np.int64)
    seen, at = site.rules.imaging.drawn(key, np.ones(n), rng)
    item = site.rules.imaging.lists.items[at]
    image = visits.arrival[visit[seen]] + HOUR + rng.exponential(9 * HOUR, len(seen)).astype(np.int64)
    image = working_hours(image, rng.random(len(seen)) < 0.8)  # noqa: PLR2004  # the others do not wait for the day: estimate
    load = np.full(n + len(row), int(usual()["laboratory"].service_s))
    return (
        np.concatenate([first, morning, image]),
        np.concatenate([np.full(len(load), LABORATORY), layout.modality[item]]),
        np.concatenate([load, room_seconds(site, item, rng)]),
        np.concatenate([visit, visit[row], visit[seen]]),
    )


@dataclass(frozen=True)
class Queue:
    """Those who stood at a station, by when they joined it, and the latest moment at which any of them was begun."""

    joined: Ints
    begun: Ints

    @classmethod
    def of(cls, steps: Rows) -> "Queue":
        """From the steps of a station: those that had their turn there."""
        steps = steps[steps["begun"] != NONE]
        steps = steps[np.argsort(steps["joined"], kind="stable")]
        return cls(steps["joined"].copy(), np.maximum.accumulate(steps["begun"]))

    def turn(self, at: Ints) -> Ints:
        """When somebody who joins at `at` is begun, at the earliest."""
        before = np.searchsorted(self.joined, at, side="right") - 1
        if len(self.begun) == 0:
            return at
        return np.maximum(at, np.where(before >= 0, self.begun[np.maximum(before, 0)], at))


@dataclass(frozen=True)
class Turns:
    """The queues of laboratory, pharmacy and imaging rooms, for what joins them later: (stations,) all and urgent."""

    every: dict[int, Queue]
    urgent: dict[int, Queue]
    servers: Servers

    @classmethod
    def of(cls, ways: Ways, servers: Servers, stations: list[int]) -> "Turns":
        """Of these stations."""
        every, urgent = {}, {}
        for station in stations:
            steps = ways.steps[ways.steps["station"] == station]
            every[station] = Queue.of(steps)
            urgent[station] = Queue.of(steps[steps["rank"] == URGENT_RANK])
        return cls(every, urgent, servers)

    def begin(self, station: Ints, at: Ints, urgent: np.ndarray) -> Ints:
        """When each job that joins its station at `at` is begun, all (n,); a station that is shut begins nothing."""
        found = at.copy()
        for number in np.unique(station):
            for quick, queues in ((False, self.every), (True, self.urgent)):
                rows = np.flatnonzero((station == number) & (urgent == quick))
                first = self.servers.stations["first"][number]
                turn = queues[int(number)].turn(at[rows])
                found[rows] = openings(turn, first, self.servers.servers, self.servers.shut)
        return found


def collected_by(at: Ints, urgent: np.ndarray, rng: Rng) -> Ints:
    """When a specimen taken on a ward at `at` reaches the laboratory."""
    travel = rng.uniform(4, 35, len(at)) * np.where(urgent, 0.4, 1.0)
    return np.asarray(at + (travel * MINUTE).astype(np.int64))

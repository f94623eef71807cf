"""Which stations a hospital has, how many servers each has and when they work."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from simulator.arrays import DAY, HOUR, MINUTE, Floats, Ints
from simulator.care.queues.records import Servers
from simulator.care.site import Site
from simulator.resources import Disruption

REGISTRATION, TRIAGE, PAYMENT, PHLEBOTOMY, LABORATORY, PHARMACY = range(6)
NAMES = ("registration", "triage", "payment", "phlebotomy", "laboratory", "pharmacy")
ROOMS = len(NAMES)
"""The first station of imaging: one for each modality; after them one for each department, the last of emergencies."""
SPECIMENS_AT_ONCE = 20
"""Specimens that an analyser takes at once: estimate/low."""
PART_OF_AN_HOUR = 15 * MINUTE
CLINIC_LOAD = {"primary": 0.7, "secondary": 0.9, "tertiary": 1.05}
"""Consultations for each minute of a consulting room in the busiest hour, by level: estimate/low."""


@dataclass(frozen=True)
class Usual:
    """What is usual at one kind of station: seconds of service (median, log sd), load, hours, walk and patience (s)."""

    service_s: float
    sigma: float
    load: float
    opens: int
    closes: int
    walk_s: int
    patience_s: int


@lru_cache(maxsize=1)
def usual() -> Mapping[str, Usual]:
    """The figures of stations.csv."""
    with Path(__file__).with_name("stations.csv").open(encoding="utf-8") as lines:
        return {
            row["station"]: Usual(
                float(row["service_s"]),
                float(row["sigma"]),
                float(row["load"]),
                int(row["opens_h"]) * HOUR,
                int(row["closes_h"]) * HOUR,
                int(row["walk_s"]),
                int(row["patience_min"]) * MINUTE,
            )
            for row in csv.DictReader(lines)
        }


@dataclass(frozen=True)
class Layout:
    """The stations of one hospital. modality: (images of the catalogue,) the station of each."""

    modalities: tuple[str, ...]
    modality: Ints
    departments: int

    @property
    def doctors(self) -> int:
        """The station of the first department's clinic; department d is seen at doctors + d."""
        return ROOMS + len(self.modalities)

    @property
    def stations(self) -> int:
        """How many."""
        return self.doctors + self.departments + 1


def lay_out_stations(site: Site) -> Layout:
    """The stations that a hospital could have; the emergency department comes last."""
    every = [one.modality for one in site.knowledge.imaging.values()]
    modalities = tuple(dict.fromkeys(every))
    modality = np.array([ROOMS + modalities.index(one) for one in every])
    return Layout(modalities, modality, len(site.registry.hospital.departments))


def servers(site: Site, layout: Layout, busiest: Floats, disruptions: Sequence[Disruption]) -> Servers:
    """As many as the scenario says, else as many as the busiest hour needs; busiest: (stations,) seconds of work."""
    count = _counts(site, layout, busiest)
    first = np.concatenate([[0], np.cumsum(count)])
    station = np.repeat(np.arange(len(count)), count)
    nth = np.arange(len(station)) - first[station]
    opens, closes, lunch = _hours(site, layout, station, nth)
    shut = _shut(site, layout, (station, nth, count), disruptions)
    batch = np.ones(len(count), np.int64)
    batch[LABORATORY] = SPECIMENS_AT_ONCE
    return Servers.of(count, batch, (opens, closes, lunch), shut)


def _counts(site: Site, layout: Layout, busiest: Floats) -> Ints:
    hospital, figures = site.registry.hospital, usual()
    given = hospital.stations
    load = np.array([figures[name].load for name in NAMES] + [figures["imaging"].load] * len(layout.modalities))
    clinic = given.clinic_load or CLINIC_LOAD[hospital.level]
    load = np.concatenate([load, np.full(layout.departments + 1, clinic)])
    work = busiest.copy()
    work[LABORATORY] /= SPECIMENS_AT_ONCE
    count = np.maximum(np.ceil(work / HOUR / load), 1).astype(np.int64)
    for station, name in enumerate(NAMES):
        count[station] = getattr(given, name) or count[station]
    for nth, name in enumerate(layout.modalities):
        count[ROOMS + nth] = given.imaging.get(name, count[ROOMS + nth])
    doctors = np.array([one.doctors for one in hospital.departments])
    count[layout.doctors : -1] = np.minimum(count[layout.doctors : -1], doctors)
    count[-1] = hospital.emergency_doctors
    return np.asarray(count)


def _hours(site: Site, layout: Layout, station: Ints, nth: Ints) -> tuple[Ints, Ints, np.ndarray]:
    """Opens, closes (s of the day) and whether it pauses at noon; the first server of a station works day and night.

    A doctor works until the last patient of the day has been seen.
    """
    figures, departments = usual(), site.registry.hospital.departments
    kinds = [*NAMES, *["imaging"] * len(layout.modalities)]
    opens = [figures[name].opens for name in kinds] + [one.opens * HOUR for one in departments] + [0]
    closes = [figures[name].closes for name in kinds] + [DAY] * (len(departments) + 1)
    pauses = [False] * len(kinds) + [one.closes * HOUR > 13.5 * HOUR for one in departments] + [False]
    always = (nth == 0) & (station < layout.doctors)
    return (
        np.where(always, 0, np.array(opens)[station]),
        np.where(always, DAY, np.array(closes)[station]),
        np.array(pauses)[station],
    )


def affected(layout: Layout, what: str) -> list[int]:
    """The stations that a disruption of this concerns."""
    rooms = list(range(ROOMS, layout.doctors))
    if what == "his":
        return [REGISTRATION, PAYMENT, PHLEBOTOMY, LABORATORY, PHARMACY, *rooms]
    if what == "imaging":
        return rooms
    if what == "emergency":
        return [layout.stations - 1]
    return [NAMES.index(what)] if what in NAMES else []


def _shut(
    site: Site, layout: Layout, held: tuple[Ints, Ints, Ints], disruptions: Sequence[Disruption]
) -> list[tuple[int, int, int]]:
    """Server, from and until for each server that is out of order.

    Of the share that is left whole servers go on working, and one more works its part of each quarter of an hour.
    """
    station, nth, count = held
    found = []
    for one in disruptions:
        begins, ends = site.clock.local(one.begins), site.clock.local(one.ends)
        for number in affected(layout, one.what):
            whole = int(one.share * count[number])
            rest = round((one.share * count[number] - whole) * PART_OF_AN_HOUR)
            for v in np.flatnonzero((station == number) & (nth >= whole)).tolist():
                works = rest if nth[v] == whole else 0
                steps = range(begins, ends, PART_OF_AN_HOUR) if works else [begins]
                found += [(v, at + works, min(at + PART_OF_AN_HOUR, ends) if works else ends) for at in steps]
    return [span for span in found if span[1] < span[2]]

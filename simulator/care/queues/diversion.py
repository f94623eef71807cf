"""When ambulances are sent to other hospitals: while too many wait for a bed, or the emergency department is out."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from simulator.arrays import Bools, Ints, enum
from simulator.care.rules import EMERGENCY
from simulator.care.site import Site
from simulator.care.visits import CAME_UP, Visits
from simulator.resources import Disruption
from simulator.schema import TABLES, first_id, values

REASONS = tuple(values.DIVERSION_REASON)
BOARDING, DISRUPTION = range(2)
BEDS_A_BOARDER, LEAST = 40, 4
"""Without a figure in the scenario: one boarder for so many beds, but at least so many: estimate/low."""


@dataclass(frozen=True)
class Diversion:
    """Spans (k,) of local seconds in which ambulances go elsewhere, and why."""

    begins: Ints
    ends: Ints
    reason: Ints

    def joined(self, other: "Diversion") -> "Diversion":
        """These spans and those of the other that none of these overlaps, in order of time."""
        apart = np.array(
            [not ((self.begins < e) & (b < self.ends)).any() for b, e in zip(other.begins, other.ends, strict=True)],
            bool,
        )
        columns = [
            np.concatenate([getattr(self, name), getattr(other, name)[apart]])
            for name in Diversion.__dataclass_fields__
        ]
        order = np.argsort(columns[0], kind="stable")
        return Diversion(*(column[order] for column in columns))


def no_diversion() -> Diversion:
    """A hospital that takes every ambulance."""
    return Diversion(*np.zeros((3, 0), np.int64))


def forced(site: Site, disruptions: Sequence[Disruption]) -> Diversion:
    """While the emergency department works at less than its capacity; spans that meet become one."""
    spans = sorted(
        (site.clock.local(one.begins), site.clock.local(one.ends)) for one in disruptions if one.what == "emergency"
    )
    merged: list[list[int]] = []
    for begins, ends in spans:
        if merged and begins <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], ends)
        else:
            merged.append([begins, ends])
    begin, end = np.array(merged, np.int64).reshape(-1, 2).T
    return Diversion(begin, end, np.full(len(begin), DISRUPTION))


def boarding(site: Site, visits: Visits, visit: Ints, requested: Ints, bed: Ints) -> Diversion:
    """From when the boarders of the emergency department reach the limit until half of them have a bed.

    visit, requested, bed: (admissions,) the visit, when a bed was asked for and reached (-1: not yet).
    """
    hospital = site.registry.hospital
    limit = hospital.stations.diversion_boarders or max(LEAST, hospital.beds // BEDS_A_BOARDER)
    rows = np.flatnonzero(visits.kind[visit] == EMERGENCY)
    until = np.where(bed[rows] >= 0, bed[rows], site.clock.end)
    at = np.concatenate([requested[rows], until])
    change = np.repeat([1, -1], len(rows))
    order = np.lexsort((change, at))
    count = np.cumsum(change[order])
    full, low = count >= limit, count <= limit // 2
    state = np.where(full, 1, np.where(low, 0, -1))
    known = np.flatnonzero(state >= 0)
    turns = known[np.flatnonzero(np.diff(state[known], prepend=0))]
    begins, ends = at[order][turns[state[turns] == 1]], at[order][turns[state[turns] == 0]]
    ends = np.concatenate([ends, np.full(len(begins) - len(ends), site.clock.end)])
    return Diversion(begins, ends, np.full(len(begins), BOARDING))


def diverted(visits: Visits, away: Diversion) -> Bools:
    """Visits that do not happen here: who would have come by ambulance, and all later visits of the same episode.

    Patients whom another hospital has announced and sent here are taken.
    """
    if len(away.begins) == 0:
        return np.zeros(len(visits), bool)
    span = np.searchsorted(away.begins, visits.arrival, side="right") - 1
    inside = (span >= 0) & (visits.arrival < away.ends[np.maximum(span, 0)])
    sent = inside & (visits.kind == EMERGENCY) & visits.announced & (visits.referral != CAME_UP)
    since = np.full(int(visits.episode.max(initial=0)) + 1, np.iinfo(np.int64).max)
    np.minimum.at(since, visits.episode[sent], visits.arrival[sent])
    return np.asarray(visits.arrival >= since[visits.episode])


def diversion_table(site: Site, visits: Visits, away: Diversion) -> pl.DataFrame:
    """One row for each span within the recorded period, with the ambulances that were sent elsewhere."""
    clock, number = site.clock, site.registry.number
    gone = visits.arrival[
        diverted(visits, away) & (visits.kind == EMERGENCY) & visits.announced & (visits.referral != CAME_UP)
    ]
    rows = np.flatnonzero((away.ends > clock.begin) & (away.begins < clock.end))
    begins, ends = np.maximum(away.begins[rows], clock.begin), np.minimum(away.ends[rows], clock.end)
    count = np.searchsorted(gone, ends) - np.searchsorted(gone, begins)
    return pl.DataFrame(
        {
            "diversion_id": first_id(TABLES["diversion"], number) + 1 + np.arange(len(rows)),
            "hospital_id": np.full(len(rows), first_id(TABLES["hospital"], number) + 1),
            "reason": enum(away.reason[rows], REASONS),
            "begins_at": pl.Series(clock.utc(begins)).cast(pl.Datetime("us", "UTC")),
            "ends_at": pl.Series(clock.utc(ends)).cast(pl.Datetime("us", "UTC")),
            "ambulances": count.astype(np.int32),
        }
    )


def disruption_table(site: Site, disruptions: Sequence[Disruption]) -> pl.DataFrame:
    """What was out of order within the recorded period."""
    clock, number, wards = site.clock, site.registry.number, [ward.id for ward in site.registry.hospital.wards]
    spans = np.array([(clock.local(one.begins), clock.local(one.ends)) for one in disruptions], np.int64).reshape(-1, 2)
    rows = np.flatnonzero((spans[:, 1] > clock.begin) & (spans[:, 0] < clock.end))
    told = [disruptions[int(row)] for row in rows]
    what = [tuple(values.DISRUPTION).index(one.what) for one in told]
    ward = [None if one.ward is None else first_id(TABLES["ward"], number) + 1 + wards.index(one.ward) for one in told]
    return pl.DataFrame(
        {
            "disruption_id": first_id(TABLES["disruption"], number) + 1 + np.arange(len(rows)),
            "hospital_id": np.full(len(rows), first_id(TABLES["hospital"], number) + 1),
            "what": enum(np.array(what, np.int64), tuple(values.DISRUPTION)),
            "ward_id": pl.Series(ward, dtype=pl.Int64),
            "begins_at": pl.Series(clock.utc(spans[rows, 0])).cast(pl.Datetime("us", "UTC")),
            "ends_at": pl.Series(clock.utc(spans[rows, 1])).cast(pl.Datetime("us", "UTC")),
            "capacity": pl.Series([one.share for one in told], dtype=pl.Float32),
        }
    )

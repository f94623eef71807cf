"""The truth tables of physiology: the state every few hours, and each turn for the worse."""

import numpy as np
import polars as pl

from simulator.arrays import HOUR, Ints, enum, repeat
from simulator.care.calendar import Clock
from simulator.care.cases import Cases
from simulator.care.encounters import moments, times
from simulator.care.physiology.course import Course
from simulator.care.physiology.kernel import NEVER
from simulator.care.rules import OUTPATIENT
from simulator.care.site import Site
from simulator.knowledge.models import AXES
from simulator.schema import values

EVERY_H = 6


def latent_states(site: Site, cases: Cases, course: Course) -> pl.DataFrame:
    """The latent state table: emergency visits and stays, every six hours and at the onset of events."""
    kept = np.flatnonzero((cases.kind != OUTPATIENT) & (course.begin < site.clock.end))
    hours = course.start[kept + 1] - course.start[kept]
    row, nth = repeat(-(-hours // EVERY_H))
    case, hour = kept[row], nth * EVERY_H
    ill, event = np.nonzero(course.onset < NEVER)
    begun = np.ceil(np.maximum(course.onset[ill, event], 0)).astype(np.int64)
    inside = (begun % EVERY_H != 0) & (begun < course.start[ill + 1] - course.start[ill])
    case, hour = np.concatenate([case, ill[inside]]), np.concatenate([hour, begun[inside]])
    where = np.unique(course.start[case] + hour, return_index=True)
    at, case, hour = where[0], case[where[1]], hour[where[1]]
    state = course.axes(site.body, cases.disease, case, at).astype(np.float32)
    n = len(case)
    return pl.DataFrame(
        {
            "latent_state_id": site.ids("latent_state", np.arange(n)),
            "encounter_id": site.ids("encounter", case),
            "patient_id": cases.patient_id[case],
            "at": moments(site.clock, course.begin[case] + hour * HOUR),
            "illness": course.illness[at],
            **{axis: state[:, k] for k, axis in enumerate(AXES)},
            "cause_id": site.ids("encounter", case),
        },
    )


def begun(course: Course, cases: Cases, clock: Clock) -> tuple[Ints, Ints]:
    """(case, event) of each turn for the worse before the end of the period, in the order of the table."""
    onset = course.begin[:, None] + course.onset * HOUR
    case, event = np.nonzero((course.onset < NEVER) & (onset < np.minimum(cases.end, clock.end)[:, None]))
    return case, event


def deteriorations(site: Site, cases: Cases, course: Course) -> pl.DataFrame:
    """The deterioration table, in order of encounter and event."""
    case, event = begun(course, cases, site.clock)
    onset = course.begin[case] + course.onset[case, event] * HOUR
    recognised = course.begin[case] + course.recognised[case, event] * HOUR
    over = course.begin[case] + course.ended[case, event] * HOUR
    ended = np.where(cases.died[case], cases.end[case], np.minimum(over, cases.end[case]))
    n = len(case)
    return pl.DataFrame(
        {
            "deterioration_id": site.ids("deterioration", np.arange(n)),
            "encounter_id": site.ids("encounter", case),
            "patient_id": cases.patient_id[case],
            "event": enum(event, tuple(values.DETERIORATION)),
            "onset_at": moments(site.clock, onset.astype(np.int64)),
            "recognised_at": times(site.clock, recognised.astype(np.int64), recognised < cases.end[case]),
            "ended_at": times(site.clock, ended.astype(np.int64)),
            "fatal": cases.died[case],
            "cause_id": cases.main[case],
        },
    )

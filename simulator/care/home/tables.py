"""The tables of home monitoring, made at once for a whole network."""

from collections.abc import Callable

import numpy as np
import polars as pl

from simulator.arrays import Floats, Ints, enum, words
from simulator.care.encounters import moments
from simulator.care.home.calls import Calls, calls
from simulator.care.home.enrolment import STILL, Enrolled
from simulator.care.home.readings import Readings, readings
from simulator.care.site import Site
from simulator.schema import values


def home_tables(site: Site, enrolled: Enrolled, draws: Callable[..., np.random.Generator]) -> dict[str, pl.DataFrame]:
    """Enrolments, readings and calls; site: the one at the top of the network."""
    found = readings(site, enrolled, draws("home", site.top))
    called = calls(site, enrolled, found, draws("home_calls", site.top))
    return {
        "home_enrolment": _enrolments(site, enrolled),
        "home_reading": _readings(site, enrolled, found),
        "home_call": _calls(site, enrolled, found, called),
    }


def _enrolments(site: Site, enrolled: Enrolled) -> pl.DataFrame:
    over = pl.Series(enrolled.reason != STILL)
    stops = moments(site.clock, enrolled.stops)
    return pl.DataFrame(
        {
            "home_enrolment_id": site.ids("home_enrolment", np.arange(len(enrolled))),
            "encounter_id": enrolled.encounter,
            "patient_id": enrolled.patient,
            "programme": enum(enrolled.programme, tuple(values.HOME_PROGRAMME)),
            "enrolled_at": moments(site.clock, enrolled.begins),
            "ended_at": pl.select(pl.when(over).then(stops)).to_series(),
            "end_reason": enum(enrolled.reason, tuple(values.HOME_END)),
            "cause_id": enrolled.encounter,
        }
    )


def _readings(site: Site, enrolled: Enrolled, found: Readings) -> pl.DataFrame:
    measures = list(site.knowledge.home.measures.values())
    ids, of = site.ids("home_enrolment", np.arange(len(enrolled))), found.enrolment
    return pl.DataFrame(
        {
            "home_reading_id": site.ids("home_reading", np.arange(len(of))),
            "home_enrolment_id": ids[of],
            "encounter_id": enrolled.encounter[of],
            "patient_id": enrolled.patient[of],
            "device": _devices(site, enrolled, found),
            "measure": enum(found.measure, tuple(values.HOME_MEASURE)),
            "loinc": words(found.measure, [one.loinc for one in measures]),
            "value": found.value.astype(np.float32),
            "unit": words(found.measure, [one.unit for one in measures]),
            "ref_low": _limit(found.low),
            "ref_high": _limit(found.high),
            "flag": enum(found.flag, tuple(values.HOME_FLAG)),
            "measured_at": moments(site.clock, found.at),
            "sent_at": moments(site.clock, found.sent),
            "cause_id": ids[of],
        }
    )


def _devices(site: Site, enrolled: Enrolled, found: Readings) -> pl.Series:
    """Kind of device, hospital network and running number, the same for all readings of one device."""
    kinds = [one.device for one in site.knowledge.home.measures.values()]
    names = [f"{kind}-{site.top:03}-{number:06}" for number in range(1, len(enrolled) + 1) for kind in kinds]
    row = found.enrolment * len(kinds) + found.measure
    return pl.Series(names, dtype=pl.String).gather(pl.Series(row.astype(np.uint32)))


def _limit(limit: Floats) -> pl.Series:
    """The limits as they are stored; no value where there is none."""
    stored = pl.Series(limit.astype(np.float32))
    return pl.select(pl.when(stored.is_finite()).then(stored)).to_series()


def _calls(site: Site, enrolled: Enrolled, found: Readings, called: Calls) -> pl.DataFrame:
    of: Ints = found.enrolment[called.reading]
    reading = site.ids("home_reading", called.reading)
    return pl.DataFrame(
        {
            "home_call_id": site.ids("home_call", np.arange(len(of))),
            "home_enrolment_id": site.ids("home_enrolment", of),
            "encounter_id": enrolled.encounter[of],
            "patient_id": enrolled.patient[of],
            "home_reading_id": reading,
            "called_at": moments(site.clock, called.at),
            "outcome": enum(called.outcome, tuple(values.HOME_CALL)),
            "cause_id": reading,
        }
    )

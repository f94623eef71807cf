"""Whom a nurse calls because of readings, and what comes of it; no call changes what the hospital has planned."""

from dataclasses import dataclass

import numpy as np

from simulator.arrays import DAY, MINUTE, Bools, Ints, Rng
from simulator.care.calendar import working_hours
from simulator.care.home.enrolment import Enrolled
from simulator.care.home.readings import NORMAL, VERY_LOW, Readings
from simulator.care.site import Site

UNANSWERED, IN_HOSPITAL, VISIT, DRUGS, AGAIN, REASSURED = range(6)
"""Positions in the value set of the outcomes."""
SOON = 3 * DAY
"""Within so long a second reading beyond the limits leads to a call: estimate/low."""
REACTS_MIN = (15, 180)
"""Minutes from a reading to the call, by day: estimate/low."""
WEEK = 7 * DAY


@dataclass(frozen=True)
class Calls:
    """Calls (n,): the row of the reading, local second, outcome."""

    reading: Ints
    at: Ints
    outcome: Ints


def calls(site: Site, enrolled: Enrolled, found: Readings, rng: Rng) -> Calls:
    """A call for an urgent reading, or for the second of two beyond the limits; one a week at most."""
    alert = np.flatnonzero(found.flag != NORMAL)
    enrolment, at = found.enrolment[alert], found.at[alert]
    urgent = found.flag[alert] >= VERY_LOW
    again = np.zeros(len(alert), bool)
    again[1:] = (enrolment[1:] == enrolment[:-1]) & (at[1:] > at[:-1]) & (at[1:] - at[:-1] < SOON)
    leads = np.flatnonzero(urgent | again)
    week = found.sent[alert[leads]] // WEEK
    order = np.lexsort((found.sent[alert[leads]], week, enrolment[leads]))
    _, first = np.unique(np.stack([enrolment[leads], week])[:, order], axis=1, return_index=True)
    chosen = np.sort(leads[order[first]])
    reading = alert[chosen]
    least, most = REACTS_MIN
    react = ((least + (most - least) * rng.random(len(reading))) * MINUTE).astype(np.int64)
    when = working_hours(found.sent[reading] + react, np.ones(len(reading), bool))
    outcome = _outcomes(site, enrolled, (found.enrolment[reading], when), urgent[chosen], rng)
    real = np.flatnonzero(when < np.minimum(enrolled.dies[found.enrolment[reading]], site.clock.end))
    return Calls(reading[real], when[real], outcome[real])


def _outcomes(site: Site, enrolled: Enrolled, who: tuple[Ints, Ints], urgent: Bools, rng: Rng) -> Ints:
    """What each call comes to; who: enrolment and moment."""
    figure = site.knowledge.home.value
    u = rng.random(len(urgent))
    answered = rng.random(len(urgent)) < figure("call_answered")
    visit = np.where(urgent, figure("call_visit_urgent"), figure("call_visit"))
    drugs = visit + figure("call_drugs")
    said = np.select([u < visit, u < drugs, u < drugs + figure("call_again")], [VISIT, DRUGS, AGAIN], REASSURED)
    here = enrolled.busy.busy(*who)
    return np.where(here, IN_HOSPITAL, np.where(answered, said, UNANSWERED))

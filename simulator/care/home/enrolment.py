"""Who takes part: patients of clinics with a long-standing disease, from a visit until they withdraw or die."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simulator.arrays import DAY, HOUR, SECOND_BITS, Bools, Floats, Ints
from simulator.care.cases import Cases, encounter_ids
from simulator.care.home.layout import HomeLayout, lay_out_home
from simulator.care.home.levels import Levels, levels
from simulator.care.lots import Lots
from simulator.care.rules import INPATIENT, OUTPATIENT
from simulator.care.site import Site
from simulator.care.visits import SENT_UP
from simulator.knowledge.home import AGES

JOINS, LEAVES, SHOWS, LEAD, CHANGE = range(7001, 7006)
"""Tell the lots of this step from others of the same person."""
STILL, WITHDREW, DIED = -1, 0, 1
"""Why an enrolment ended, as positions in the value set."""
BACK_HOME = 6 * HOUR
"""After a visit nobody measures for so long."""
YEAR = 365.25 * DAY


@dataclass(frozen=True)
class Spells:
    """Spans of enrolled patients, ordered by enrolment and begin, looked up by `key`.

    until: when a span and all before it of the same enrolment are over; case: its row.
    """

    key: Ints
    until: Ints
    case: Ints

    @classmethod
    def of(cls, enrolment: Ints, begin: Ints, until: Ints, case: Ints) -> "Spells":
        """From spans in any order."""
        key = (enrolment << SECOND_BITS) | begin
        order = np.argsort(key, kind="stable")
        last = (enrolment << SECOND_BITS) | np.clip(until, 0, (1 << SECOND_BITS) - 1)
        return cls(key[order], np.maximum.accumulate(last[order]), case[order])

    def busy(self, enrolment: Ints, at: Ints) -> Bools:
        """Whether each moment lies in a span of its enrolment."""
        key = (enrolment << SECOND_BITS) | at
        before = np.searchsorted(self.key, key, side="right") - 1
        return (before >= 0) & (np.append(self.until, -1)[before] > key)

    def following(self, enrolment: Ints, at: Ints) -> tuple[Ints, Floats]:
        """Position of the next span of the same enrolment and the days until it begins; -1 and infinite if none."""
        key = (enrolment << SECOND_BITS) | at
        after = np.searchsorted(self.key, key, side="left")
        found = np.append(self.key, -1)[after]
        same = (found >> SECOND_BITS) == enrolment
        return np.where(same, after, -1), np.where(same, (found - key) / DAY, np.inf)


@dataclass(frozen=True)
class Enrolled:
    """Enrolments (E), ordered by programme, then by visit; times in local seconds.

    encounter, patient: ids; stops: when readings end, in any case with the period; reason: STILL, WITHDREW or DIED;
    levels: what their devices show when nothing happens; busy: their time in hospital; events: what brings them there
    with warning; change, lead: (events, M) how much a measure has changed by then, and over how many days.
    """

    programme: Ints
    encounter: Ints
    patient: Ints
    person: Ints
    begins: Ints
    stops: Ints
    dies: Ints
    reason: Ints
    age: Ints
    severity: Floats
    levels: Levels
    layout: HomeLayout
    busy: Spells
    events: Spells
    change: Floats
    lead: Floats

    def __len__(self) -> int:
        """How many enrolments."""
        return len(self.person)


def by_age(figures: Sequence[float], age: Ints) -> Floats:
    """The figure of each age, see AGES."""
    return np.array(figures)[np.maximum(np.searchsorted(AGES, age, side="right") - 1, 0)]


def enrol(members: Sequence[Site], cases: Cases) -> Enrolled:
    """The patients who take part: whoever is willing joins at the first visit to a clinic for such a disease."""
    site, clock = members[0], members[0].clock
    layout, lots = lay_out_home(site.knowledge), Lots(site.salt)
    rows = _joins(site, cases, layout, lots)
    programme = layout.programme[cases.disease[rows]]
    mine, person, begins = cases.take(rows), cases.person[rows], cases.end[rows]
    dies = _deaths(site, cases)[person]
    yearly = max(site.knowledge.home.value("withdraws"), 1e-9)
    leaves = begins - np.log1p(-lots.uniform(person, np.full(len(rows), LEAVES))) / yearly * YEAR
    ends = np.minimum(dies, leaves.astype(np.int64))
    reason = np.where(ends >= clock.end, STILL, np.where(dies <= leaves, DIED, WITHDREW))
    busy, events = _spells(site, cases, layout, (person, begins))
    change, lead = _warnings(layout, lots, cases.disease[events.case], cases.episode[events.case])
    return Enrolled(
        programme=programme,
        encounter=encounter_ids(members, cases.place)[rows],
        patient=mine.patient_id,
        person=person,
        begins=begins,
        stops=np.minimum(ends, clock.end),
        dies=dies,
        reason=reason,
        age=mine.age,
        severity=mine.severity,
        levels=levels(site, mine, programme, layout),
        layout=layout,
        busy=busy,
        events=events,
        change=change,
        lead=lead,
    )


def _joins(site: Site, cases: Cases, layout: HomeLayout, lots: Lots) -> Ints:
    """Rows of the visits that enrol somebody, by programme, then in order of registration."""
    programme = layout.programme[cases.disease]
    clinic = (cases.kind == OUTPATIENT) & (programme >= 0) & (cases.seen >= site.clock.begin)
    clinic &= (cases.age >= AGES[0]) & (cases.end < site.clock.end) & ~cases.died & (cases.referral != SENT_UP)
    rows = np.flatnonzero(clinic)
    shares = layout.shares[programme[rows], np.searchsorted(AGES, cases.age[rows], side="right") - 1]
    willing = lots.uniform(cases.person[rows], np.full(len(rows), JOINS), programme[rows])
    rows = rows[willing < shares * site.clock.scenario.home_monitoring]
    _, first = np.unique(cases.person[rows], return_index=True)
    rows = np.sort(rows[first])
    return rows[np.argsort(programme[rows], kind="stable")]


def _deaths(site: Site, cases: Cases) -> Ints:
    """(people,): the local second of each one's death, wherever it was."""
    dies = site.people.dies_at.copy()
    died = np.flatnonzero(cases.died)
    dies[cases.person[died]] = cases.end[died]
    return dies


def _spells(site: Site, cases: Cases, layout: HomeLayout, who: tuple[Ints, Ints]) -> tuple[Spells, Spells]:
    """When the enrolled are in hospital, and which of that readings warn of; who: person, begin."""
    person, begins = who
    position = np.full(len(site.people), -1)
    position[person] = np.arange(len(person))
    case = np.flatnonzero(position[cases.person] >= 0)
    enrolment = position[cases.person[case]]
    stay = cases.kind[case] == INPATIENT
    begin = np.where(stay, cases.admitted[case], cases.arrived[case])
    until = cases.end[case] + np.where(stay, 0, BACK_HOME)
    there = begin >= 0
    shows = np.asarray(layout.change.any(axis=1))[cases.disease[case]]
    warned = there & shows & (cases.kind[case] != OUTPATIENT) & (begin > begins[enrolment])
    busy, events = (Spells.of(enrolment[rows], begin[rows], until[rows], case[rows]) for rows in (there, warned))
    return busy, events


def _warnings(layout: HomeLayout, lots: Lots, disease: Ints, episode: Ints) -> tuple[Floats, Floats]:
    """Change and lead in days, (events, M)."""
    n, measures = len(disease), len(layout.names)
    change, lead = np.zeros((n, measures)), np.ones((n, measures))
    shown, slow = (lots.uniform(episode, np.full(n, key)) for key in (SHOWS, LEAD))
    for m in range(measures):
        most = layout.change[disease, m]
        drawn = most + layout.spread[disease, m] * lots.normal(episode, np.full(n, CHANGE), np.full(n, m))
        drawn = np.where(most < 0, np.minimum(drawn, most / 4), np.maximum(drawn, most / 4))
        change[:, m] = np.where(shown < layout.share[disease, m], drawn, 0.0)
        first, last = layout.first[disease, m], layout.last[disease, m]
        lead[:, m] = first + (last - first) * slow
    return change, lead

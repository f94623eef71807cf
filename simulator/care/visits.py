"""From episodes to visits and planned stays: time of day, department, urgency, minutes with the doctor, tests."""

from dataclasses import dataclass

import numpy as np

from simulator.arrays import DAY, HOUR, MINUTE, Bools, Floats, Ints, Rng, repeat
from simulator.care.calendar import draw
from simulator.care.episodes import Episodes
from simulator.care.rules import CHILD_AGE, EMERGENCY, INPATIENT, OUTPATIENT, Items, Rules
from simulator.care.site import Site

NO_DEPARTMENT = -1
NOT_SENT = -1
NO_REFERRAL, SENT_UP, CAME_UP, CAME_DOWN = range(4)
"""What a visit has to do with a referral: nothing, it ends with one, or it began with one from below or above."""
NEXT_DAYS = 0.7
"""Chance that a patient sent to another clinic goes there on the next day, else on a later one: estimate."""
TRANSPORT_MIN = (40, 150)
"""Minutes from the decision to send an emergency on until its registration there: estimate."""
EMERGENCY_MINUTES = 14.0
CONSULTATION_SIGMA = 0.45
APPOINTMENT = 0.42
"""Share of outpatients who registered for a time of the day beforehand: estimate."""
AMBULANCE = np.array([0.85, 0.5, 0.18, 0.04])
"""Share of emergencies brought by ambulance by triage level: estimate."""
TESTED_AGAIN = 0.6
"""Chance of tests at a return visit, relative to the first: estimate."""
TRIAGE_CUTS = np.array([0.25, 0.48, 0.70])
"""Urgency above which an emergency is level 3, 2, 1: estimate (about Ⅳ half, Ⅲ two fifths, Ⅱ one in twelve, Ⅰ 2 %)."""


@dataclass(frozen=True)
class Visits:
    """Visits to clinics and the emergency department, (n,), ordered by arrival; times in local seconds.

    announced: registered beforehand, or brought by ambulance.
    """

    episode: Ints
    kind: Ints
    department: Ints
    arrival: Ints
    service: Ints
    tests: Bools
    level: Ints
    announced: Bools
    admits: Bools
    returns: Bools
    referral: Ints

    def __len__(self) -> int:
        """How many visits."""
        return len(self.episode)

    def take(self, rows: Ints) -> "Visits":
        """Some rows in this order."""
        return Visits(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))


@dataclass(frozen=True)
class Duties:
    """What a hospital has to do with each episode (n,).

    sends: a first visit, after which the patient is sent on; treats: the treatment; follows: the return visits;
    ready: when another hospital sent the patient here, local seconds, or NOT_SENT.
    """

    sends: Bools
    treats: Bools
    follows: Bools
    ready: Ints

    @classmethod
    def all_of(cls, n: int) -> "Duties":
        """Of a hospital on its own: everything."""
        return cls(np.zeros(n, bool), np.ones(n, bool), np.ones(n, bool), np.full(n, NOT_SENT))


def plan_visits(site: Site, episodes: Episodes, duties: Duties, rng: Rng) -> Visits:
    """First visits of all episodes, and return visits, that fall into the simulated span."""
    clinic = _clinic(site, episodes, rng)
    episode, kinds, day, returns = _comings(site, episodes, duties, rng)
    admits = (episodes.setting[episode] == INPATIENT) & ~returns & duties.treats[episode]
    within = (day < site.clock.scenario.days) & ((day >= 0) | admits)
    episode, kinds, day, returns, admits = (part[within] for part in (episode, kinds, day, returns, admits))
    department = np.where(kinds == EMERGENCY, site.routes.emergency, site.routes.clinic[clinic[episode]])
    arrival = _arrivals(site, day, kinds, department, rng)
    came = ~returns & duties.treats[episode] & (duties.ready[episode] != NOT_SENT)
    arrival = _by_ambulance(arrival, duties.ready[episode], came & (kinds == EMERGENCY), rng)
    severity = episodes.severity[episode]
    level = np.searchsorted(TRIAGE_CUTS, _urgency(site, episodes, episode) + 0.06 * rng.standard_normal(len(episode)))
    visits = Visits(
        episode=episode,
        kind=kinds,
        department=department,
        arrival=arrival,
        service=_service(site, kinds, department, severity, rng),
        tests=_tests(site, episodes, (episode, kinds, returns), rng),
        level=np.where(kinds == EMERGENCY, len(TRIAGE_CUTS) - level, -1),
        announced=rng.random(len(kinds))
        < np.where(kinds == EMERGENCY, AMBULANCE[len(TRIAGE_CUTS) - level], APPOINTMENT),
        admits=admits,
        returns=returns,
        referral=np.select(
            [duties.sends[episode] & ~returns, came, returns & ~duties.treats[episode]],
            [SENT_UP, CAME_UP, CAME_DOWN],
            NO_REFERRAL,
        ),
    )
    visits = visits.take(np.argsort(arrival, kind="stable"))
    return visits.take(np.flatnonzero(visits.arrival < site.clock.end))


def _urgency(site: Site, episodes: Episodes, episode: Ints) -> Floats:
    """What a triage nurse sees: the severity, and how dangerous this disease is."""
    disease = episodes.disease[episode]
    danger = 0.5 + 0.5 * site.rules.shares[disease, INPATIENT] + 2.5 * site.rules.fatality[disease, 1]
    return np.asarray(episodes.severity[episode] * danger + 1.5 * site.rules.fatality[disease, 1])


def _clinic(site: Site, episodes: Episodes, rng: Rng) -> Ints:
    """The department (of the knowledge) that looks after each episode in the clinic."""
    child = site.people.age[episodes.person] < CHILD_AGE
    adult = draw(rng, episodes.disease, site.rules.out_departments)
    special = site.rules.child_department[episodes.disease]
    return np.where(child & (special >= 0), special, adult)


def _comings(site: Site, episodes: Episodes, duties: Duties, rng: Rng) -> tuple[Ints, Ints, Ints, Bools]:
    """First visits, then return visits: episode, kind, day, whether it is a return visit."""
    urgent = rng.random(len(episodes)) < site.rules.via_emergency[episodes.disease]
    door = np.where(urgent, EMERGENCY, OUTPATIENT)
    kind = np.where(episodes.setting == INPATIENT, door, episodes.setting)
    if site.registry.hospital.level == "primary":
        kind = np.where(duties.sends, OUTPATIENT, kind)
    again, days_later = _returns(site, episodes, duties, rng)
    first = np.flatnonzero(duties.treats | duties.sends)
    episode = np.concatenate([first, again])
    kinds = np.concatenate([kind[first], np.full(len(again), OUTPATIENT)])
    begin = _first_days(site, episodes, duties, kind, rng)
    day = np.concatenate([begin[first], episodes.day[again] + days_later])
    return episode, kinds, day, np.arange(len(episode)) >= len(first)


def _first_days(site: Site, episodes: Episodes, duties: Duties, kind: Ints, rng: Rng) -> Ints:
    """Day of each first visit; who was sent to a clinic here comes on one of the days after."""
    sent = np.flatnonzero(duties.ready != NOT_SENT)
    day = episodes.day.copy()
    wait = np.where(kind[sent] == EMERGENCY, 0, 1 + rng.geometric(NEXT_DAYS, len(sent)) - 1)
    day[sent] = (duties.ready[sent] - site.clock.begin) // DAY + wait
    return day


def _by_ambulance(arrival: Ints, ready: Ints, sent: Bools, rng: Rng) -> Ints:
    """Emergencies that another hospital sent arrive as soon as the ambulance has brought them."""
    arrival = arrival.copy()
    rows = np.flatnonzero(sent)
    arrival[rows] = ready[rows] + (rng.uniform(*TRANSPORT_MIN, len(rows)) * MINUTE).astype(np.int64)
    return arrival


def _returns(site: Site, episodes: Episodes, duties: Duties, rng: Rng) -> tuple[Ints, Ints]:
    """Return visits: (episode, days after the first visit or the admission)."""
    share, interval, visits = site.rules.follow_up[episodes.disease].T
    wanted = (rng.random(len(episodes)) < share) & (episodes.setting != EMERGENCY) & duties.follows
    number = np.floor(visits + rng.random(len(episodes))).astype(np.int64) * wanted
    episode, nth = repeat(number)
    gap = interval[episode] * (nth + 1) * rng.uniform(0.85, 1.15, len(episode))
    stay = np.where(episodes.setting == INPATIENT, site.rules.stay[episodes.disease, 0] * 1.3 + 2, 0)[episode]
    return episode, np.maximum(np.round(gap + stay), 1).astype(np.int64)


def _arrivals(site: Site, day: Ints, kind: Ints, department: Ints, rng: Rng) -> Ints:
    """Local seconds of arrival; a clinic that is closed that day sends its patients to its next open day."""
    calendar = site.clock.scenario.calendar
    weekend = np.array([one.weekend for one in site.registry.hospital.departments] + [True])
    last = int(day.max(initial=0)) + 8
    first = int(day.min(initial=0))
    weekday, holiday, _ = site.clock.days(first, last)
    for _ in range(7):
        shut = ((weekday[day - first] >= 5) | holiday[day - first]) & ~weekend[department]  # noqa: PLR2004  # Saturday
        day = np.minimum(day + (shut & (kind == OUTPATIENT)), last - 1)
    hours = np.tile(np.array(calendar.emergency_hours), (len(weekend), 1))
    base = np.array(calendar.outpatient_hours)
    for number, one in enumerate(site.registry.hospital.departments):
        open_hours = (np.arange(24) >= one.opens - 1) & (np.arange(24) < one.closes)
        hours[number] = np.maximum(base, 1e-6) * open_hours
    hour = draw(rng, department, hours)
    return site.clock.begin + day * DAY + hour * HOUR + rng.integers(0, HOUR, len(day))


def _service(site: Site, kind: Ints, department: Ints, severity: Floats, rng: Rng) -> Ints:
    """Seconds with the doctor: lognormal about the department's mean; grave emergencies take longer."""
    minutes = np.array([one.minutes for one in site.registry.hospital.departments] + [EMERGENCY_MINUTES])[department]
    minutes = np.where(kind == EMERGENCY, minutes * (0.6 + severity), minutes)
    factor = np.exp(CONSULTATION_SIGMA * rng.standard_normal(len(kind)) - CONSULTATION_SIGMA**2 / 2)
    return np.asarray(np.maximum(minutes * factor * MINUTE, MINUTE).astype(np.int64))


def _tests(site: Site, episodes: Episodes, who: tuple[Ints, Ints, Bools], rng: Rng) -> Bools:
    """Whether tests are asked for at all; who: (episode, kind, return visit)."""
    episode, kind, returns = who
    disease, setting = episodes.disease[episode], episodes.setting[episode]
    p = chance_of_tests(site.rules)[disease * 3 + np.where(setting == INPATIENT, kind, setting)]
    tests = rng.random(len(kind)) < np.where(returns, TESTED_AGAIN * p, p)
    return np.asarray(tests | ((setting == INPATIENT) & ~returns))


def chance_of_tests(rules: Rules) -> Floats:
    """(3 D,) the chance that at least one panel or image is ordered."""
    none = np.ones(len(rules.repeat_s))
    for items in (rules.panels, rules.imaging):
        none *= _none_of(items, len(none))
    return 1 - none


def _none_of(items: Items, rows: int) -> Floats:
    row = np.repeat(np.arange(rows), np.diff(items.lists.start))
    return np.exp(np.bincount(row, np.log1p(-np.minimum(items.p, 0.999)), minlength=rows))

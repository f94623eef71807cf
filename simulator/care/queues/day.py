"""The queues of a hospital, played for the whole period: when each visit was where."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simulator.arrays import HOUR, Bools, Floats, Ints, Rng
from simulator.care.queues.asked import Asked, Listed, ask
from simulator.care.queues.kernel import play
from simulator.care.queues.layout import LABORATORY, PHARMACY, ROOMS, Layout, lay_out_stations, servers
from simulator.care.queues.records import NONE, Servers
from simulator.care.queues.steps import NO_STEP, Route, route
from simulator.care.queues.ward import Turns, ward_jobs
from simulator.care.site import Site
from simulator.care.visits import Visits
from simulator.resources import Disruption

PHONE_S = 60
"""Seconds to pay by phone: estimate."""
NEVER = -1


@dataclass(frozen=True)
class Plan:
    """What is drawn before the queues are played, so that no queue changes what people want.

    job_visit: the visit that each job of the wards comes from.
    """

    asked: Asked
    route: Route
    layout: Layout
    job_visit: Ints
    servers: Servers


@dataclass(frozen=True)
class Times:
    """Local seconds for each visit (n,), NEVER where it did not happen.

    registered, triaged, seen; asked: tests were asked for; paid, taken (blood), received and loaded (specimens),
    decided (all is said), left; paid_drugs, dispensed. fetches: has drugs to fetch;
    doctor: which of those on duty; begun: (images,) of Asked.
    """

    registered: Ints
    triaged: Ints
    seen: Ints
    doctor: Ints
    asked: Ints
    paid: Ints
    taken: Ints
    received: Ints
    loaded: Ints
    decided: Ints
    left: Ints
    paid_drugs: Ints
    dispensed: Ints
    fetches: Bools
    begun: Ints

    def wide(self) -> "Times":
        """The same with integers of 64 bits, as the rest of care counts."""
        return Times(**{name: getattr(self, name).astype(np.int64) for name in Times.__dataclass_fields__})


def plan_queues(  # noqa: PLR0913, PLR0917  # who comes, with what, and what is out of order
    site: Site, visits: Visits, disease: Ints, person: Ints, disruptions: Sequence[Disruption], rng: Rng
) -> Plan:
    """Draw what everybody will be asked to do, and find out how many counters and rooms that needs."""
    layout = lay_out_stations(site)
    asked = ask(site, visits, disease, person, rng)
    *jobs, job_visit = ward_jobs(site, visits, disease, layout, rng)
    way = route(visits, asked, layout, (jobs[0], jobs[1], jobs[2]), rng)
    staffed = servers(site, layout, _busiest(way, layout.stations), disruptions)
    return Plan(asked, way, layout, job_visit, staffed)


def _busiest(way: Route, stations: int) -> Floats:
    """(stations,) seconds of work in the busiest hour of the fuller days, by the hour at which people come."""
    hour, steps = way.ways.walkers["start"] // HOUR, way.ways.steps
    days = int(hour.max(initial=0)) // 24 + 1
    cell = steps["station"].astype(np.int64) * (days * 24) + hour[steps["walker"]]
    work = np.bincount(cell, steps["service"], minlength=stations * days * 24).reshape(stations, days, 24)
    total = work.sum(axis=2)
    used = total > 0
    full = used & (total >= (total.sum(axis=1) / np.maximum(used.sum(axis=1), 1))[:, None])
    by_hour = (work * full[:, :, None]).sum(axis=1) / np.maximum(full.sum(axis=1), 1)[:, None]
    return np.asarray(by_hour.max(axis=1))


def play_queues(visits: Visits, plan: Plan, comes: Bools) -> tuple[Times, Turns]:
    """Play the visits that come, (n,), with the jobs that the wards send for them."""
    way = plan.route
    way.ways.walkers["comes"][way.place] = np.concatenate([comes, comes[plan.job_visit]])
    play(way.ways, plan.servers)
    stations = [LABORATORY, PHARMACY, *range(ROOMS, plan.layout.doctors)]
    return _times(visits, way), Turns.of(way.ways, plan.servers, stations)


def _at(column: Ints, steps: Ints) -> Ints:
    """The values of these steps, NEVER where there is none."""
    return np.where(steps == NO_STEP, NEVER, column[np.maximum(steps, 0)])


def _over(way: Route, steps: Ints) -> Ints:
    """When these steps were over, NEVER where they never began."""
    begun = _at(way.ways.steps["begun"], steps)
    return np.where(begun == NONE, NEVER, begun + _at(way.ways.steps["service"], steps))


def _times(visits: Visits, way: Route) -> Times:
    begun, joined = way.ways.steps["begun"], way.ways.steps["joined"]
    registered = np.where(way.registration == NO_STEP, visits.arrival, _over(way, way.registration))
    seen = _at(begun, way.doctor)
    consulted = _over(way, way.doctor)
    read = _over(way, way.reading)
    decided = np.where(read == NEVER, consulted, read)
    left = way.ways.walkers["left"][way.place[: len(visits)]]
    left = np.where(left < NONE, NONE - left, left)
    tested, drugs = way.reading != NO_STEP, way.pharmacy != NO_STEP
    paid = np.where(tested & (way.payment == NO_STEP) & (seen >= 0), consulted + PHONE_S, _over(way, way.payment))
    by_phone = drugs & (way.second_payment == NO_STEP) & (decided >= 0)
    return Times(
        registered=registered,
        triaged=_over(way, way.triage),
        seen=seen,
        doctor=_at(way.ways.steps["server"], way.doctor),
        asked=np.where(seen >= 0, seen + (consulted - seen) * 4 // 5, NEVER),
        paid=paid,
        taken=_over(way, way.phlebotomy),
        received=np.where(_at(begun, way.phlebotomy) == NONE, NEVER, _at(joined, way.laboratory)),
        loaded=_at(begun, way.laboratory),
        decided=decided,
        left=left,
        paid_drugs=np.where(by_phone, decided + PHONE_S, _over(way, way.second_payment)),
        dispensed=_over(way, way.pharmacy),
        fetches=drugs,
        begun=begun[way.images],
    )


def results(panels: Listed, times: Times, entry: Ints) -> Ints:
    """When the results of these panels are released, NEVER if they were not done."""
    loaded = times.loaded[panels.visit[entry]]
    return np.where(loaded == NEVER, NEVER, loaded + panels.lag[entry])

"""Ordering: which panels, images and procedures each encounter is given, and when.

Those of visits are as they were played in the queues; those of the wards are drawn now and take their turn in
laboratory and imaging among the others; operations are as the theatres' lists had them.
"""

from dataclasses import replace

import numpy as np

from simulator.arrays import DAY, HOUR, MINUTE, Bools, Ints, Rng, in_order, repeat
from simulator.care.calendar import working_hours
from simulator.care.cases import Cases
from simulator.care.flow import Flow
from simulator.care.orders import IMAGING, LABORATORY, PROCEDURE, Orders
from simulator.care.queues.asked import panel_lag, procedure_seconds, report_lag, room_seconds
from simulator.care.queues.day import NEVER, results
from simulator.care.queues.layout import LABORATORY as ANALYSERS
from simulator.care.queues.ward import collected_by
from simulator.care.rules import EMERGENCY, INPATIENT, Items
from simulator.care.site import Site

CANCELLED = 0.012
"""Share of orders on the wards that are withdrawn: estimate."""
URGENT = 0.25
"""Share of orders marked urgent outside the emergency department in the gravest illness: estimate."""
REPEATED = frozenset(
    {
        "complete_blood_count",
        "crp",
        "procalcitonin",
        "electrolytes",
        "renal_function",
        "liver_function",
        "glucose",
        "blood_gas",
        "coagulation",
        "cardiac_enzymes",
        "troponin",
        "pancreatic_enzymes",
        "lactate",
    }
)
"""Panels that follow the course of an illness; the others are asked for once in a stay."""
AFTER_IMAGE = frozenset(
    {"splint", "closed_reduction_forearm", "joint_reduction", "nasal_fracture_reduction", "traction"}
)
"""Procedures of a visit that wait for what the images show."""
AGAIN_AFTER = 6 * HOUR
"""Nobody repeats an image that is so new, save for electrocardiograms: estimate."""
STEPS_AT_MOST = 60
"""How often a step of a pathway recurs in one stay, at most."""
GOING = 2 * MINUTE
"""From the end of a procedure until the patient has left: estimate."""
NOTICE = 3 * HOUR
"""From the order of an operation until it begins, if the stay is long enough."""


def place_orders(site: Site, cases: Cases, flow: Flow, rng: Rng) -> Orders:
    """All orders, ordered by case and time: those of visits as they were played, those of the wards drawn now."""
    made = Orders.joined(
        [
            *_at_visits(site, cases, flow, rng),
            _laboratory(site, cases, flow, rng),
            _imaging(site, cases, flow, rng),
            _procedures(site, cases, rng),
            _operations(cases, flow, rng),
        ]
    )
    kept = np.flatnonzero((made.ordered < site.clock.end) & (made.ordered < cases.end[made.case]))
    made = made.take(kept[in_order(made.case[kept], made.ordered[kept])])
    case, end = made.case, cases.end[made.case]
    prolongs = _prolongs(cases, case, made.kind)
    ward = cases.kind[case] == INPATIENT
    cancelled = made.cancelled | (ward & (rng.random(len(case)) < CANCELLED))
    overtaken = (made.done >= end) & (end < site.clock.end) & ~prolongs
    ended = np.where(prolongs, made.ended, np.minimum(made.ended, np.maximum(end - MINUTE, made.done + MINUTE)))
    return replace(
        made, ended=np.where(made.kind == PROCEDURE, ended, made.done), cancelled=np.asarray(cancelled | overtaken)
    )


def _prolongs(cases: Cases, case: Ints, kind: Ints) -> Bools:
    """Orders for which a patient who goes home stays until they are over: procedures of a visit."""
    return np.asarray((kind == PROCEDURE) & (cases.kind[case] != INPATIENT) & ~cases.died[case])


def stay_for_procedures(cases: Cases, orders: Orders) -> tuple[Cases, Orders]:
    """The same, in which a visit ends only once its procedures are over.

    Nobody stays beyond their own next registration: a procedure that would last longer is cancelled.
    """
    prolongs = _prolongs(cases, orders.case, orders.kind)
    until = np.maximum(cases.again, cases.end)[orders.case]
    cancelled = orders.cancelled | (prolongs & (orders.ended + GOING > until))
    rows = np.flatnonzero(prolongs & ~cancelled)
    end = cases.end.copy()
    np.maximum.at(end, orders.case[rows], orders.ended[rows] + GOING)
    return replace(cases, end=end), replace(orders, cancelled=cancelled)


def _seen(cases: Cases, *, stays: bool) -> Ints:
    """The stays, or the visits, in which somebody was seen."""
    return np.flatnonzero((cases.seen >= 0) & ((cases.kind == INPATIENT) == stays))


def _urgent(cases: Cases, case: Ints, rng: Rng) -> Bools:
    grave = rng.random(len(case)) < URGENT * cases.severity[case]
    return np.asarray((cases.kind[case] == EMERGENCY) | grave)


def _at_visits(site: Site, cases: Cases, flow: Flow, rng: Rng) -> list[Orders]:
    """Panels and images of visits; those whose turn did not come are cancelled."""
    rows, times, asked = _seen(cases, stays=False), flow.times, flow.asked
    visit = cases.visit[rows]
    row, entry = asked.panels.of_visits(visit)
    case, mine, ordered = rows[row], visit[row], times.asked[visit[row]]
    panels = Orders.of_kind(
        LABORATORY,
        case,
        asked.panels.item[entry].astype(np.int64),
        ordered,
        np.maximum(times.taken[mine], ordered),
        urgent=_urgent(cases, case, rng),
        cancelled=times.taken[mine] == NEVER,
        paid=times.paid[mine],
        received=times.received[mine],
        resulted=results(asked.panels, times, entry),
    )
    row, entry = asked.images.of_visits(visit)
    case, mine, ordered = rows[row], visit[row], times.asked[visit[row]]
    begun = times.begun[entry].astype(np.int64)
    images = Orders.of_kind(
        IMAGING,
        case,
        asked.images.item[entry].astype(np.int64),
        ordered,
        np.maximum(begun, ordered),
        urgent=_urgent(cases, case, rng),
        cancelled=begun == NEVER,
        paid=times.paid[mine],
        resulted=begun + asked.images.service[entry] + asked.images.lag[entry],
    )
    return [panels, images, _small_procedures(site, cases, flow, rows[~cases.admits[rows]], rng)]


def _small_procedures(site: Site, cases: Cases, flow: Flow, rows: Ints, rng: Rng) -> Orders:
    """Procedures of the visits `rows`, between the doctor's first look and the decision."""
    asked = flow.asked.procedures
    row, entry = asked.of_visits(cases.visit[rows])
    case = rows[row]
    room = np.maximum(cases.decided[case] - cases.seen[case], 10 * MINUTE)
    begin = cases.seen[case] + room * asked.lag[entry] // 1000
    sees = np.array([name in AFTER_IMAGE for name in site.knowledge.procedures])[asked.item[entry]]
    begin = np.where(sees, np.maximum(begin, cases.decided[case] - 2 * MINUTE), begin)
    ordered = np.maximum(begin - 4 * MINUTE, cases.seen[case])
    begin = np.maximum(begin, ordered + 2 * MINUTE)
    ended = begin + asked.service[entry]
    item = asked.item[entry].astype(np.int64)
    return Orders.of_kind(PROCEDURE, case, item, ordered, begin, ended=ended, urgent=_urgent(cases, case, rng))


def _first_hours(cases: Cases, case: Ints, rng: Rng) -> tuple[Ints, Ints]:
    """(ordered, done) of tests at the beginning of a stay."""
    n = len(case)
    ordered = cases.seen[case] + (rng.uniform(5, 50, n) * MINUTE).astype(np.int64)
    return ordered, ordered + (rng.uniform(10, 90, n) * MINUTE).astype(np.int64) + MINUTE


def _drawn(items: Items, cases: Cases, rows: Ints, rng: Rng) -> tuple[Ints, Ints]:
    """(case, entry of `items`) for the cases `rows`."""
    row, at = items.drawn(cases.disease[rows] * 3 + cases.kind[rows], np.ones(len(rows)), rng)
    return rows[row], at


def _on_pathway(cases: Cases, case: Ints, at: Ints, items: Items, rng: Rng) -> tuple[Ints, Ints, Ints]:
    """Steps of pathways among the entries `at` of the stays `case`: (row, local seconds asked for, wanted).

    A step recurs until the patient leaves; what would come too late is not done at all.
    """
    rows = np.flatnonzero(~np.isnan(items.at_s[at]))
    begin, end = cases.admitted[case[rows]], cases.end[case[rows]]
    first = begin + (items.at_s[at[rows]] * rng.uniform(0.9, 1.15, len(rows))).astype(np.int64)
    every = np.nan_to_num(items.every_s[at[rows]], nan=0.0).astype(np.int64)
    more = np.where(every > 0, np.maximum(end - HOUR - first, 0) // np.maximum(every, HOUR), 0)
    row, nth = repeat(1 + np.minimum(more, STEPS_AT_MOST))
    due = first[row] + nth * every[row] + rng.integers(0, 10 * MINUTE, len(row))
    seen = cases.seen[case[rows[row]]]
    asked = np.maximum(due - rng.integers(10 * MINUTE, 45 * MINUTE, len(row)), seen + 2 * MINUTE)
    wanted = np.maximum(due, asked + 2 * MINUTE)
    kept = wanted < end[row] - 10 * MINUTE
    return rows[row[kept]], asked[kept], wanted[kept]


def _laboratory(site: Site, cases: Cases, flow: Flow, rng: Rng) -> Orders:
    """Panels of stays: at the beginning, and in the mornings as often as the illness asks for."""
    case, at = _drawn(site.rules.panels, cases, _seen(cases, stays=True), rng)
    item = site.rules.panels.lists.items[at]
    ordered, collected = _first_hours(cases, case, rng)
    every = site.rules.repeat_s[cases.disease[case] * 3 + INPATIENT]
    length = np.minimum(cases.end[case], cases.admitted[case] + 60 * DAY) - cases.admitted[case]
    changing = np.array([name in REPEATED for name in site.knowledge.panels])[item]
    again = np.where(changing & (every > 0), length // np.maximum(every, HOUR), 0).astype(np.int64)
    again = np.minimum(again, 30) * (rng.random(len(case)) < 0.75)  # noqa: PLR2004  # not every panel is repeated: estimate
    own = ~np.isnan(site.rules.panels.at_s[at])
    again = np.where(own, 0, again)
    row, nth = repeat(again)
    day = cases.admitted[case[row]] // DAY + np.ceil((nth + 1) * every[row] / DAY).astype(np.int64)
    morning = day * DAY + 6 * HOUR + rng.integers(0, 75 * MINUTE, len(row))
    asked = morning - 14 * HOUR + rng.integers(0, 3 * HOUR, len(row))
    asked = np.maximum(asked, cases.admitted[case[row]] + HOUR)
    morning = np.maximum(morning, asked + 5 * MINUTE)
    step, told, due = _on_pathway(cases, case, at, site.rules.panels, rng)
    usual = np.flatnonzero(~own)
    case, item = (np.concatenate([column[usual], column[row], column[step]]) for column in (case, item))
    return ward_panels(
        site,
        flow,
        (case, item, np.concatenate([ordered[usual], asked, told]), np.concatenate([collected[usual], morning, due])),
        _urgent(cases, case, rng),
        rng,
    )


def ward_panels(site: Site, flow: Flow, what: tuple[Ints, Ints, Ints, Ints], urgent: Bools, rng: Rng) -> Orders:
    """Panels of stays (case, item, ordered, collected), which take their turn in the laboratory."""
    case, item, ordered, collected = what
    received = collected_by(collected, urgent, rng)
    loaded = flow.turns.begin(np.full(len(case), ANALYSERS), received, urgent)
    resulted = loaded + panel_lag(site, item, urgent, rng)
    return Orders.of_kind(
        LABORATORY, case, item, ordered, collected, urgent=urgent, received=received, resulted=resulted
    )


def _imaging(site: Site, cases: Cases, flow: Flow, rng: Rng) -> Orders:
    """Images of stays, which take their turn in the rooms; what the visit before has shown is not repeated at once."""
    case, at = _drawn(site.rules.imaging, cases, _seen(cases, stays=True), rng)
    new = ~_just_seen(site, cases, flow, case, at)
    case, at = case[new], at[new]
    item = site.rules.imaging.lists.items[at]
    ordered, wanted = _first_hours(cases, case, rng)
    wanted += rng.exponential(9 * HOUR, len(case)).astype(np.int64)
    wanted = working_hours(wanted, rng.random(len(case)) < 0.8)  # noqa: PLR2004  # the others do not wait: estimate
    step, told, due = _on_pathway(cases, case, at, site.rules.imaging, rng)
    usual = np.flatnonzero(np.isnan(site.rules.imaging.at_s[at]))
    case, item = (np.concatenate([column[usual], column[step]]) for column in (case, item))
    ordered, wanted = np.concatenate([ordered[usual], told]), np.concatenate([wanted[usual], due])
    urgent = _urgent(cases, case, rng)
    begun = flow.turns.begin(flow.modality[item], wanted, urgent)
    resulted = begun + room_seconds(site, item, rng) + report_lag(site, item, urgent, rng)
    return Orders.of_kind(IMAGING, case, item, ordered, begun, urgent=urgent, resulted=resulted)


def _just_seen(site: Site, cases: Cases, flow: Flow, case: Ints, at: Ints) -> Bools:
    """Which first images (case, entry of the rules) of stays the visit that led there has had within hours before."""
    kinds = len(site.knowledge.imaging)
    visit = flow.admission_visit[cases.admission[case]]
    row, entry = flow.asked.images.of_visits(visit)
    done = flow.times.begun[entry] != NEVER
    seen = np.unique((case[row] * kinds + flow.asked.images.item[entry])[done])
    item, first = site.rules.imaging.lists.items[at], np.nan_to_num(site.rules.imaging.at_s[at], nan=0.0)
    lasts = np.array([one.modality != "ECG" for one in site.knowledge.imaging.values()])[item]
    soon = (first < AGAIN_AFTER) & (cases.admitted[case] - flow.times.decided[visit] < AGAIN_AFTER)
    return np.asarray(lasts & soon & np.isin(case * kinds + item, seen))


def _procedures(site: Site, cases: Cases, rng: Rng) -> Orders:
    """What is done on the wards outside the theatre."""
    rows = _seen(cases, stays=True)
    case, at = _drawn(site.rules.procedures, cases, rows[~cases.returns[rows]], rng)
    item = site.rules.procedures.lists.items[at]
    outside = np.flatnonzero(~np.array([one.theatre for one in site.knowledge.procedures.values()], bool)[item])
    case, item, at = case[outside], item[outside], at[outside]
    step, told, due = _on_pathway(cases, case, at, site.rules.procedures, rng)
    usual = np.flatnonzero(np.isnan(site.rules.procedures.at_s[at]))
    planned, case, item = (case[step], item[step]), case[usual], item[usual]
    wanted = cases.seen[case] + rng.uniform(2, 40, len(case)) * HOUR
    last = np.minimum(cases.admitted[case] + 0.7 * (cases.end[case] - cases.admitted[case]), cases.end[case] - 4 * HOUR)
    begin: Ints = np.minimum(wanted, last).astype(np.int64)
    ordered = np.maximum(begin - NOTICE, cases.seen[case] + 10 * MINUTE)
    begin = np.maximum(begin, ordered + 2 * MINUTE)
    case, item = np.concatenate([case, planned[0]]), np.concatenate([item, planned[1]])
    ordered, begin = np.concatenate([ordered, told]), np.concatenate([begin, due])
    ended = begin + procedure_seconds(site, item, rng)
    return Orders.of_kind(PROCEDURE, case, item, ordered, begin, ended=ended, urgent=_urgent(cases, case, rng))


def _operations(cases: Cases, flow: Flow, rng: Rng) -> Orders:
    """Operations of stays as the lists had them; those whose turn did not come are cancelled."""
    rows = _seen(cases, stays=True)
    planned, made = flow.operations, flow.operated
    wish = flow.wish[cases.admission[rows]]
    first = np.searchsorted(planned.who, wish)
    row, nth = repeat(np.searchsorted(planned.who, wish, side="right") - first)
    case, entry = rows[row], first[row] + nth
    began = made.began[entry]
    never = began == NEVER
    earliest = cases.seen[case] + 10 * MINUTE
    begin = np.where(never, earliest + NOTICE, began)
    ordered = np.minimum(np.maximum(begin - NOTICE, earliest), begin - 2 * MINUTE)
    return Orders.of_kind(
        PROCEDURE,
        case,
        planned.item[entry],
        ordered,
        begin,
        ended=begin + planned.taken[entry],
        cancelled=never,
        urgent=planned.urgent[entry] | _urgent(cases, case, rng),
        theatre=made.theatre[entry],
        postponed=made.struck[entry],
    )

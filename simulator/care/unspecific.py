"""What is left of a disease's usual cost: materials, treatment items and herbal medicine that no order names.

Hospitals charge hundreds of such items; a few stand for them all, so that the totals of a disease come out right.
"""

import numpy as np

from simulator.arrays import DAY, HOUR, MINUTE, Floats, Ints, Rng, repeat
from simulator.care.cases import Cases
from simulator.care.lines import Lines
from simulator.care.orders import PROCEDURE, Orders
from simulator.care.rules import INPATIENT
from simulator.care.site import Site

AT_SURGERY = 0.6
"""Share of what is left that goes into implants and materials if there was an operation: estimate."""
VISIT_ITEMS = {"herbal_decoction": 14, "physiotherapy": 5, "treatment": 4, "consumables": 3}
"""What a visit may be charged besides orders, the most of each, in order of preference."""
WANTED = 0.6
"""Share of visits at which each of them is considered: estimate."""
WARD_ITEMS = {"proprietary_medicine": 0.32, "herbal_decoction": 0.06, "treatment": 0.35, "consumables": 0.27}
"""How what is left of a stay's cost is shared out, for items that have a price: estimate."""
MOST_A_DAY = 12
BY_BURDEN = np.array([0.94, 1.12, 1.5])
"""Cost of a stay without complications and comorbidities, with some, with major ones, beside the usual: estimate."""


def unspecific(site: Site, cases: Cases, orders: Orders, sofar: Lines, rng: Rng) -> list[Lines]:
    """Lines that bring each encounter near the usual cost of its disease and setting."""
    itemised = np.bincount(sofar.case, sofar.quantity * site.prices.fen[sofar.item], minlength=len(cases))
    left = np.maximum(_usual_cost(site, cases, rng) * 100 - itemised, 0)
    seen = (cases.seen >= 0) & (cases.decided < site.clock.end)
    operated = _operations(site, cases, orders, left * seen)
    left = left - np.bincount(operated.case, operated.quantity * site.prices.fen[operated.item], minlength=len(cases))
    stays = np.flatnonzero(seen & (cases.kind == INPATIENT))
    visits = np.flatnonzero(seen & (cases.kind != INPATIENT))
    return [operated, _by_day(site, cases, stays, left[stays], rng), *_at_visit(site, cases, visits, left[visits], rng)]


def theatre(site: Site, orders: Orders, rows: Ints) -> Ints:
    """The orders among `rows` that were done in the operating theatre."""
    inside = np.array([one.theatre for one in site.knowledge.procedures.values()], bool)
    return np.asarray(rows[inside[orders.item[rows]]])


def _operations(site: Site, cases: Cases, orders: Orders, left: Floats) -> Lines:
    rows = theatre(site, orders, orders.of(PROCEDURE, site.clock))
    rows = rows[np.unique(orders.case[rows], return_index=True)[1]]
    rows = rows[cases.kind[orders.case[rows]] == INPATIENT]
    implant = "surgical_implant" if site.prices.has("surgical_implant") else "consumables_surgery"
    item = site.prices.tariff(implant)
    quantity = np.floor(left[orders.case[rows]] * AT_SURGERY / site.prices.fen[item]).astype(np.int64)
    return Lines(orders.case[rows], np.full(len(rows), item), quantity, orders.done[rows], site.ids("order", rows))


def _by_day(site: Site, cases: Cases, rows: Ints, left: Floats, rng: Rng) -> Lines:
    """Treatment and materials in equal parts, day by day."""
    first = cases.admitted[rows] // DAY
    days = np.maximum(np.minimum(cases.end[rows], site.clock.end) // DAY - first, 1)
    known = {name: share for name, share in WARD_ITEMS.items() if site.prices.has(name)}
    row, nth = repeat(np.tile(days, len(known)))
    which, who = row // max(len(rows), 1), row % max(len(rows), 1)
    item = np.array([site.prices.tariff(name) for name in known])[which]
    share = np.array(list(known.values()))[which] / sum(known.values())
    wanted = share * left[who] / days[who] / site.prices.fen[item]
    quantity = np.minimum(np.floor(wanted + rng.random(len(row))), MOST_A_DAY).astype(np.int64)
    case = rows[who]
    at = np.maximum((first[who] + nth) * DAY + 17 * HOUR, cases.admitted[case])
    at = np.maximum(np.minimum(at, cases.end[case] - MINUTE), cases.admitted[case])
    return Lines(case, item, quantity, at, site.ids("encounter", case))


def _at_visit(site: Site, cases: Cases, rows: Ints, left: Floats, rng: Rng) -> list[Lines]:
    """Each kind of item in turn, as much of it as fits into what is left."""
    lines = []
    for name, most in VISIT_ITEMS.items():
        if not site.prices.has(name):
            continue
        item = site.prices.tariff(name)
        wanted = rng.random(len(rows)) < WANTED
        quantity = np.minimum(np.floor(left / site.prices.fen[item] + rng.uniform(0, 0.5, len(rows))), most) * wanted
        left = left - quantity * site.prices.fen[item]
        at = np.maximum(cases.decided[rows] - MINUTE, cases.seen[rows])
        cause = site.ids("encounter", rows)
        lines.append(Lines(rows, np.full(len(rows), item), quantity.astype(np.int64), at, cause))
    return lines


def _usual_cost(site: Site, cases: Cases, rng: Rng) -> Floats:
    """CNY that this disease in this setting costs, lognormal; a stay in proportion to its length so far."""
    median, sigma = site.rules.cost[cases.disease * 3 + cases.kind].T
    demand = site.clock.scenario.demand
    of_visits = demand.visit_cost_factor.value
    if demand.primary is not None and site.registry.hospital.level == "primary":
        of_visits = demand.primary.visit_cost_factor.value
    factor = np.where(cases.kind == INPATIENT, demand.stay_cost_factor.value, of_visits)
    cost = factor * median * np.exp(sigma * rng.standard_normal(len(cases)))
    days = (np.minimum(cases.end, site.clock.end) - cases.admitted) / DAY
    length = np.clip(days / site.rules.stay[cases.disease, 0], 0.1, 6) ** 0.8
    return np.asarray(np.where(cases.kind == INPATIENT, cost * length * BY_BURDEN[cases.burden], cost))

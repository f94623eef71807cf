"""Itemised charges: every priced thing that was done, each with what caused it; amounts add up."""

import numpy as np
import polars as pl

from simulator.arrays import DAY, HOUR, MINUTE, Ints, Rng, enum, in_order, repeat, words
from simulator.care.cases import Cases
from simulator.care.drugs import Prescribed
from simulator.care.encounters import moments
from simulator.care.lines import Lines, join
from simulator.care.orders import LABORATORY, PROCEDURE, Orders
from simulator.care.pricelist import CATEGORIES
from simulator.care.rules import EMERGENCY, INPATIENT
from simulator.care.site import Site
from simulator.care.unspecific import theatre, unspecific

USUAL_ICU_DAYS = 3
"""Days in intensive care that are priced as such: estimate."""
NURSING_CUTS = np.array([0.4, 0.7])
"""1 - severity below which nursing is of level 1, of level 2: estimate."""


def charge(site: Site, cases: Cases, orders: Orders, doses: tuple[Prescribed, Ints], rng: Rng) -> Lines:
    """All charge lines, ordered by case and time; `doses`: the drug orders and how many doses of each were given."""
    made, given = doses
    parts = [
        _registration(site, cases),
        _days(site, cases),
        *_orders(site, orders),
        _blood(site, orders),
        *_drugs(site, cases, made, given),
    ]
    parts.extend(unspecific(site, cases, orders, join(parts), rng))
    lines = join(parts)
    kept = np.flatnonzero((lines.at < site.clock.end) & (lines.quantity > 0))
    kept = kept[in_order(lines.case[kept], lines.at[kept])]
    return lines.take(kept)


def _registration(site: Site, cases: Cases) -> Lines:
    rows = np.flatnonzero((cases.kind != INPATIENT) & (cases.registered < site.clock.end))
    price = site.prices.tariff
    item = np.where(cases.kind[rows] == EMERGENCY, price("registration_emergency"), price("registration"))
    return Lines.each(rows, item, cases.registered[rows], site.ids("encounter", rows))


def _days(site: Site, cases: Cases) -> Lines:
    """Bed, ward doctor, nursing and monitoring for each calendar day that began in bed, or the day of arrival."""
    stay = np.flatnonzero((cases.kind == INPATIENT) & (cases.admitted >= 0) & (cases.admitted < site.clock.end))
    first, last = cases.admitted[stay] // DAY, np.minimum(cases.end[stay], site.clock.end) // DAY
    row, nth = repeat(np.maximum(last - first, 1))
    case, price = stay[row], site.prices.tariff
    icu = (cases.intensive[case] > 0) & (nth < USUAL_ICU_DAYS)
    level = np.searchsorted(NURSING_CUTS, 1 - cases.severity[case])
    nursing = np.array([price(f"nursing_{n}") for n in (1, 2, 3)])[level]
    nursing = np.where(icu, price("nursing_special"), nursing)
    bed = np.where(icu, price("bed_day_icu"), price("bed_day"))
    watched = np.flatnonzero(icu | (level == 0))
    at = np.maximum((first[row] + nth) * DAY + 23 * HOUR + 30 * MINUTE, cases.admitted[case])
    at = np.minimum(at, np.maximum(cases.end[case] - MINUTE, cases.admitted[case]))
    item = [
        bed,
        nursing,
        np.full(len(case), price("inpatient_consultation")),
        np.full(len(watched), price("monitoring")),
    ]
    who = np.concatenate([np.tile(case, 3), case[watched]])
    return Lines.each(
        who, np.concatenate(item), np.concatenate([np.tile(at, 3), at[watched]]), site.ids("encounter", who)
    )


def _orders(site: Site, orders: Orders) -> list[Lines]:
    """Panels, images and procedures that were done, with anaesthesia and materials of the theatre."""
    rows = np.flatnonzero(~orders.cancelled & (orders.done < site.clock.end))
    begin = np.array([site.prices.at["panel"], site.prices.at["imaging"], site.prices.at["procedure"]])
    item = begin[orders.kind[rows]] + orders.item[rows]
    catalogue = list(site.knowledge.procedures.values())
    sleep = [
        -1 if one.anaesthesia == "none" else site.prices.tariff(f"anaesthesia_{one.anaesthesia}") for one in catalogue
    ]
    surgery = rows[orders.kind[rows] == PROCEDURE]
    asleep = np.array(sleep)[orders.item[surgery]]
    inside = theatre(site, orders, surgery)
    return [
        Lines.each(orders.case[rows], item, orders.done[rows], site.ids("order", rows)),
        _at_surgery(site, orders, surgery[asleep >= 0], asleep[asleep >= 0]),
        _at_surgery(site, orders, inside, np.full(len(inside), site.prices.tariff("consumables_surgery"))),
    ]


def _at_surgery(site: Site, orders: Orders, rows: Ints, item: Ints) -> Lines:
    return Lines.each(orders.case[rows], item, orders.done[rows], site.ids("order", rows))


def _blood(site: Site, orders: Orders) -> Lines:
    """One venepuncture for all tubes taken at one time."""
    rows = orders.of(LABORATORY, site.clock)
    tests = list(site.knowledge.laboratory.values())
    blood = np.array([tests[n].specimen == "blood" for n in site.assay.panels.items[site.assay.panels.start[:-1]]])
    rows = rows[blood[orders.item[rows]]]
    together = orders.case[rows] * (site.clock.end // HOUR + 1) + orders.done[rows] // HOUR
    rows = rows[np.unique(together, return_index=True)[1]]
    item = np.full(len(rows), site.prices.tariff("venepuncture"))
    return Lines.each(orders.case[rows], item, orders.done[rows], site.ids("order", rows))


def _drugs(site: Site, cases: Cases, made: Prescribed, given: Ints) -> list[Lines]:
    """What was dispensed, on the wards the doses given; infusions and injections with what they need."""
    quantity = np.where(made.kind == INPATIENT, given, np.where(made.unfetched, 0, made.doses))
    leaving = np.minimum(made.ends, np.minimum(cases.end[made.case], site.clock.end)) - MINUTE
    at = np.maximum(np.where(made.kind == INPATIENT, leaving, made.ordered), made.ordered)
    cause = site.ids("medication_order", np.arange(len(made.case)))
    route = np.array([one.route for one in site.knowledge.drugs.values()])[made.drug]
    lines = [Lines(made.case, site.prices.at["drug"] + made.drug, quantity, at, cause)]
    here = (made.kind == INPATIENT) | (made.kind == EMERGENCY)
    for routes, items in ((("iv",), ("infusion", "infusion_set")), (("im", "sc"), ("injection",))):
        rows = np.flatnonzero(np.isin(route, routes) & (here | (routes == ("iv",))))
        for name in items:
            item = np.full(len(rows), site.prices.tariff(name))
            lines.append(Lines(made.case[rows], item, quantity[rows], at[rows], cause[rows]))
    return lines


def charge_table(site: Site, cases: Cases, lines: Lines) -> pl.DataFrame:
    """The charge table; money is counted in fen and written in yuan."""
    n = len(lines.case)
    fen = site.prices.fen[lines.item]
    return pl.DataFrame(
        {
            "charge_id": site.ids("charge", np.arange(n)),
            "encounter_id": site.ids("encounter", lines.case),
            "patient_id": cases.patient_id[lines.case],
            "category": enum(site.prices.category[lines.item], CATEGORIES),
            "code": words(lines.item, site.prices.codes),
            "name_zh": words(lines.item, site.prices.zh),
            "name_en": words(lines.item, site.prices.en),
            "quantity": lines.quantity.astype(np.int32),
            "unit_price": fen / 100,
            "amount": lines.quantity * fen / 100,
            "charged_at": moments(site.clock, lines.at),
            "cause_id": lines.cause,
        },
    )

"""Itemised charges and settlements: every priced thing that was done, each with what caused it; amounts add up."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from simulator.arrays import DAY, HOUR, MINUTE, Floats, Ints, Rng, enum, repeat, words
from simulator.care.calendar import Clock
from simulator.care.cases import Cases
from simulator.care.drugs import Prescribed
from simulator.care.encounters import moments, row_ids
from simulator.care.orders import IMAGING, LABORATORY, PROCEDURE, Orders
from simulator.care.rules import EMERGENCY, INPATIENT, OUTPATIENT, Rules
from simulator.knowledge import Knowledge
from simulator.schema import values
from simulator.world.registry import Registry

CATEGORIES = tuple(values.CHARGE_CATEGORY)
BASKET = {OUTPATIENT: 4, EMERGENCY: 8}
"""The most of one unspecific item that a single visit is charged."""
COVERED = {"outpatient": (0.0, 0.52), "emergency": (0.0, 0.52), "inpatient": (400.0, 0.72)}
"""Deductible (CNY) and share that the insurance pays, by setting: estimate of a county's terms."""


@dataclass(frozen=True)
class PriceList:
    """Everything that has a price: code, names, category and price in fen; `at` is where each catalogue begins."""

    codes: list[str]
    zh: list[str]
    en: list[str]
    category: Ints
    fen: Ints
    at: dict[str, int]

    def tariff(self, name: str) -> int:
        """Position of a tariff."""
        return self.codes.index(name)


@dataclass(frozen=True)
class Lines:
    """Charge lines (n,): case, price-list position, quantity, local seconds, id of the cause."""

    case: Ints
    item: Ints
    quantity: Ints
    at: Ints
    cause: Ints


TARIFF_CATEGORY = {
    "registration": "registration",
    "inpatient_consultation": "registration",
    "bed": "bed",
    "nursing": "nursing",
    "consumables": "consumable",
    "infusion_set": "consumable",
    "anaesthesia": "procedure",
}


def price_list(knowledge: Knowledge) -> PriceList:
    """Tariffs, panels, images, procedures and drugs in one list."""
    parts = {
        "tariff": [(one, _tariff_category(one.id)) for one in knowledge.tariffs.values()],
        "panel": [(one, "laboratory") for one in knowledge.panels.values()],
        "imaging": [(one, "imaging") for one in knowledge.imaging.values()],
        "procedure": [
            (one, "treatment" if one.kind == "bedside" else "procedure") for one in knowledge.procedures.values()
        ],
        "drug": [(one, "drug") for one in knowledge.drugs.values()],
    }
    start = np.cumsum([0, *(len(part) for part in parts.values())])
    every = [entry for part in parts.values() for entry in part]
    return PriceList(
        codes=[one.id for one, _ in every],
        zh=[one.zh for one, _ in every],
        en=[one.en for one, _ in every],
        category=np.array([CATEGORIES.index(category) for _, category in every]),
        fen=np.array([round(one.price * 100) for one, _ in every]),
        at={name: int(start[n]) for n, name in enumerate(parts)},
    )


def _tariff_category(name: str) -> str:
    for prefix, category in TARIFF_CATEGORY.items():
        if name.startswith(prefix):
            return category
    return "treatment"


def charge(
    cases: Cases,
    orders: Orders,
    made: Prescribed,
    given: Ints,
    rules: Rules,
    knowledge: Knowledge,
    prices: PriceList,
    registry: Registry,
    clock: Clock,
    rng: Rng,
) -> Lines:
    """All charge lines, ordered by case and time; `given` counts the doses given of each drug order on the wards."""
    parts = [
        _registration(cases, prices, registry, clock),
        _days(cases, prices, registry, clock),
        *_orders(cases, orders, knowledge, prices, registry, clock),
        _drugs(cases, made, given, prices, registry, clock),
    ]
    parts.append(_unspecific(cases, _join(parts), rules, prices, registry, clock, rng))
    lines = _join(parts)
    kept = np.flatnonzero((lines.at < clock.end) & (lines.quantity > 0))
    kept = kept[np.lexsort((lines.at[kept], lines.case[kept]))]
    return Lines(*(getattr(lines, name)[kept] for name in Lines.__dataclass_fields__))


def _join(parts: list[Lines]) -> Lines:
    return Lines(*(np.concatenate([getattr(part, name) for part in parts]) for name in Lines.__dataclass_fields__))


def _registration(cases: Cases, prices: PriceList, registry: Registry, clock: Clock) -> Lines:
    rows = np.flatnonzero((cases.kind != INPATIENT) & (cases.registered < clock.end))
    item = np.where(
        cases.kind[rows] == EMERGENCY, prices.tariff("registration_emergency"), prices.tariff("registration")
    )
    return Lines(
        rows, item, np.ones(len(rows), np.int64), cases.registered[rows], row_ids("encounter", registry.number, rows)
    )


def _days(cases: Cases, prices: PriceList, registry: Registry, clock: Clock) -> Lines:
    """Bed, ward doctor and nursing for each calendar day on which the patient lay in a bed at midnight or arrived."""
    stay = np.flatnonzero((cases.kind == INPATIENT) & (cases.admitted >= 0) & (cases.admitted < clock.end))
    first, last = cases.admitted[stay] // DAY, np.minimum(cases.end[stay], clock.end) // DAY
    row, nth = repeat(np.maximum(last - first, 1))
    case = stay[row]
    icu = (cases.intensive[case] > 0) & (nth < 3)  # noqa: PLR2004  # the usual days of intensive care
    level = np.where(cases.severity[case] > 0.6, 0, np.where(cases.severity[case] > 0.3, 1, 2))  # noqa: PLR2004  # nursing levels
    nursing = np.array([prices.tariff(f"nursing_{n}") for n in (1, 2, 3)])[level]
    bed = np.where(icu, prices.tariff("bed_day_icu"), prices.tariff("bed_day"))
    nursing = np.where(icu, prices.tariff("nursing_special"), nursing)
    doctor = np.full(len(case), prices.tariff("inpatient_consultation"))
    at = np.maximum((first[row] + nth) * DAY + 23 * HOUR + 30 * MINUTE, cases.admitted[case])
    at = np.minimum(at, np.maximum(cases.end[case] - MINUTE, cases.admitted[case]))
    three = np.tile(case, 3)
    cause = row_ids("encounter", registry.number, three)
    return Lines(three, np.concatenate([bed, nursing, doctor]), np.ones(len(three), np.int64), np.tile(at, 3), cause)


def _orders(
    cases: Cases, orders: Orders, knowledge: Knowledge, prices: PriceList, registry: Registry, clock: Clock
) -> list[Lines]:
    rows = np.flatnonzero(~orders.cancelled & (orders.done < clock.end))
    begin = np.array([prices.at["panel"], prices.at["imaging"], prices.at["procedure"]])
    item = begin[orders.kind[rows]] + orders.item[rows]
    cause = row_ids("order", registry.number, rows)
    main = Lines(orders.case[rows], item, np.ones(len(rows), np.int64), orders.done[rows], cause)
    surgery = rows[orders.kind[rows] == PROCEDURE]
    catalogue = list(knowledge.procedures.values())
    sleep = np.array(
        [-1 if one.anaesthesia == "none" else prices.tariff(f"anaesthesia_{one.anaesthesia}") for one in catalogue]
    )
    theatre = np.array([one.theatre for one in catalogue], bool)
    asleep, inside = surgery[sleep[orders.item[surgery]] >= 0], surgery[theatre[orders.item[surgery]]]
    extra_rows = np.concatenate([asleep, inside])
    extra_item = np.concatenate(
        [sleep[orders.item[asleep]], np.full(len(inside), prices.tariff("consumables_surgery"))]
    )
    del cases
    extra = Lines(
        orders.case[extra_rows],
        extra_item,
        np.ones(len(extra_rows), np.int64),
        orders.done[extra_rows],
        row_ids("order", registry.number, extra_rows),
    )
    return [main, extra]


def _drugs(cases: Cases, made: Prescribed, given: Ints, prices: PriceList, registry: Registry, clock: Clock) -> Lines:
    """What was dispensed; on the wards the doses given."""
    rows = np.arange(len(made.case))
    quantity = np.where(made.kind == INPATIENT, given, made.doses)
    at = np.where(
        made.kind == INPATIENT,
        np.minimum(made.ends, np.minimum(cases.end[made.case], clock.end)) - MINUTE,
        made.ordered,
    )
    at = np.maximum(at, made.ordered)
    return Lines(
        made.case, prices.at["drug"] + made.drug, quantity, at, row_ids("medication_order", registry.number, rows)
    )


def _unspecific(
    cases: Cases, sofar: Lines, rules: Rules, prices: PriceList, registry: Registry, clock: Clock, rng: Rng
) -> Lines:
    """Treatment items and disposable materials: what is left of the disease's usual cost, day by day."""
    rows = np.flatnonzero((cases.seen >= 0) & (cases.decided < clock.end))
    itemised = np.bincount(sofar.case, sofar.quantity * prices.fen[sofar.item], minlength=len(cases))
    left = np.maximum(_usual_cost(cases, rules, clock, rng)[rows] * 100 - itemised[rows], 0)
    stay = cases.kind[rows] == INPATIENT
    begin = np.where(stay, cases.admitted[rows], cases.seen[rows])
    days = np.where(stay, np.maximum(np.minimum(cases.end[rows], clock.end) // DAY - begin // DAY, 1), 1)
    row, nth = repeat(np.tile(days, 2))
    second = row >= len(rows)
    who = row % len(rows)
    item = np.where(second, prices.tariff("consumables"), prices.tariff("treatment"))
    quantity = np.floor(left[who] / 2 / days[who] / prices.fen[item] + rng.random(len(row))).astype(np.int64)
    most = np.array([BASKET[OUTPATIENT], BASKET[EMERGENCY], 99])[cases.kind[rows[who]]]
    at = np.where(stay[who], (begin[who] // DAY + nth) * DAY + 17 * HOUR, cases.decided[rows[who]] - MINUTE)
    at = np.maximum(np.minimum(at, cases.end[rows[who]] - MINUTE), begin[who])
    case = rows[who]
    return Lines(case, item, np.minimum(quantity, most), at, row_ids("encounter", registry.number, case))


def _usual_cost(cases: Cases, rules: Rules, clock: Clock, rng: Rng) -> Floats:
    """CNY that this disease in this setting costs, lognormal; a stay in proportion to its length so far."""
    median, sigma = rules.cost[cases.disease * 3 + cases.kind].T
    cost = median * np.exp(sigma * rng.standard_normal(len(cases))) * clock.scenario.demand.cost_factor.value
    stay_days = (np.minimum(cases.end, clock.end) - cases.admitted) / DAY
    usual = rules.stay[cases.disease, 0]
    return np.where(cases.kind == INPATIENT, cost * np.clip(stay_days / usual, 0.1, 6) ** 0.8, cost)


def charge_table(lines: Lines, patient_id: Ints, prices: PriceList, registry: Registry, clock: Clock) -> pl.DataFrame:
    """The charge table; money is counted in fen and written in yuan."""
    number, n = registry.number, len(lines.case)
    fen = prices.fen[lines.item]
    return pl.DataFrame(
        {
            "charge_id": row_ids("charge", number, np.arange(n)),
            "encounter_id": row_ids("encounter", number, lines.case),
            "patient_id": patient_id[lines.case],
            "category": enum(prices.category[lines.item], CATEGORIES),
            "code": words(lines.item, prices.codes),
            "name_zh": words(lines.item, prices.zh),
            "name_en": words(lines.item, prices.en),
            "quantity": lines.quantity.astype(np.int32),
            "unit_price": fen / 100,
            "amount": lines.quantity * fen / 100,
            "charged_at": moments(clock, lines.at),
            "cause_id": lines.cause,
        },
    )


def settlements(
    lines: Lines,
    cases: Cases,
    patient_id: Ints,
    insurance: Ints,
    prices: PriceList,
    registry: Registry,
    clock: Clock,
    rng: Rng,
) -> pl.DataFrame:
    """One settlement for each encounter that has ended; the parts add up to the total."""
    rows = np.flatnonzero(cases.end < clock.end - 40 * MINUTE)
    total = np.bincount(lines.case, lines.quantity * prices.fen[lines.item], minlength=len(cases)).astype(np.int64)[
        rows
    ]
    terms = np.array(list(COVERED.values()))[cases.kind[rows]]
    share = np.where(insurance[rows] == 0, terms[:, 1] + 0.12, np.where(insurance[rows] == 1, terms[:, 1], 0.0))
    paid = np.round(np.maximum(total - terms[:, 0] * 100, 0) * share).astype(np.int64)
    number = registry.number
    encounter = row_ids("encounter", number, rows)
    at = cases.end[rows] + (rng.uniform(0, 30, len(rows)) * MINUTE).astype(np.int64)
    return pl.DataFrame(
        {
            "settlement_id": row_ids("settlement", number, np.arange(len(rows))),
            "encounter_id": encounter,
            "patient_id": patient_id[rows],
            "insurance": enum(insurance[rows], tuple(values.INSURANCE)),
            "total": total / 100,
            "insurance_paid": paid / 100,
            "patient_paid": (total - paid) / 100,
            "settled_at": moments(clock, at),
            "cause_id": encounter,
        },
    )


__all__ = ["IMAGING", "LABORATORY", "Lines", "PriceList", "charge", "charge_table", "price_list", "settlements"]

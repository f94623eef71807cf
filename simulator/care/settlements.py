"""Settlements: what of each bill the insurance pays, and what is left to the patient."""

import numpy as np
import polars as pl

from simulator.arrays import MINUTE, Ints, Rng, enum
from simulator.care.cases import Cases
from simulator.care.encounters import moments
from simulator.care.lines import Lines
from simulator.care.rules import INPATIENT
from simulator.care.site import Site
from simulator.payment.insurance import FEN, Bills, Settled, own_share, settle, terms_table
from simulator.schema import values


def settlements(site: Site, lines: Lines, cases: Cases, rng: Rng) -> pl.DataFrame:
    """One settlement for each encounter, up to half an hour after its end; the parts add up to the total."""
    at = cases.end + (rng.uniform(0, 30, len(cases)) * MINUTE).astype(np.int64)
    rows = np.flatnonzero(at < site.clock.end)
    bills = _bills(site, lines, len(cases), rows)
    insurance = cases.insurance[rows]
    payment = site.knowledge.payment
    spread = payment.figure("account_spread") * rng.standard_normal(len(rows))
    balance = np.floor(payment.figure("account_balance") * FEN * np.exp(spread)).astype(np.int64)
    terms = terms_table(payment, site.registry.hospital.level)
    paid = settle(bills, insurance, cases.kind[rows] == INPATIENT, balance, terms)
    encounter = site.ids("encounter", rows)
    return pl.DataFrame(
        {
            "settlement_id": site.ids("settlement", np.arange(len(rows))),
            "encounter_id": encounter,
            "patient_id": cases.patient_id[rows],
            "insurance": enum(insurance, tuple(values.INSURANCE)),
            **{name: fen / FEN for name, fen in _amounts(bills, paid).items()},
            "settled_at": moments(site.clock, at[rows]),
            "cause_id": encounter,
        },
    )


def _bills(site: Site, lines: Lines, cases: int, rows: Ints) -> Bills:
    """The bills of the cases `rows`, by class of item."""
    prices = site.prices
    fen = lines.quantity * prices.fen[lines.item]
    first = own_share(fen, np.where(prices.item_class[lines.item] == 1, prices.own_share[lines.item], 0.0))
    by_class = np.bincount(lines.case * 3 + prices.item_class[lines.item], fen, minlength=cases * 3)
    classes = by_class.reshape(-1, 3)[rows].astype(np.int64)
    own = np.bincount(lines.case, first, minlength=cases)[rows].astype(np.int64)
    return Bills(classes[:, 0], classes[:, 1], classes[:, 2], own)


def _amounts(bills: Bills, paid: Settled) -> dict[str, Ints]:
    """The columns of money of the settlement table, fen."""
    return {
        "total": bills.total,
        "class_a": bills.class_a,
        "class_b": bills.class_b,
        "class_c": bills.class_c,
        "own_share": bills.own_share,
        "deductible": paid.deductible,
        "beyond_ceiling": paid.beyond,
        "insurance_paid": paid.fund,
        "patient_paid": paid.account + paid.cash,
        "account_paid": paid.account,
        "cash_paid": paid.cash,
    }

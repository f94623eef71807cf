"""Orders: panels, images and procedures that encounters are given, and their table."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from simulator.arrays import Bools, Ints, enum, words
from simulator.care.calendar import Clock
from simulator.care.cases import Cases
from simulator.care.encounters import moments, times
from simulator.care.site import Site
from simulator.schema import values

LABORATORY, IMAGING, PROCEDURE = 0, 1, 2
ORDER_KINDS = tuple(values.ORDER_KIND)
STATUSES = tuple(values.ORDER_STATUS)


@dataclass(frozen=True)
class Orders:
    """Orders (n,): case, kind, item of the kind's catalogue, local seconds ordered, done (or begun) and ended.

    ended: when a procedure is over; for tests and images the moment they were done. paid: -1 on the wards; received,
    resulted: when the laboratory had the specimen, and when the result or report came. theatre: from 0, -1 without;
    postponed: how often an operation was struck off a list.
    """

    case: Ints
    kind: Ints
    item: Ints
    ordered: Ints
    done: Ints
    ended: Ints
    cancelled: Bools
    urgent: Bools
    paid: Ints
    received: Ints
    resulted: Ints
    theatre: Ints
    postponed: Ints

    @classmethod
    def of_kind(cls, kind: int, case: Ints, item: Ints, ordered: Ints, done: Ints, **more: Ints | Bools) -> "Orders":
        """Orders of one kind; what is not given is not known or did not happen."""
        n = len(case)
        nothing = np.full(n, -1)
        columns = {"paid": nothing, "received": done, "resulted": done, "theatre": nothing, "postponed": nothing}
        columns |= {"ended": done, "cancelled": np.zeros(n, bool), "urgent": np.zeros(n, bool), **more}
        return cls(case=case, kind=np.full(n, kind), item=item, ordered=ordered, done=done, **columns)

    @classmethod
    def joined(cls, parts: Sequence["Orders"]) -> "Orders":
        """One after the other."""
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in cls.__dataclass_fields__))

    def take(self, rows: Ints) -> "Orders":
        """Some rows in this order."""
        return Orders(*(getattr(self, name)[rows] for name in Orders.__dataclass_fields__))

    def of(self, kind: int, clock: Clock) -> Ints:
        """Rows of one kind that were carried out within the period."""
        return np.flatnonzero((self.kind == kind) & ~self.cancelled & (self.done < clock.end))


def order_table(site: Site, orders: Orders, cases: Cases, answered: Ints) -> pl.DataFrame:
    """The order table; every order is caused by its encounter's main diagnosis.

    answered: ids of the orders whose result lies in the period; the others are still active, or cancelled.
    """
    catalogue: list[list[Any]] = [
        list(site.knowledge.panels.values()),
        list(site.knowledge.imaging.values()),
        list(site.knowledge.procedures.values()),
    ]
    offset = np.cumsum([0, len(catalogue[0]), len(catalogue[1])])
    every = [entry for part in catalogue for entry in part]
    code = orders.item + offset[orders.kind]
    order_id = site.ids("order", np.arange(len(orders.case)))
    done = np.zeros(len(order_id), bool)
    done[np.searchsorted(order_id, answered)] = True
    status = np.select([orders.cancelled, done], [STATUSES.index("cancelled"), 0], STATUSES.index("active"))
    return pl.DataFrame(
        {
            "order_id": order_id,
            "encounter_id": site.ids("encounter", orders.case),
            "patient_id": cases.patient_id[orders.case],
            "doctor_id": site.ids("staff", cases.doctor[orders.case]),
            "kind": enum(orders.kind, ORDER_KINDS),
            "code": words(code, [entry.id for entry in every]),
            "name_zh": words(code, [entry.zh for entry in every]),
            "name_en": words(code, [entry.en for entry in every]),
            "priority": enum(orders.urgent.astype(np.int64), tuple(values.PRIORITY)),
            "ordered_at": moments(site.clock, orders.ordered),
            "paid_at": times(site.clock, orders.paid, ~orders.cancelled & (orders.paid >= 0))
            if len(order_id)
            else None,
            "status": enum(status, STATUSES),
            "cause_id": cases.main[orders.case],
        },
    )

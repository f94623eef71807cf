"""One hospital with its catchment, and what is known: what every step of care reads and none changes."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from simulator.arrays import Ints
from simulator.care.assay import Assay, lay_out_assay
from simulator.care.bedside import Bedside, lay_out_bedside
from simulator.care.calendar import Clock
from simulator.care.physiology.layout import Body, lay_out_body
from simulator.care.pricelist import PriceList, price_list
from simulator.care.routing import Routes, lay_routes
from simulator.care.rules import Rules, lay_out
from simulator.knowledge import Knowledge
from simulator.scenario import Scenario
from simulator.schema import TABLES, first_id
from simulator.world.people import Conditions, People
from simulator.world.registry import Registry

WHOLE = frozenset(
    {
        *(name for name, table in TABLES.items() if table.group == "registry"),
        "person",
        "condition",
        "episode",
        "linkage",
        "patient",
    }
)
"""Tables that are made at once for the whole run of a hospital; the others are made part by part."""
ROWS_A_PART = 20_000_000


@dataclass(frozen=True)
class Site:
    """The hospital's parts, its people, and the knowledge laid out as arrays."""

    registry: Registry
    people: People
    conditions: Conditions
    knowledge: Knowledge
    clock: Clock
    rules: Rules
    routes: Routes
    assay: Assay
    bedside: Bedside
    body: Body
    prices: PriceList
    salt: int = 0  # of the lots that belong to a key, see lots.py; drawn from the seed
    before: Mapping[str, int] = field(default_factory=dict)

    def ids(self, table: str, rows: Ints) -> Ints:
        """The ids of these row numbers (from 0) of one of this hospital's tables, or of the part of it in work."""
        return first_id(TABLES[table], self.registry.number) + 1 + self.before.get(table, 0) + rows

    def part(self, number: int, encounters: int) -> "Site":
        """The same site while part `number` of its records is drawn: `encounters` of them come before.

        Tables whose length nobody knows yet are numbered from number * ROWS_A_PART, so that no part waits for another.
        """
        before = {name: number * ROWS_A_PART for name in TABLES if name not in WHOLE}
        return replace(self, before={**before, "encounter": encounters})


def prepare(
    scenario: Scenario, registry: Registry, people: People, conditions: Conditions, knowledge: Knowledge
) -> Site:
    """Lay out what care needs to know."""
    assay, bedside = lay_out_assay(knowledge), lay_out_bedside(knowledge)
    return Site(
        registry=registry,
        people=people,
        conditions=conditions,
        knowledge=knowledge,
        clock=Clock(scenario),
        rules=lay_out(knowledge),
        routes=lay_routes(registry, knowledge),
        assay=assay,
        bedside=bedside,
        body=lay_out_body(knowledge, bedside, assay),
        prices=price_list(knowledge),
    )

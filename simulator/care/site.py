"""One hospital with its catchment, and what is known: what every step of care reads and none changes."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from simulator.arrays import Ints
from simulator.care.assay import Assay, lay_out_assay
from simulator.care.bedside import Bedside, lay_out_bedside
from simulator.care.calendar import Clock
from simulator.care.findings import Findings, lay_out_findings
from simulator.care.physiology.layout import Body, lay_out_body
from simulator.care.pricelist import PriceList, price_list
from simulator.care.routing import Routes, lay_routes
from simulator.care.rules import Rules, lay_out
from simulator.knowledge import Knowledge
from simulator.scenario import District, Scenario
from simulator.schema import TABLES, first_id
from simulator.world.households import Homes
from simulator.world.people import Conditions, People
from simulator.world.registry import Registry

HOME = frozenset({"home_enrolment", "home_reading", "home_call"})
"""Tables of home monitoring."""
WHOLE = HOME | frozenset(
    {
        *(name for name, table in TABLES.items() if table.group == "registry"),
        "household",
        "birth",
        "death",
        "person",
        "condition",
        "episode",
        "linkage",
        "patient",
        "referral",
        "teleconsult",
    }
)
"""Tables that are made at once for the whole run of a hospital; the others are made part by part."""
OF_THE_NETWORK = HOME | {"household", "birth", "death", "person", "condition", "episode", "referral", "teleconsult"}
"""Tables of which a network has one: their ids carry the number of the hospital at its top."""
ROWS_A_PART = 20_000_000


@dataclass(frozen=True)
class Site:
    """The hospital's parts, the people of its network, and the knowledge laid out as arrays.

    top: number of the hospital that leads the network; districts: where the network's people live.
    """

    registry: Registry
    people: People
    conditions: Conditions
    knowledge: Knowledge
    clock: Clock
    rules: Rules
    routes: Routes
    assay: Assay
    bedside: Bedside
    findings: Findings
    body: Body
    prices: PriceList
    top: int
    districts: tuple[District, ...]
    homes: Homes
    salt: int = 0  # of the lots that belong to a key, see lots.py; drawn from the seed
    before: Mapping[str, int] = field(default_factory=dict)

    def ids(self, table: str, rows: Ints) -> Ints:
        """The ids of these row numbers (from 0) of one of this hospital's tables, or of the part of it in work."""
        number = self.top if table in OF_THE_NETWORK else self.registry.number
        return first_id(TABLES[table], number) + 1 + self.before.get(table, 0) + rows

    def at(self, registry: Registry) -> "Site":
        """The same people and knowledge at another hospital of the network."""
        return replace(self, registry=registry, routes=lay_routes(registry, self.knowledge))

    def part(self, number: int, encounters: int) -> "Site":
        """The same site while part `number` of its records is drawn: `encounters` of them come before.

        Tables whose length nobody knows yet are numbered from number * ROWS_A_PART, so that no part waits for another.
        """
        before = {name: number * ROWS_A_PART for name in TABLES if name not in WHOLE}
        return replace(self, before={**before, "encounter": encounters})


def prepare(  # noqa: PLR0913, PLR0917  # a hospital's parts
    scenario: Scenario,
    registry: Registry,
    districts: tuple[District, ...],
    people: People,
    conditions: Conditions,
    homes: Homes,
    knowledge: Knowledge,
) -> Site:
    """Lay out what care needs to know."""
    return Site(
        registry=registry,
        people=people,
        conditions=conditions,
        knowledge=knowledge,
        clock=Clock(scenario),
        **_laid_out(knowledge),
        routes=lay_routes(registry, knowledge),
        top=registry.number,
        districts=districts,
        homes=homes,
    )


@lru_cache(maxsize=2)
def _laid_out(knowledge: Knowledge) -> dict[str, Any]:
    """What depends on the knowledge alone: laid out once for all hospitals of a process."""
    assay, bedside = lay_out_assay(knowledge), lay_out_bedside(knowledge)
    return {
        "rules": lay_out(knowledge),
        "assay": assay,
        "bedside": bedside,
        "body": lay_out_body(knowledge, bedside, assay),
        "findings": lay_out_findings(knowledge),
        "prices": price_list(knowledge),
    }

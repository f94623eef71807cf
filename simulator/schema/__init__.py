"""The hospital's data dictionary (数据字典): every table and column is declared here, once.

>>> TABLES["vital_sign"]["heart_rate"].unit
'/min'
"""

from collections.abc import Mapping

from simulator.schema import care, home, notes, operations, payment, people, physiology, registry, treatment
from simulator.schema.columns import Column, Table, ValueSet, conform, first_id

TABLES: Mapping[str, Table] = {
    table.name: table
    for table in (
        *registry.TABLES,
        *people.TABLES,
        *operations.TABLES,
        *care.TABLES,
        *physiology.TABLES,
        *treatment.TABLES,
        *home.TABLES,
        *payment.TABLES,
        *notes.TABLES,
    )
}
"""Table name -> declaration, in the order in which a world is built."""

OPTIONAL = frozenset(table.name for table in notes.TABLES)
"""Tables that only a world simulated with notes has."""

__all__ = ["OPTIONAL", "TABLES", "Column", "Table", "ValueSet", "conform", "first_id"]

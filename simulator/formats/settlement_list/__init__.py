"""The settlement list of the national insurance (医保结算清单) for each inpatient stay, in the published style.

The names of its fields come from memory; `sure` in fields.csv says how sure they are. No conformance is claimed.
"""

from simulator.formats.format import Format
from simulator.formats.settlement_list.reading import read_settlement_lists
from simulator.formats.settlement_list.writing import write_settlement_lists

SETTLEMENT_LIST = Format(
    "医保结算清单", "Insurance settlement lists", "lists", write_settlement_lists, read_settlement_lists
)

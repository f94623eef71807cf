"""Renderings of a world: one file for each format, with a writer and, where the format can be read, its reader.

A format adds nothing and hides nothing: what two of them say of one event agrees.
"""

from collections.abc import Mapping

from simulator.formats.csv_tables import CSV
from simulator.formats.documents import DOCUMENTS
from simulator.formats.format import Format
from simulator.formats.ihe.atna import ATNA
from simulator.formats.ihe.conversation import PIX_FORMAT
from simulator.formats.ihe.xds import XDS
from simulator.formats.settlement_list import SETTLEMENT_LIST

FORMATS: Mapping[str, Format] = {
    "csv": CSV,
    "documents": DOCUMENTS,
    "settlement-list": SETTLEMENT_LIST,
    "pix": PIX_FORMAT,
    "xds": XDS,
    "atna": ATNA,
}
"""Name on the command line -> format."""

__all__ = ["FORMATS", "Format"]

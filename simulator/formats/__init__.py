"""Renderings of a world: one file for each format, with a writer and, where the format can be read, its reader.

A format adds nothing and hides nothing: what two of them say of one event agrees.
"""

from collections.abc import Mapping

from simulator.formats.csv_tables import CSV
from simulator.formats.dicom import DICOM
from simulator.formats.documents import DOCUMENTS
from simulator.formats.fhir import FHIR, FHIR_BUNDLE
from simulator.formats.format import Format
from simulator.formats.hl7v2 import HL7V2
from simulator.formats.i2b2 import I2B2
from simulator.formats.ihe.atna import ATNA
from simulator.formats.ihe.conversation import PIX_FORMAT
from simulator.formats.ihe.xds import XDS
from simulator.formats.omop import OMOP
from simulator.formats.settlement_list import SETTLEMENT_LIST

FORMATS: Mapping[str, Format] = {
    "csv": CSV,
    "i2b2": I2B2,
    "omop": OMOP,
    "hl7v2": HL7V2,
    "fhir": FHIR,
    "fhir-bundle": FHIR_BUNDLE,
    "documents": DOCUMENTS,
    "settlement-list": SETTLEMENT_LIST,
    "pix": PIX_FORMAT,
    "xds": XDS,
    "atna": ATNA,
    "dicom": DICOM,
}
"""Name on the command line -> format."""

__all__ = ["FORMATS", "Format"]

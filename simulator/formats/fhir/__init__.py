"""HL7 FHIR R4: bulk data and bundles, their reader, and a checker."""

from simulator.formats.fhir.bundles import write_bundles
from simulator.formats.fhir.checking import Finding, Report, check_fhir
from simulator.formats.fhir.ndjson import write_fhir
from simulator.formats.fhir.reading import read_fhir
from simulator.formats.format import Format

FHIR = Format("FHIR R4(NDJSON)", "FHIR R4, bulk data", "resources", write_fhir, read_fhir)
FHIR_BUNDLE = Format("FHIR R4(事务包)", "FHIR R4, transaction bundles", "resources", write_bundles, read_fhir)

__all__ = [
    "FHIR",
    "FHIR_BUNDLE",
    "Finding",
    "Report",
    "check_fhir",
    "read_fhir",
    "write_bundles",
    "write_fhir",
]

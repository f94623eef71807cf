"""HL7 FHIR R4: bulk data and bundles, their reader, and a checker."""

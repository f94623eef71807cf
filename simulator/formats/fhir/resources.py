"""Which resources there are, of which tables; a new type is one function in one file and one line here."""

from collections.abc import Callable, Iterable, Mapping

import polars as pl

from simulator.formats.fhir import (
    documents,
    drugs,
    encounters,
    home,
    orders,
    payment,
    people,
    provenance,
    registry,
    results,
)
from simulator.formats.fhir.frames import Frames

Render = Callable[[Frames], pl.Series | Iterable[pl.Series]]
REGISTRY: Mapping[str, tuple[Render, ...]] = {
    "Organization": (registry.organizations,),
    "Location": (registry.locations,),
    "Practitioner": (registry.practitioners,),
    "PractitionerRole": (registry.roles,),
}
"""Written once, whole."""
PEOPLE: Mapping[str, tuple[Render, ...]] = {"Patient": (people.patients,), "Coverage": (people.coverages,)}
"""Written once, of the patients whom the export concerns."""
CARE: Mapping[str, tuple[Render, ...]] = {
    "Encounter": (encounters.encounters,),
    "Condition": (encounters.conditions,),
    "ServiceRequest": (orders.requests,),
    "Specimen": (results.specimens,),
    "Observation": (results.laboratory, results.vital_signs, home.readings),
    "DiagnosticReport": (orders.reports,),
    "ImagingStudy": (orders.studies,),
    "Procedure": (orders.procedures,),
    "MedicationRequest": (drugs.requests,),
    "MedicationDispense": (drugs.dispenses,),
    "MedicationAdministration": (drugs.administrations,),
    "DocumentReference": (documents.documents,),
    "CarePlan": (home.plans,),
    "Device": (home.devices,),
    "Claim": (payment.claims,),
    "ExplanationOfBenefit": (payment.benefits,),
    "Provenance": (provenance.provenances,),
    "AuditEvent": (provenance.audits,),
}
"""Written portion by portion."""
ONCE = ("hospital", "department", "ward", "bed", "staff", "patient")
EACH = (
    "encounter",
    "bed_stay",
    "diagnosis",
    "order",
    "lab_result",
    "vital_sign",
    "medication_order",
    "administration",
    "imaging_study",
    "procedure",
    "charge",
    "settlement",
    "home_enrolment",
    "home_reading",
    "note",
)
"""Tables that the resources are made of."""


def texts(group: Mapping[str, tuple[Render, ...]], frames: Frames) -> Iterable[tuple[str, pl.Series]]:
    """Type and JSON, one string for each resource; ValueError if a value that must be there is not."""
    for kind, renders in group.items():
        for render in renders:
            made = render(frames)
            for column in [made] if isinstance(made, pl.Series) else made:
                if column.null_count():
                    raise ValueError(f"{kind}: {column.null_count()} rows lack a value that FHIR demands")
                if len(column):
                    yield kind, column

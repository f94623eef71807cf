"""A registry of documents: pure functions of its entries that answer FindDocuments and GetDocuments.

Its errors have the names of the IHE Technical Framework, volume 3 (from memory).
"""

import datetime as dt
import hashlib
from collections.abc import Collection
from dataclasses import dataclass

import polars as pl

TIME = pl.Datetime("us", "UTC")
ENTRY = pl.Schema({
    "entry_uuid": pl.String(), "set_uuid": pl.String(), "set_id": pl.String(), "unique_id": pl.String(),
    "patient_id": pl.String(), "source_patient_id": pl.String(), "hash": pl.String(), "size": pl.Int64(),
    "class_code": pl.String(), "type_code": pl.String(), "format_code": pl.String(), "facility_code": pl.String(),
    "practice_code": pl.String(), "author_person": pl.String(), "author_institution": pl.String(),
    "title": pl.String(), "created_at": TIME, "service_start": TIME, "service_stop": TIME,
    "repository_id": pl.String(), "uri": pl.String(),
})  # fmt: skip
"""What a registry knows of a document; patient_id: the one of the affinity domain, times to the second."""
MAX_RESULTS = 1_000
"""Entries in one answer at the most."""
SUCCESS, FAILURE = "Success", "Failure"


@dataclass(frozen=True)
class RegistryError:
    """Why a request failed: the framework's name of the error and what it is about."""

    code: str
    context: str


@dataclass(frozen=True)
class Response:
    """An answer: its status, the entries found, in order of time, and errors."""

    status: str
    entries: pl.DataFrame
    errors: tuple[RegistryError, ...] = ()


class Registry:
    """The entries of one affinity domain; adding to it gives another registry."""

    def __init__(self, entries: pl.DataFrame | None = None) -> None:
        """entries: columns of ENTRY; none for an empty registry."""
        self.entries = pl.DataFrame(schema=ENTRY) if entries is None else entries.select(ENTRY.names())

    def register(self, entries: pl.DataFrame) -> "tuple[Registry, Response]":
        """The registry with these entries too, all of them or none; a document already there is kept as it is."""
        both = pl.concat([self.entries, entries.select(ENTRY.names())])
        hashes = both.group_by("unique_id").agg(pl.col("hash").n_unique())
        changed = hashes.filter(pl.col("hash") > 1)["unique_id"].sort().to_list()
        if changed:
            errors = tuple(RegistryError("XDSNonIdenticalHash", one) for one in changed[:MAX_RESULTS])
            return self, _failed(*errors)
        return Registry(both.unique("unique_id", keep="first", maintain_order=True)), Response(SUCCESS, entries)

    def find_documents(  # noqa: PLR0913  # the parameters of the query
        self,
        patient_id: str,
        *,
        classes: Collection[str] = (),
        types: Collection[str] = (),
        created_from: dt.datetime | None = None,
        created_to: dt.datetime | None = None,
        limit: int = MAX_RESULTS,
    ) -> Response:
        """The documents of a patient, of these classes and types (or all), written from then on and before then."""
        if not patient_id:
            return _failed(RegistryError("XDSStoredQueryMissingParam", "$XDSDocumentEntryPatientId"))
        mine = self.entries.filter(pl.col("patient_id") == patient_id)
        if mine.is_empty():
            return _failed(RegistryError("XDSUnknownPatientId", patient_id))
        for name, wanted in (("class_code", classes), ("type_code", types)):
            mine = mine.filter(pl.col(name).is_in(list(wanted))) if wanted else mine
        mine = mine.filter(pl.col("created_at") >= created_from) if created_from else mine
        mine = mine.filter(pl.col("created_at") < created_to) if created_to else mine
        return _bounded(mine, limit)

    def get_documents(self, unique_ids: Collection[str], *, limit: int = MAX_RESULTS) -> Response:
        """The documents with these ids; one that is not there is an error beside the others."""
        if not unique_ids:
            return _failed(RegistryError("XDSStoredQueryMissingParam", "$XDSDocumentEntryUniqueId"))
        found = self.entries.filter(pl.col("unique_id").is_in(list(unique_ids)))
        there = set(found["unique_id"])
        missing = [one for one in dict.fromkeys(unique_ids) if one not in there]
        answer = _bounded(found, limit)
        errors = tuple(RegistryError("XDSDocumentUniqueIdError", one) for one in missing[:MAX_RESULTS])
        return Response(answer.status, answer.entries, (*answer.errors, *errors))

    def verify(self, unique_id: str, document: bytes) -> tuple[RegistryError, ...]:
        """What is wrong with a document that a repository gave out: not known here, or changed since."""
        known = self.entries.filter(pl.col("unique_id") == unique_id)
        if known.is_empty():
            return (RegistryError("XDSDocumentUniqueIdError", unique_id),)
        same = (sha1(document), len(document)) == (known["hash"][0], known["size"][0])
        return () if same else (RegistryError("XDSNonIdenticalHash", unique_id),)


def sha1(document: bytes) -> str:
    """The hash of a document as XDS wants it: SHA-1, 40 hexadecimal digits. It finds changes, not forgers."""
    return hashlib.sha1(document, usedforsecurity=False).hexdigest()


def _failed(*errors: RegistryError) -> Response:
    return Response(FAILURE, pl.DataFrame(schema=ENTRY), errors)


def _bounded(found: pl.DataFrame, limit: int) -> Response:
    if len(found) > min(limit, MAX_RESULTS):
        reason = f"{len(found):,} entries were found; at most {min(limit, MAX_RESULTS):,} are told at once"
        return _failed(RegistryError("XDSTooManyResults", reason))
    return Response(SUCCESS, found.sort("created_at", "unique_id"))

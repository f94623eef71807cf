"""Stored queries of a registry as messages (IHE ITI-18): AdhocQueryRequest in, AdhocQueryResponse out.

FindDocuments and GetDocuments are known, answered with references to the entries (returnType ObjectRef).
"""

import datetime as dt
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from html import escape

from simulator.formats.ihe.registry import FAILURE, Registry, RegistryError, Response
from simulator.formats.safe_xml import Node, XmlError, parse_xml

FIND = "urn:uuid:14d4debf-8f97-4251-9a74-a90016b0af0d"
GET = "urn:uuid:5c4f972b-d56b-40ac-a5fc-c8ca9b40b9d4"
QUERY = "urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0"
RIM = "urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"
RS = "urn:oasis:names:tc:ebxml-regrep:xsd:rs:3.0"
STATUS = "urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:"
SEVERITY = "urn:oasis:names:tc:ebxml-regrep:ErrorSeverityType:Error"
APPROVED = "urn:oasis:names:tc:ebxml-regrep:StatusType:Approved"
ENTRY = "$XDSDocumentEntry"
MAX_VALUES = 1_000
QUOTED = re.compile(r"'((?:[^']|'')*)'")
SHAPES = {4: "%Y", 6: "%Y%m", 8: "%Y%m%d", 10: "%Y%m%d%H", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}
"""Times by their length: as much as is known."""


@dataclass(frozen=True)
class StoredQuery:
    """A query: which, and the values of its parameters by their names without `$XDSDocumentEntry`."""

    query: str
    values: dict[str, list[str]] = field(default_factory=dict)

    def one(self, name: str) -> str:
        """The only value of a parameter; nothing if it is not given."""
        return next(iter(self.values.get(name, ())), "")


def query_text(query: StoredQuery) -> str:
    """The request as XML. Values are quoted but for times."""
    slots = "".join(
        f'<rim:Slot name="{ENTRY}{name}"><rim:ValueList><rim:Value>{escape(_literal(name, values))}</rim:Value>'
        "</rim:ValueList></rim:Slot>"
        for name, values in query.values.items()
    )
    return (
        f'<query:AdhocQueryRequest xmlns:query="{QUERY}" xmlns:rim="{RIM}"><query:ResponseOption '
        'returnComposedObjects="true" returnType="ObjectRef"/>'
        f'<rim:AdhocQuery id="{query.query}">{slots}</rim:AdhocQuery></query:AdhocQueryRequest>'
    )


def _literal(name: str, values: Collection[str]) -> str:
    if "Time" in name:
        return "".join(values)
    quoted = ",".join("'{}'".format(one.replace("'", "''")) for one in values)
    return quoted if name == "PatientId" else f"({quoted})"


def read_query(text: bytes) -> tuple[StoredQuery, str]:
    """The query and the type of answer that is wanted; XmlError names what is wrong."""
    root = parse_xml(text, "AdhocQueryRequest", QUERY)
    asked, option = root.find(f"{RIM} AdhocQuery"), root.find("ResponseOption")
    if asked is None or "id" not in asked.attributes:
        raise XmlError(root.where, "lacks an AdhocQuery with its id")
    values: dict[str, list[str]] = {}
    for slot in asked.all(f"{RIM} Slot"):
        told = [value.text for values in slot.all(f"{RIM} ValueList") for value in values.all(f"{RIM} Value")]
        found = [one for text in told for one in _values(text, slot)]
        values.setdefault(slot.attributes.get("name", "").removeprefix(ENTRY), []).extend(found)
        if len(found) > MAX_VALUES:
            raise XmlError(slot.where, f"has {len(found):,} values; at most {MAX_VALUES:,} are read")
    wanted = option.attributes.get("returnType", "RegistryObject") if option else "RegistryObject"
    return StoredQuery(asked.attributes["id"], values), wanted


def _values(text: str, slot: Node) -> list[str]:
    """'a', ('a','b') or a bare number."""
    inner = text.strip().removeprefix("(").removesuffix(")")
    if re.fullmatch("[0-9]{1,20}", inner):
        return [inner]
    if QUOTED.sub("", inner).strip(", \t\r\n"):
        raise XmlError(slot.where, f"{text[:60]!r} should be a text in quotes, a list of such, or a number")
    return [found.replace("''", "'") for found in QUOTED.findall(inner)]


def answer_query(registry: Registry, text: bytes) -> str:
    """The answer of a registry to a request, as XML; a request that cannot be answered is answered with its errors."""
    try:
        query, wanted = read_query(text)
        response = _asked(registry, query, wanted)
    except XmlError as error:
        response = Response(FAILURE, registry.entries.clear(), (RegistryError("XDSRegistryError", str(error)),))
    return response_text(response)


def _asked(registry: Registry, query: StoredQuery, wanted: str) -> Response:
    if query.query not in {FIND, GET}:
        error = RegistryError("XDSUnknownStoredQuery", query.query[:80])
    elif wanted != "ObjectRef":
        error = RegistryError("XDSRegistryError", f"only references are told (returnType ObjectRef), not {wanted[:40]}")
    elif query.query == GET:
        return registry.get_documents(query.values.get("UniqueId", []))
    elif not query.values.get("Status"):
        error = RegistryError("XDSStoredQueryMissingParam", f"{ENTRY}Status")
    elif APPROVED not in query.values["Status"]:
        return Response("Success", registry.entries.clear())
    else:
        return registry.find_documents(
            query.one("PatientId"),
            classes=[one.partition("^")[0] for one in query.values.get("ClassCode", ())],
            types=[one.partition("^")[0] for one in query.values.get("TypeCode", ())],
            created_from=_time(query.one("CreationTimeFrom")),
            created_to=_time(query.one("CreationTimeTo")),
        )
    return Response(FAILURE, registry.entries.clear(), (error,))


def _time(text: str) -> dt.datetime | None:
    if not text:
        return None
    try:
        return dt.datetime.strptime(text, SHAPES[len(text)]).replace(tzinfo=dt.UTC)
    except (KeyError, ValueError):
        raise XmlError(f"{ENTRY}CreationTime", f"{text[:40]!r} should be a time like 20250301093000") from None


def response_text(response: Response) -> str:
    """The answer as XML: errors first, then a reference to each entry."""
    errors = "".join(
        f'<rs:RegistryError errorCode="{one.code}" codeContext="{escape(one.context)}" location="" '
        f'severity="{SEVERITY}"/>'
        for one in response.errors
    )
    status = "PartialSuccess" if response.errors and response.status != FAILURE else response.status
    listed = f"<rs:RegistryErrorList>{errors}</rs:RegistryErrorList>" if errors else ""
    found = "".join(f'<rim:ObjectRef id="{escape(one)}"/>' for one in response.entries["entry_uuid"])
    return (
        f'<query:AdhocQueryResponse xmlns:query="{QUERY}" xmlns:rim="{RIM}" xmlns:rs="{RS}" status="{STATUS}{status}">'
        f"{listed}<rim:RegistryObjectList>{found}</rim:RegistryObjectList></query:AdhocQueryResponse>"
    )


def read_response(text: bytes) -> tuple[str, list[str], list[tuple[str, str]]]:
    """Status, ids of the entries and errors (code, context) of an answer; XmlError names what is wrong."""
    root = parse_xml(text, "AdhocQueryResponse", QUERY)
    status = root.attributes.get("status", "")
    if not status.startswith(STATUS):
        raise XmlError(root.where, f"the status {status[:60]!r} should begin with {STATUS}")
    nodes = root.walk()
    found = [one.attributes.get("id", "") for one in nodes if one.tag == f"{RIM} ObjectRef"]
    errors = [
        (one.attributes.get("errorCode", ""), one.attributes.get("codeContext", ""))
        for one in nodes
        if one.tag == f"{RS} RegistryError"
    ]
    return status.removeprefix(STATUS), found, errors

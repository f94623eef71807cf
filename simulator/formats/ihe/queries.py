"""Queries of PIX and PDQ as messages: QBP^Q23 (ITI-9) and QBP^Q22 (ITI-21) of the IHE Technical Framework, volume 2a.

The framework is followed from memory; what is left out: cancelling a query, batches, deferred answers.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from simulator.formats.ihe.er7 import Message, encode, escape, segment
from simulator.formats.ihe.patients import Domain

PIX, PDQ = "IHE PIX Query", "IHE PDQ Query"
TRIGGERS = {PIX: "Q23", PDQ: "Q22"}
ANSWERS = {PIX: ("K23", "RSP_K23"), PDQ: ("K22", "RSP_K21")}
VERSION = "2.5"


@dataclass(frozen=True)
class Envelope:
    """What the head of a message says: who to whom, when (local time of HL7), and its number."""

    sender: str
    receiver: str
    at: str
    number: str

    def header(self, kind: str) -> tuple[str, ...]:
        """The fields of MSH."""
        return (
            "|", "^~\\&", escape(self.sender), escape(self.sender), escape(self.receiver), escape(self.receiver),
            self.at, "", kind, escape(self.number), "P", VERSION, "", "", "", "", "", "UNICODE UTF-8",
        )  # fmt: skip


def pix_query(envelope: Envelope, number: str, domain: Domain, wanted: Collection[Domain] = ()) -> str:
    """Asks for the other numbers of a patient, in the domains wanted or in all."""
    domains = "~".join(f"^^^{one}" for one in wanted)
    return _query(envelope, PIX, f"{escape(number)}^^^{domain}", domains, limit=None, pointer="")


def pdq_query(  # the parts of a query
    envelope: Envelope,
    demographics: Mapping[str, str],
    *,
    wanted: Collection[Domain] = (),
    limit: int | None = None,
    pointer: str = "",
) -> str:
    """Asks for the patients with these demographics: `PID.5.1.1` and the like -> value, `*` at its end for anything.

    limit: how many at once; pointer: from the answer before, to go on.
    """
    asked = "~".join(f"@{name}^{escape(value)}" for name, value in demographics.items())
    return _query(envelope, PDQ, asked, "~".join(f"^^^{one}" for one in wanted), limit, pointer)


def _query(envelope: Envelope, name: str, asked: str, domains: str, limit: int | None, pointer: str) -> str:  # noqa: PLR0913, PLR0917
    trigger = TRIGGERS[name]
    fields = (name, escape(envelope.number), asked, *((domains,) if name == PIX else ("", "", "", "", domains)))
    parts: list[Message] = [
        (segment("MSH", *envelope.header(f"QBP^{trigger}^QBP_Q21")),),
        (segment("QPD", *fields), segment("RCP", "I", "" if limit is None else f"{limit}^RD")),
    ]
    if pointer:
        parts.append((segment("DSC", escape(pointer), "I"),))
    return encode(one for part in parts for one in part)

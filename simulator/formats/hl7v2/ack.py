"""ACK: how a receiver answers a message in original mode (HL7 v2.5.1 chapter 2, 2.9.2)."""

import datetime as dt

from simulator.errors import ReadError
from simulator.formats.hl7v2.escape import escape
from simulator.formats.hl7v2.message import Message, Segment, parse
from simulator.formats.hl7v2.view import VERSION

CODES = {"AA": "accepted", "AE": "an error in the message", "AR": "refused"}


def acknowledge(message: Message, at: dt.datetime, code: str = "AA", error: str = "") -> Message:
    """The answer to a message; `error` says in words what was wrong with it. ReadError for another code than CODES."""
    if code not in CODES:
        raise ReadError(f"MSA-1 must be one of {', '.join(CODES)}, got {code!r}")
    got = message.first("MSH")
    event = ([*got.field(9).split("^"), "", ""])[1]
    kind = f"ACK^{event}^ACK" if event else "ACK"
    stamp = at.strftime("%Y%m%d%H%M%S%z")
    ends = [got.field(number) for number in (5, 6, 3, 4)]
    control = f"K{got.field(10)}"[:20]
    header = ["MSH", "^~\\&", *ends, stamp, "", kind, control, "P", VERSION]
    header += ["", "", "", "", got.field(17), got.field(18), got.field(19)]
    segments = [Segment(tuple(header)), Segment(("MSA", code, got.field(10)))]
    if error:
        # 207 is "application internal error" of HL7 table 0357, severity E of table 0516.
        segments.append(Segment(("ERR", "", "", "207^Application error^HL70357", "E", "", "", "", escape(error))))
    return Message(tuple(segments))


def answer(data: bytes, at: dt.datetime, charset: str = "utf-8") -> bytes:
    """The acknowledgement of a message as it came from the wire: AA if it can be parsed, AR with the reason if not."""
    try:
        return str(acknowledge(parse(data.decode(charset)), at)).encode(charset)
    except (ReadError, UnicodeDecodeError) as error:
        unknown = Message((Segment(("MSH", "^~\\&", "", "", "", "", "", "", "")),))
        return str(acknowledge(unknown, at, "AR", str(error))).encode(charset)

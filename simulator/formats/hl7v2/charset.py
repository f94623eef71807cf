"""The character sets in which messages are written (MSH-18, HL7 table 0211) and Python's names for them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Charset:
    """label: in MSH-18; codec: in Python."""

    label: str
    codec: str


UTF8 = Charset("UNICODE UTF-8", "utf-8")
GB18030 = Charset("GB 18030-2000", "gb18030")
CHARSETS = {charset.label: charset for charset in (UTF8, GB18030, Charset("ASCII", "ascii"), Charset("", "utf-8"))}
"""What the reader takes; a message that names none is taken for UTF-8."""

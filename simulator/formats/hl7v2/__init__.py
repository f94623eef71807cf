"""HL7 v2.5.1: a hospital's message feed in order of time, and back to tables."""

from simulator.formats.format import Format
from simulator.formats.hl7v2.reading import read_hl7v2
from simulator.formats.hl7v2.writing import write_hl7v2

HL7V2 = Format("HL7 第2版消息", "HL7 v2.5.1 messages", "messages", write_hl7v2, read_hl7v2)

__all__ = ["HL7V2", "read_hl7v2", "write_hl7v2"]

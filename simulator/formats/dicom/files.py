"""Files of Part 10: preamble, file meta information, data set (PS3.10 section 7)."""

import struct
from functools import cache
from pathlib import Path
from typing import Any

from simulator.formats.dicom.elements import Encoded, encode, joined
from simulator.formats.dicom.identifiers import uid
from simulator.formats.dicom.rules import EXPLICIT_LITTLE, IMPLEMENTATION

PREAMBLE = b"\0" * 128 + b"DICM"
META_LENGTH = struct.Struct("<HH2sHI")


def meta(sop_class: str, instance: str) -> bytes:
    """Preamble and file meta information."""
    group = joined(_meta(sop_class) | encode({"MediaStorageSOPInstanceUID": instance}, "ISO_IR 192"))
    return PREAMBLE + META_LENGTH.pack(2, 0, b"UL", 4, len(group)) + group


@cache
def _meta(sop_class: str) -> Encoded:
    return encode(
        {
            "FileMetaInformationVersion": b"\0\1",
            "MediaStorageSOPClassUID": sop_class,
            "TransferSyntaxUID": EXPLICIT_LITTLE,
            "ImplementationClassUID": uid("implementation"),
            "ImplementationVersionName": IMPLEMENTATION,
        },
        "ISO_IR 192",
    )


class Series:
    """A folder that gets one file after another; what they share is encoded once."""

    def __init__(self, folder: Path, shared: dict[str, Any], charset: str) -> None:
        self.sop_class = str(shared["SOPClassUID"])
        self.identifier = str(shared["SeriesInstanceUID"])
        self.instances: list[str] = []
        self._folder, self._charset = folder, charset
        self._shared = encode(shared, charset)
        folder.mkdir(parents=True)

    def add(self, own: dict[str, Any]) -> None:
        """Write the next instance: its number and identifier and what it does not share with the others."""
        number = len(self.instances) + 1
        instance = uid(self.identifier, number)
        own = {"SOPInstanceUID": instance, "InstanceNumber": number, **own}
        data = joined(self._shared | encode(own, self._charset))
        (self._folder / f"{number:04d}.dcm").write_bytes(meta(self.sop_class, instance) + data)
        self.instances.append(instance)

"""What the objects say of themselves: objects.yaml, read once."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from simulator.knowledge.reading import read_yaml

PATH = Path(__file__).with_name("objects.yaml")
IMPLEMENTATION = "XINGLIN"
SR_CLASS = "1.2.840.10008.5.1.4.1.1.88.11"
"""Basic Text SR Storage."""
EXPLICIT_LITTLE = "1.2.840.10008.1.2.1"
CHARSETS = ("ISO_IR 192", "GB18030")


@cache
def rules() -> Mapping[str, Any]:
    """The whole file."""
    return read_yaml(PATH)


def code(name: str) -> dict[str, Any]:
    """A coded entry as an item of a sequence."""
    one = rules()["codes"][name]
    return {"CodeValue": one["value"], "CodingSchemeDesignator": one["scheme"], "CodeMeaning": one["meaning"]}

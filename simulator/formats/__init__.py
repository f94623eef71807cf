"""Renderings of a world: one file for each format, with a writer and, where the format can be read, its reader.

A format adds nothing and hides nothing: what two of them say of one event agrees.
"""

from collections.abc import Mapping

from simulator.formats.csv_tables import CSV
from simulator.formats.dicom import DICOM
from simulator.formats.format import Format

FORMATS: Mapping[str, Format] = {"csv": CSV, "dicom": DICOM}
"""Name on the command line -> format."""

__all__ = ["FORMATS", "Format"]

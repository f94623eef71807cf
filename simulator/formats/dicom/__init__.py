"""Studies as files of Part 10 of DICOM: images drawn from what the record says, and the report."""

from simulator.formats.dicom.options import Options
from simulator.formats.dicom.reading import read_dicom
from simulator.formats.dicom.writing import write_dicom
from simulator.formats.format import Format

DICOM = Format("DICOM 影像", "DICOM images and reports", "files", write_dicom, read_dicom)

__all__ = ["DICOM", "Options", "read_dicom", "write_dicom"]

"""How large and of what kind the files are."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Options:
    """radiograph, ct, mr: pixels along the longer side; ct_slices, mr_slices: images of a series.

    charset: ISO_IR 192 (UTF-8) or GB18030; burned_in: share of radiographs and ultrasound images with the patient's
    name, number and date in their pixels, for exercises of de-identification.
    """

    radiograph: int = 512
    ct: int = 256
    ct_slices: int = 16
    mr: int = 256
    mr_slices: int = 12
    charset: str = "ISO_IR 192"
    burned_in: float = 0.0

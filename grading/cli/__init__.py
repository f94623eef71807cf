"""Commands about courses and data sets: `xinglin course …`, `xinglin dataset …`."""

from grading.cli.course import course
from grading.cli.dataset import dataset

__all__ = ["course", "dataset"]

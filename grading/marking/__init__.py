"""Marking one attempt: execute in the sandbox, ask, check, verdict, gradebook, feedback.

marked = mark(job)          # one sandbox per process, started on first use, stopped when the process ends
"""

import atexit
import functools

from grading.marking.marker import Marker
from grading.marking.models import Incident, Job, Marked, MarkedItem


@functools.cache
def _marker() -> Marker:
    marker = Marker()
    atexit.register(marker.close)
    return marker


def mark(job: Job) -> Marked:
    """Mark one attempt; SandboxError if nothing can be run on this machine, GradingError if the course is at fault."""
    return _marker().mark(job)


__all__ = ["Incident", "Job", "Marked", "MarkedItem", "Marker", "mark"]

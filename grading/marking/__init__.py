"""Marking one attempt: execute in the sandbox, ask, check, verdict, gradebook, feedback.

marked = mark(job)          # uses one sandbox per process, started on first use
"""

from grading.marking.models import Incident, Job, Marked, MarkedItem

__all__ = ["Incident", "Job", "Marked", "MarkedItem"]

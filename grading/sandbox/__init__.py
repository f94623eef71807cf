"""Where submissions run: bubblewrap, namespaces and limits around a pre-loaded fork server (see box.py)."""

from grading.sandbox.box import Ask, RanCell, Sandbox, Session, Test
from grading.sandbox.jail import find_bwrap
from grading.sandbox.limits import Limits
from grading.sandbox.probe import probe

__all__ = ["Ask", "Limits", "RanCell", "Sandbox", "Session", "Test", "find_bwrap", "probe"]

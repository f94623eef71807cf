"""Where submissions run: bubblewrap, namespaces and limits around a pre-loaded fork server (see box.py)."""

from grading.sandbox.box import Ask, InnerTest, RanCell, Sandbox, Session
from grading.sandbox.jail import find_bwrap
from grading.sandbox.limits import Limits
from grading.sandbox.probe import probe

__all__ = ["Ask", "InnerTest", "Limits", "RanCell", "Sandbox", "Session", "find_bwrap", "probe"]

"""Is a world right? Rules that its records must keep, and published figures it must come near."""

from simulator.validation.report import Report, check_world

__all__ = ["Report", "check_world"]

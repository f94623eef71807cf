"""Named defects of an export, each with its rate, and the key that says where every one of them is."""

from simulator.vendors.defects.engine import DefectEngine
from simulator.vendors.defects.key import KEY
from simulator.vendors.defects.spec import defect_kinds, read_spec

__all__ = ["KEY", "DefectEngine", "defect_kinds", "read_spec"]

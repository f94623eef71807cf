"""How one hospital's system distorts the truth: systems as data, exports and their right reading, named defects."""

from simulator.vendors.export import export_vendor
from simulator.vendors.profile import Profile, load_profile, vendor_names
from simulator.vendors.reading import read_vendor
from simulator.vendors.rendering import fill_vendor

__all__ = ["Profile", "export_vendor", "fill_vendor", "load_profile", "read_vendor", "vendor_names"]

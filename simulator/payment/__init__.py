"""Who pays what: the insurance's share of a bill, teaching groups of DRG and DIP kind, a region's monthly clearing."""

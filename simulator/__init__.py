"""The synthetic hospital: one seeded truth, and the records that describe it."""

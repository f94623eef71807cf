# expect: 2/3 unsorted
def visit_events(visits):
    # One kind of event after the other, and the last ones first.
    times = ["left_at", "seen_at", "triaged_at", "registered_at"]
    log = visits.melt(id_vars="visit_id", value_vars=times, var_name="activity", value_name="time")
    log["activity"] = log["activity"].str.removesuffix("_at")
    return log.dropna(subset=["time"])

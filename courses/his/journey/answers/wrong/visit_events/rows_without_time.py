# expect: 2/3 ghost_events
def visit_events(visits):
    times = ["registered_at", "triaged_at", "seen_at", "left_at"]
    log = visits.melt(id_vars="visit_id", value_vars=times, var_name="activity", value_name="time")
    log["activity"] = log["activity"].str.removesuffix("_at")
    return log.sort_values(["visit_id", "time"])

# expect: 0/3 suffix_kept
def visit_events(visits):
    times = ["registered_at", "triaged_at", "seen_at", "left_at"]
    log = visits.melt(id_vars="visit_id", value_vars=times, var_name="activity", value_name="time")
    return log.dropna(subset=["time"]).sort_values(["visit_id", "time"])

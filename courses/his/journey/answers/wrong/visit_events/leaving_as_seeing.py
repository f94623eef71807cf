# expect: 2/3 invented_times
def visit_events(visits):
    times = ["registered_at", "triaged_at", "seen_at", "left_at"]
    filled = visits.assign(seen_at=visits["seen_at"].fillna(visits["left_at"]))
    log = filled.melt(id_vars="visit_id", value_vars=times, var_name="activity", value_name="time")
    log["activity"] = log["activity"].str.removesuffix("_at")
    return log.dropna(subset=["time"]).sort_values(["visit_id", "time"])

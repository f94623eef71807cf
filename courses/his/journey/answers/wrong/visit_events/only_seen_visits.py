# expect: 2/3 dropped_visits
def visit_events(visits):
    times = ["registered_at", "triaged_at", "seen_at", "left_at"]
    log = visits[visits["seen_at"].notna()].melt("visit_id", times, "activity", "time").dropna()
    log["activity"] = log["activity"].str.removesuffix("_at")
    return log.sort_values(["visit_id", "time"])

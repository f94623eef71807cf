# expect: 0/3 wide
def visit_events(visits):
    return visits[["visit_id", "registered_at", "triaged_at", "seen_at", "left_at"]].dropna(subset=["seen_at"])

# expect: 0/6 repeated_events
def event_log(visits, orders, lab, imaging, prescriptions, stays, settlements):
    # Everything side by side first, then upright: each event as often as the other tables have rows.
    big = visits.merge(orders, on="visit_id", how="left").merge(lab, on="order_id", how="left")
    big = big.merge(imaging, on="order_id", how="left", suffixes=("", "_imaging"))
    big = big.merge(prescriptions, on="visit_id", how="left", suffixes=("", "_drug"))
    big = big.merge(stays, on="visit_id", how="left").merge(settlements, on="visit_id", how="left")
    names = ["registered", "triaged", "seen", "left", "ordered", "collected", "received", "resulted", "performed",
             "reported", "prescribed", "admitted", "discharged", "settled"]  # fmt: skip
    long = big.melt(["visit_id", "order_id"], [f"{name}_at" for name in names], "activity", "time").dropna(
        subset=["time"]
    )
    long["activity"] = long["activity"].str.removesuffix("_at")
    return long.sort_values(["visit_id", "time"])

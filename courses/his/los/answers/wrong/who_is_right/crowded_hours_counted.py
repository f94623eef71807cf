# expect: 3/4 count_not_share
by_hour = in_bed.groupby(hours.dt.hour).mean()
report = occupancy(stays, wards, case["start"], case["end"])[case["ward"]]
who_is_right = {
    "report": float(report),
    "midnight": float(by_hour[0] / beds),
    "busiest_hour": int(by_hour.idxmax()),
    "crowded_share": int((in_bed >= 0.9 * beds).sum()),
}

# expect: 3/4 moment_not_hour
by_hour = in_bed.groupby(hours.dt.hour).mean()
report = occupancy(stays, wards, case["start"], case["end"])[case["ward"]]
who_is_right = {
    "report": float(report),
    "midnight": float(by_hour[0] / beds),
    "busiest_hour": hours[in_bed.idxmax()],
    "crowded_share": float((in_bed >= 0.9 * beds).mean()),
}

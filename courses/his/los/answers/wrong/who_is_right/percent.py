# expect: 1/4 percent
by_hour = in_bed.groupby(hours.dt.hour).mean()
report = occupancy(stays, wards, case["start"], case["end"])[case["ward"]]
who_is_right = {
    "report": 100 * float(report),
    "midnight": 100 * float(by_hour[0] / beds),
    "busiest_hour": int(by_hour.idxmax()),
    "crowded_share": 100 * float((in_bed >= 0.9 * beds).mean()),
}

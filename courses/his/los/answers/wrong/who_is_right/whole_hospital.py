# expect: 3/4 whole_hospital
by_hour = in_bed.groupby(hours.dt.hour).mean()
report = occupancy(stays, wards, case["start"], case["end"])[case["ward"]]
who_is_right = {
    "report": float((occupancy(stays, wards, case["start"], case["end"]) * wards.set_index("ward")["beds"]).sum() / wards["beds"].sum()),
    "midnight": float(by_hour[0] / beds),
    "busiest_hour": int(by_hour.idxmax()),
    "crowded_share": float((in_bed >= 0.9 * beds).mean()),
}

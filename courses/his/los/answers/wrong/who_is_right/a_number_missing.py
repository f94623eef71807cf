# expect: 0/4 form_keys
by_hour = in_bed.groupby(hours.dt.hour).mean()
who_is_right = {"midnight": float(by_hour[0] / beds), "busiest_hour": int(by_hour.idxmax())}

# expect: 3/4 nobody_left
def waiting(visits):
    minutes = (visits["seen_at"] - visits["registered_at"]) / pd.Timedelta(minutes=1)
    hour = visits["registered_at"].dt.hour.rename("hour")
    half = minutes.fillna(np.inf).groupby(hour).apply(lambda w: sorted(w)[(len(w) - 1) // 2]).replace(np.inf, np.nan)
    registered = visits.groupby(hour).size()
    return pd.DataFrame({"registered": registered, "unseen": 0, "half_seen": half}).reset_index()

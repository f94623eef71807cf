# expect: 2/4 hours
def waiting(visits):
    minutes = (visits["seen_at"] - visits["registered_at"]) / pd.Timedelta(hours=1)
    hour = visits["registered_at"].dt.hour.rename("hour")
    half = minutes.fillna(np.inf).groupby(hour).apply(lambda w: sorted(w)[(len(w) - 1) // 2]).replace(np.inf, np.nan)
    gone = visits["seen_at"].isna().groupby(hour).sum()
    return pd.DataFrame({"registered": minutes.groupby(hour).size(), "unseen": gone, "half_seen": half}).reset_index()

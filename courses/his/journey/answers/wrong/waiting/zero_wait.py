# expect: 2/4 zero_wait
def waiting(visits):
    minutes = (visits["seen_at"] - visits["registered_at"]) / pd.Timedelta(minutes=1)
    hour = visits["registered_at"].dt.hour.rename("hour")
    half = minutes.fillna(0).groupby(hour).median()
    gone = visits["seen_at"].isna().groupby(hour).sum()
    return pd.DataFrame({"registered": minutes.groupby(hour).size(), "unseen": gone, "half_seen": half}).reset_index()

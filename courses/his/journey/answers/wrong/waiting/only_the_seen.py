# expect: 0/4 only_the_seen median_of_the_seen
def waiting(visits):
    visits = visits.dropna(subset=["seen_at"])
    minutes = (visits["seen_at"] - visits["registered_at"]) / pd.Timedelta(minutes=1)
    hour = visits["registered_at"].dt.hour.rename("hour")
    half = minutes.groupby(hour).median()
    gone = visits["seen_at"].isna().groupby(hour).sum()
    return pd.DataFrame({"registered": minutes.groupby(hour).size(), "unseen": gone, "half_seen": half}).reset_index()

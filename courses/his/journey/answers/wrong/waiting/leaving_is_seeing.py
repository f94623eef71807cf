# expect: 2/4 leaving_is_seeing
def waiting(visits):
    minutes = (visits["seen_at"] - visits["registered_at"]) / pd.Timedelta(minutes=1)
    hour = visits["registered_at"].dt.hour.rename("hour")
    until = minutes.fillna((visits["left_at"] - visits["registered_at"]) / pd.Timedelta(minutes=1))
    half = until.groupby(hour).median()
    gone = visits["seen_at"].isna().groupby(hour).sum()
    return pd.DataFrame({"registered": minutes.groupby(hour).size(), "unseen": gone, "half_seen": half}).reset_index()

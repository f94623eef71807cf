# expect: 0/4 hour_of_doctor
def waiting(visits):
    minutes = (visits["seen_at"] - visits["registered_at"]) / pd.Timedelta(minutes=1)
    hour = visits["seen_at"].dt.hour.rename("hour")
    half = minutes.groupby(hour).median()
    gone = visits["seen_at"].isna().groupby(hour).sum()
    return pd.DataFrame({"registered": minutes.groupby(hour).size(), "unseen": gone, "half_seen": half}).reset_index()

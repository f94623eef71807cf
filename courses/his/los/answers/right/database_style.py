# %% [markdown]
# Filter, join, group: as somebody thinks who comes from databases.
# %% id="in_bed_now"
def in_bed_now(stays, ward):
    return len(stays.query("ward == @ward and discharged_at.isnull()"))
# %% id="los_days"
def los_days(stays, now):
    return stays["discharged_at"].combine_first(pd.Series(now, index=stays.index)).sub(stays["admitted_at"]) / pd.Timedelta("1 day")
# %% id="census"
def census(stays, moments):
    """One event for each arrival (+1) and leaving (-1), then the running total as of each moment."""
    events = pd.concat([
        pd.DataFrame({"at": stays["admitted_at"], "step": 1}),
        pd.DataFrame({"at": stays["discharged_at"].dropna(), "step": -1}),
    ])
    total = events.groupby("at")["step"].sum().sort_index().cumsum()
    return moments.map(lambda moment: total[:moment].iloc[-1] if len(total[:moment]) else 0)
# %% id="occupancy"
def occupancy(stays, wards, start, end):
    ends = stays["discharged_at"].where(stays["discharged_at"] < end, end)
    begins = stays["admitted_at"].where(stays["admitted_at"] > start, start)
    used = stays.assign(days=(ends - begins).dt.total_seconds() / 86400)
    used = used[used["days"] > 0].groupby("ward", as_index=False)["days"].sum()
    table = wards.merge(used, on="ward", how="left").fillna({"days": 0})
    return table.assign(share=table["days"] / table["beds"] / ((end - start) / pd.Timedelta("1 day"))).set_index("ward")["share"]
# %% id="average_stay"
def average_stay(stays):
    visits = stays.groupby("visit_id").agg(rows=("admitted_at", "size"), closed=("discharged_at", "count"), came=("admitted_at", "min"), left=("discharged_at", "max"))
    visits = visits[visits["rows"] == visits["closed"]]
    return (visits["left"] - visits["came"]).mean() / pd.Timedelta("1 day")
# %% id="who_is_right"
grid = pd.DataFrame({"hour": hours.dt.hour, "share": in_bed / beds})
profile = grid.groupby("hour")["share"].mean()
who_is_right = {
    "report": occupancy(stays, wards, case["start"], case["end"]).loc[case["ward"]],
    "midnight": profile.loc[0],
    "busiest_hour": profile.idxmax(),
    "crowded_share": (grid["share"] >= 0.9).mean(),
}

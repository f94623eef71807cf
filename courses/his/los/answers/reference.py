# %%
import pandas as pd


def four_numbers(stays, wards, case):
    """What item 6 asks for, from one learner's own files, and what the likely mistakes would give."""
    ward, start, end = case["ward"], case["start"], case["end"]
    beds = wards.set_index("ward").loc[ward, "beds"]
    hours = pd.Series(pd.date_range(start, end, freq="h", inclusive="left"))
    in_bed = census(stays[stays["ward"] == ward], hours)
    by_hour = in_bed.groupby(hours.dt.hour).mean()
    rates = occupancy(stays, wards, start, end)
    return {
        "report": rates[ward],
        "hospital": (rates * wards.set_index("ward")["beds"]).sum() / wards["beds"].sum(),
        "midnight": by_hour[0] / beds,
        "busiest_hours": list(by_hour[by_hour >= by_hour.max() - 1e-9].index),
        "quietest_hours": list(by_hour[by_hour <= by_hour.min() + 1e-9].index),
        "crowded_share": (in_bed >= 0.9 * beds).mean(),
        "full_share": (in_bed >= beds).mean(),
        "hours": len(hours),
    }


# %% id="in_bed_now"
def in_bed_now(stays, ward):
    return int(stays.loc[stays["ward"] == ward, "discharged_at"].isna().sum())


# %% id="los_days"
def los_days(stays, now):
    end = stays["discharged_at"].fillna(now)
    return (end - stays["admitted_at"]) / pd.Timedelta(days=1)


# %% id="census"
def census(stays, moments):
    """Arrivals so far minus departures so far, each looked up in a sorted list."""
    come = stays["admitted_at"].sort_values()
    left = stays["discharged_at"].dropna().sort_values()
    return come.searchsorted(moments, side="right") - pd.Series(left.searchsorted(moments, side="right"), index=moments.index)


# %% id="occupancy"
def occupancy(stays, wards, start, end):
    first = stays["admitted_at"].clip(lower=start)
    last = stays["discharged_at"].fillna(end).clip(upper=end)
    used = ((last - first) / pd.Timedelta(days=1)).clip(lower=0)
    beds = wards.set_index("ward")["beds"]
    return used.groupby(stays["ward"]).sum().reindex(beds.index, fill_value=0) / (beds * ((end - start) / pd.Timedelta(days=1)))


# %% id="average_stay"
def average_stay(stays):
    here = stays.loc[stays["discharged_at"].isna(), "visit_id"]
    gone = stays[~stays["visit_id"].isin(here)].groupby("visit_id")
    return float(((gone["discharged_at"].max() - gone["admitted_at"].min()) / pd.Timedelta(days=1)).mean())


# %% id="who_is_right"
by_hour = in_bed.groupby(hours.dt.hour).mean()
who_is_right = {
    "report": float(occupancy(stays, wards, case["start"], case["end"])[case["ward"]]),
    "midnight": float(by_hour[0] / beds),
    "busiest_hour": int(by_hour.idxmax()),
    "crowded_share": float((in_bed >= 0.9 * beds).mean()),
}

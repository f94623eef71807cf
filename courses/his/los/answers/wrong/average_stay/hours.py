# expect: 0/3 hours
def average_stay(stays):
    here = stays.loc[stays["discharged_at"].isna(), "visit_id"]
    gone = stays[~stays["visit_id"].isin(here)].groupby("visit_id")
    return float(((gone["discharged_at"].max() - gone["admitted_at"].min()) / pd.Timedelta(hours=1)).mean())

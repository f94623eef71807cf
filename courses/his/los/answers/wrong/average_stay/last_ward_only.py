# expect: 1/3 last_ward_only
def average_stay(stays):
    here = stays.loc[stays["discharged_at"].isna(), "visit_id"]
    gone = stays[~stays["visit_id"].isin(here)].sort_values("admitted_at").drop_duplicates("visit_id", keep="last")
    return float(((gone["discharged_at"] - gone["admitted_at"]) / pd.Timedelta(days=1)).mean())

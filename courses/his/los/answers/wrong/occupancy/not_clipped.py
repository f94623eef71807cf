# expect: 3/5 not_clipped
def occupancy(stays, wards, start, end):
    days = (stays["discharged_at"].fillna(end) - stays["admitted_at"]) / pd.Timedelta(days=1)
    used = days.groupby(stays["ward"]).sum().reindex(wards["ward"], fill_value=0)
    return used / (wards.set_index("ward")["beds"] * (end - start).days)

# expect: 3/5 edge_dropped
def occupancy(stays, wards, start, end):
    last = stays["discharged_at"].fillna(end)
    inside = stays[(stays["admitted_at"] >= start) & (last <= end)]
    days = (last[inside.index] - inside["admitted_at"]) / pd.Timedelta(days=1)
    used = days.groupby(inside["ward"]).sum().reindex(wards["ward"], fill_value=0)
    return used / (wards.set_index("ward")["beds"] * (end - start).days)

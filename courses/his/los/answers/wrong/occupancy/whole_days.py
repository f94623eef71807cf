# expect: 0/5 truncated
def occupancy(stays, wards, start, end):
    first, last = stays["admitted_at"].clip(lower=start), stays["discharged_at"].fillna(end).clip(upper=end)
    used = (last - first).dt.days.clip(lower=0).groupby(stays["ward"]).sum().reindex(wards["ward"], fill_value=0)
    return used / (wards.set_index("ward")["beds"] * (end - start).days)

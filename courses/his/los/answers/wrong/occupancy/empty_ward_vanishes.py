# expect: 4/5 ward_missing
def occupancy(stays, wards, start, end):
    first, last = stays["admitted_at"].clip(lower=start), stays["discharged_at"].fillna(end).clip(upper=end)
    days = ((last - first) / pd.Timedelta(days=1)).clip(lower=0)
    used = days.groupby(stays["ward"]).sum()
    return used / wards.set_index("ward")["beds"].reindex(used.index) / (end - start).days

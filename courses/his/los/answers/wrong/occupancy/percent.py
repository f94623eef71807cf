# expect: 0/5 percent
def occupancy(stays, wards, start, end):
    first, last = stays["admitted_at"].clip(lower=start), stays["discharged_at"].fillna(end).clip(upper=end)
    days = ((last - first) / pd.Timedelta(days=1)).clip(lower=0)
    used = days.groupby(stays["ward"]).sum().reindex(wards["ward"], fill_value=0)
    return 100 * used / (wards.set_index("ward")["beds"] * (end - start).days)

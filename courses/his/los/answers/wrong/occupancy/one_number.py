# expect: 0/5 form_type
def occupancy(stays, wards, start, end):
    first, last = stays["admitted_at"].clip(lower=start), stays["discharged_at"].fillna(end).clip(upper=end)
    days = ((last - first) / pd.Timedelta(days=1)).clip(lower=0)
    return float(days.sum() / wards["beds"].sum() / (end - start).days)

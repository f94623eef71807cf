# expect: 0/5 turnover
def occupancy(stays, wards, start, end):
    count = stays.groupby("ward").size().reindex(wards["ward"], fill_value=0)
    return count / wards.set_index("ward")["beds"]

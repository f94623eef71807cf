# expect: 0/4 form_index
def census(stays, moments):
    left = stays["discharged_at"].fillna(pd.Timestamp.max)
    counts = [int(((stays["admitted_at"] <= t) & (left > t)).sum()) for t in moments]
    return pd.Series(counts)

# expect: 3/4 edge_twice
def census(stays, moments):
    left = stays["discharged_at"].fillna(pd.Timestamp.max)
    return moments.map(lambda t: int(((stays["admitted_at"] <= t) & (left >= t)).sum()))

# expect: 1/4 by_date
def census(stays, moments):
    come = stays["admitted_at"].dt.normalize()
    left = stays["discharged_at"].fillna(pd.Timestamp.max).dt.normalize()
    return moments.map(lambda t: int(((come <= t.normalize()) & (left >= t.normalize())).sum()))

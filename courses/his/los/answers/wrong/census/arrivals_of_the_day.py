# expect: 1/4 arrivals
def census(stays, moments):
    come = stays["admitted_at"].dt.normalize()
    return moments.map(lambda t: int((come == t.normalize()).sum()))

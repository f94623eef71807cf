# expect: 1/4 open_forgotten
def census(stays, moments):
    return moments.map(lambda t: int(((stays["admitted_at"] <= t) & (stays["discharged_at"] > t)).sum()))

# expect: 1/4 never_leave
def census(stays, moments):
    return moments.map(lambda t: int((stays["admitted_at"] <= t).sum()))

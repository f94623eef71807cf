# expect: 2/4 open_as_zero
def los_days(stays, now):
    return ((stays["discharged_at"] - stays["admitted_at"]).dt.total_seconds() / 86400).fillna(0)

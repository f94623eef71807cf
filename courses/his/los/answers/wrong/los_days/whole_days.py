# expect: 0/4 truncated
def los_days(stays, now):
    return (stays["discharged_at"].fillna(now) - stays["admitted_at"]).dt.days

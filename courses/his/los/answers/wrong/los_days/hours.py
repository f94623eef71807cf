# expect: 0/4 hours
def los_days(stays, now):
    return (stays["discharged_at"].fillna(now) - stays["admitted_at"]).dt.total_seconds() / 3600

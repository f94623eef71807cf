# expect: 0/4 reversed
def los_days(stays, now):
    return (stays["admitted_at"] - stays["discharged_at"].fillna(now)).dt.total_seconds() / 86400

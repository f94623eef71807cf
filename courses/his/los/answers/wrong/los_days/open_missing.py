# expect: 2/4 open_as_missing
def los_days(stays, now):
    return (stays["discharged_at"] - stays["admitted_at"]).dt.total_seconds() / 86400

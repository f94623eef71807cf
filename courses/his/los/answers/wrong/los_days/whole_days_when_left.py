# expect: 2/4 truncated
def los_days(stays, now):
    exact = (now - stays["admitted_at"]) / pd.Timedelta(days=1)
    whole = (stays["discharged_at"] - stays["admitted_at"]).dt.days
    return whole.where(stays["discharged_at"].notna(), exact)

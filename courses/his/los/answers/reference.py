# %% id="los_days"
def los_days(stays, now):
    end = stays["discharged_at"].fillna(now)
    return (end - stays["admitted_at"]) / pd.Timedelta(days=1)

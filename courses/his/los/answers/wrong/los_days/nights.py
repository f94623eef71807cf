# expect: 0/4 nights
def los_days(stays, now):
    end = stays["discharged_at"].fillna(now).dt.normalize()
    return (end - stays["admitted_at"].dt.normalize()).dt.days

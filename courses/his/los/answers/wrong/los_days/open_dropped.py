# expect: 0/4 form_length
def los_days(stays, now):
    gone = stays.dropna(subset=["discharged_at"])
    return (gone["discharged_at"] - gone["admitted_at"]).dt.total_seconds() / 86400

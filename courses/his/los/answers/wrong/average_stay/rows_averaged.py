# expect: 1/3 row_not_visit
def average_stay(stays):
    gone = stays.dropna(subset=["discharged_at"])
    return float(((gone["discharged_at"] - gone["admitted_at"]) / pd.Timedelta(days=1)).mean())

# expect: 2/3 open_counted
def average_stay(stays):
    filled = stays.assign(discharged_at=stays["discharged_at"].fillna(stays["discharged_at"].max()))
    visits = filled.groupby("visit_id").agg(came=("admitted_at", "min"), left=("discharged_at", "max"))
    return float(((visits["left"] - visits["came"]) / pd.Timedelta(days=1)).mean())

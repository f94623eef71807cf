# expect: 2/3 not_left_yet
def average_stay(stays):
    visits = stays.groupby("visit_id").agg(came=("admitted_at", "min"), left=("discharged_at", "max"))
    return float(((visits["left"] - visits["came"]) / pd.Timedelta(days=1)).mean())

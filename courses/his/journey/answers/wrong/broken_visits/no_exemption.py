# expect: 3/4 accused_rescuers
def broken_visits(log: pd.DataFrame, visits: pd.DataFrame) -> list:
    steps = log.dropna(subset=["order_id"]).pivot(index=["visit_id", "order_id"], columns="activity", values="time")
    steps = steps.reindex(columns=["ordered", "collected", "received", "resulted", "performed", "reported"])
    level = visits.set_index("visit_id")["triage_level"].reindex(steps.index.get_level_values("visit_id"))
    spoken_order = (level == 1).to_numpy()
    too_early = steps["collected"] < steps["ordered"]
    wrong_chain = (steps["received"] < steps["collected"]) | (steps["resulted"] < steps["received"])
    no_picture_yet = steps["reported"] < steps["performed"]
    broken = steps[too_early | wrong_chain | no_picture_yet]
    return sorted(broken.index.get_level_values("visit_id").unique())

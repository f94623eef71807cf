# expect: 1/4 hours
def lab_phases(orders, lab):
    tubes = lab.groupby("order_id", as_index=False)[["collected_at", "received_at", "resulted_at"]].max()
    table = orders[orders["kind"] == "laboratory"].merge(tubes, on="order_id", how="left")
    minute = pd.Timedelta(hours=1)
    table["to_collect"] = (table["collected_at"] - table["ordered_at"]) / minute
    table["to_receive"] = (table["received_at"] - table["collected_at"]) / minute
    table["to_result"] = (table["resulted_at"] - table["received_at"]) / minute
    table["total"] = (table["resulted_at"] - table["ordered_at"]) / minute
    return table

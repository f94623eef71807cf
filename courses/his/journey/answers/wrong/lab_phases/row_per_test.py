# expect: 0/4 row_per_test
def lab_phases(orders, lab):
    table = orders[orders["kind"] == "laboratory"].merge(lab, on="order_id", how="left")
    minute = pd.Timedelta(minutes=1)
    table["to_collect"] = (table["collected_at"] - table["ordered_at"]) / minute
    table["to_receive"] = (table["received_at"] - table["collected_at"]) / minute
    table["to_result"] = (table["resulted_at"] - table["received_at"]) / minute
    table["total"] = (table["resulted_at"] - table["ordered_at"]) / minute
    return table

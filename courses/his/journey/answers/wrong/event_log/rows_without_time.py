# expect: 3/6 ghost_events
def event_log(
    visits: pd.DataFrame,
    orders: pd.DataFrame,
    lab: pd.DataFrame,
    imaging: pd.DataFrame,
    prescriptions: pd.DataFrame,
    stays: pd.DataFrame,
    settlements: pd.DataFrame,
) -> pd.DataFrame:
    visit_of = orders.set_index("order_id")["visit_id"]
    reports = lab.groupby("order_id", as_index=False).agg(
        collected_at=("collected_at", "first"), received_at=("received_at", "first"), resulted_at=("resulted_at", "max")
    )
    pictures = imaging[["order_id", "performed_at", "reported_at"]]
    written = prescriptions[["visit_id", "prescribed_at"]].drop_duplicates()
    tables = [
        visits[["visit_id", "registered_at", "triaged_at", "seen_at", "left_at"]],
        orders[["visit_id", "order_id", "ordered_at"]],
        reports.assign(visit_id=reports["order_id"].map(visit_of)),
        pictures.assign(visit_id=pictures["order_id"].map(visit_of)),
        written,
        stays[["visit_id", "admitted_at", "discharged_at"]],
        settlements[["visit_id", "settled_at"]],
    ]
    parts = []
    for table in tables:
        keys = [name for name in ("visit_id", "order_id") if name in table]
        parts.append(table.melt(id_vars=keys, var_name="activity", value_name="time"))
    log = pd.concat(parts)
    log["activity"] = log["activity"].str.removesuffix("_at")
    log["order_id"] = log["order_id"].astype("Int64")
    return log.sort_values(["visit_id", "time"], kind="stable", ignore_index=True)

# %% id="visit_events"
def visit_events(visits: pd.DataFrame) -> pd.DataFrame:
    times = ["registered_at", "triaged_at", "seen_at", "left_at"]
    log = visits.melt(id_vars="visit_id", value_vars=times, var_name="activity", value_name="time")
    log["activity"] = log["activity"].str.removesuffix("_at")
    return log.dropna(subset=["time"]).sort_values(["visit_id", "time"], kind="stable", ignore_index=True)


# %% id="lab_phases"
def lab_phases(orders: pd.DataFrame, lab: pd.DataFrame) -> pd.DataFrame:
    reports = lab.groupby("order_id").agg(
        collected_at=("collected_at", "first"),
        received_at=("received_at", "first"),
        resulted_at=("resulted_at", "first"),
    )
    steps = orders[orders["kind"] == "laboratory"].set_index("order_id").join(reports)
    minute = pd.Timedelta(minutes=1)
    return pd.DataFrame(
        {
            "to_collect": (steps["collected_at"] - steps["ordered_at"]) / minute,
            "to_receive": (steps["received_at"] - steps["collected_at"]) / minute,
            "to_result": (steps["resulted_at"] - steps["received_at"]) / minute,
            "total": (steps["resulted_at"] - steps["ordered_at"]) / minute,
        }
    ).reset_index()


# %% id="event_log"
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
        collected_at=("collected_at", "first"),
        received_at=("received_at", "first"),
        resulted_at=("resulted_at", "first"),
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
    log = pd.concat(parts).dropna(subset=["time"])
    log["activity"] = log["activity"].str.removesuffix("_at")
    log["order_id"] = log["order_id"].astype("Int64")
    return log.sort_values(["visit_id", "time"], kind="stable", ignore_index=True)


# %% id="broken_visits"
def broken_visits(log: pd.DataFrame, visits: pd.DataFrame) -> list:
    steps = log.dropna(subset=["order_id"]).pivot(index=["visit_id", "order_id"], columns="activity", values="time")
    steps = steps.reindex(columns=["ordered", "collected", "received", "resulted", "performed", "reported"])
    level = visits.set_index("visit_id")["triage_level"].reindex(steps.index.get_level_values("visit_id"))
    spoken_order = (level == 1).to_numpy()
    too_early = (steps["collected"] < steps["ordered"]) & ~spoken_order
    wrong_chain = (steps["received"] < steps["collected"]) | (steps["resulted"] < steps["received"])
    no_picture_yet = steps["reported"] < steps["performed"]
    broken = steps[too_early | wrong_chain | no_picture_yet]
    return sorted(broken.index.get_level_values("visit_id").unique())


# %% id="waiting"
def waiting(visits: pd.DataFrame) -> pd.DataFrame:
    minutes = (visits["seen_at"] - visits["registered_at"]) / pd.Timedelta(minutes=1)
    wait = minutes.fillna(np.inf)
    table = pd.DataFrame({"hour": visits["registered_at"].dt.hour, "wait": wait, "gone": np.isinf(wait)})
    hours = table.groupby("hour").agg(
        registered=("wait", "size"),
        unseen=("gone", "sum"),
        half_seen=("wait", lambda w: w.quantile(interpolation="lower")),
    )
    return hours.replace(np.inf, np.nan).reset_index()

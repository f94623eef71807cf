# pandas all the way, by other routes: stack instead of melt, joins on the index, one big log filtered and pivoted;
# the answers come back indexed, with extra columns, rounded, or sorted by time only.
# %% id="visit_events"
def visit_events(visits):
    wide = visits.set_index("visit_id")[["registered_at", "triaged_at", "seen_at", "left_at"]]
    wide.columns = ["registered", "triaged", "seen", "left"]
    long = wide.stack()
    long = long[long.notna()].rename_axis(["visit_id", "activity"]).rename("time").reset_index()
    return long.sort_values("time", kind="mergesort")


# %% id="lab_phases"
def lab_phases(orders, lab):
    first_rows = lab.sort_values("resulted_at").drop_duplicates("order_id", keep="last").set_index("order_id")
    mine = orders.query("kind == 'laboratory'").set_index("order_id")
    table = mine.join(first_rows[["collected_at", "received_at", "resulted_at"]])
    moments = table[["ordered_at", "collected_at", "received_at", "resulted_at"]]
    gaps = moments.diff(axis=1).iloc[:, 1:].apply(lambda column: column.dt.total_seconds() / 60).round(2)
    gaps.columns = ["to_collect", "to_receive", "to_result"]
    gaps["total"] = gaps.sum(axis=1, skipna=False)
    return gaps


# %% id="event_log"
def event_log(visits, orders, lab, imaging, prescriptions, stays, settlements):
    tubes = lab.drop(columns=["patient_id"]).merge(orders[["order_id", "visit_id"]], how="left")
    tubes["resulted_at"] = tubes.groupby("order_id")["resulted_at"].transform("max")
    studies = imaging.drop(columns=["patient_id"]).merge(orders[["order_id", "visit_id"]], how="left")
    sources = {
        "registered": visits, "triaged": visits, "seen": visits, "left": visits, "ordered": orders,
        "collected": tubes, "received": tubes, "resulted": tubes, "performed": studies, "reported": studies,
        "prescribed": prescriptions, "admitted": stays, "discharged": stays, "settled": settlements,
    }  # fmt: skip
    parts = []
    for activity, table in sources.items():
        part = table.reindex(columns=["visit_id", "order_id", activity + "_at"])
        part.columns = ["visit_id", "order_id", "time"]
        parts.append(part.assign(activity=activity, source=1))
    log = pd.concat(parts).dropna(subset="time").drop_duplicates()
    return log.sort_values(["time"], kind="stable").set_index("visit_id")


# %% id="broken_visits"
def broken_visits(log, visits):
    times = log[log["order_id"].notna()].groupby(["visit_id", "order_id", "activity"])["time"].first().unstack()
    for name in ["ordered", "collected", "received", "resulted", "performed", "reported"]:
        if name not in times:
            times[name] = pd.NaT
    resuscitated = set(visits[visits["triage_level"] == 1]["visit_id"])
    chain = times[(times["received"] < times["collected"]) | (times["resulted"] < times["received"])]
    early = times[times["reported"] < times["performed"]]
    late = times[times["collected"] < times["ordered"]]
    late = set(late.index.get_level_values(0)) - resuscitated
    return np.array(list(late | set(chain.index.get_level_values(0)) | set(early.index.get_level_values(0))))


# %% id="waiting"
def waiting(visits):
    far = pd.Timedelta(days=999)
    wait = (visits["seen_at"] - visits["registered_at"]).fillna(far)
    hour = visits["registered_at"].dt.hour.rename("hour")
    grouped = wait.groupby(hour)
    result = pd.DataFrame({"registered": grouped.size(), "unseen": (wait == far).groupby(hour).sum()})
    middle = grouped.apply(lambda w: w.sort_values().iloc[(len(w) - 1) // 2])
    result["half_seen"] = (middle.dt.total_seconds() / 60).where(middle < far).round(1)
    return result

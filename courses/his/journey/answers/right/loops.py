# Plain Python: loops over rows, dictionaries, lists of tuples. How a programmer who has never met pandas would do it.
# %% id="visit_events"
def visit_events(visits):
    rows = []
    for visit in visits.itertuples():
        happened = [
            (visit.registered_at, "registered"),
            (visit.triaged_at, "triaged"),
            (visit.seen_at, "seen"),
            (visit.left_at, "left"),
        ]
        happened = [(time, what) for time, what in happened if not pd.isna(time)]
        for time, what in sorted(happened, key=lambda pair: pair[0]):
            rows.append({"time": time, "visit_id": visit.visit_id, "activity": what})
    return pd.DataFrame(rows)


# %% id="lab_phases"
def lab_phases(orders, lab):
    tubes = {}
    for test in lab.itertuples():
        seen = tubes.setdefault(test.order_id, [test.collected_at, test.received_at, test.resulted_at])
        seen[2] = max(seen[2], test.resulted_at)
    rows = []
    for order in orders.itertuples():
        if order.kind != "laboratory":
            continue
        row = {"order_id": order.order_id, "to_collect": None, "to_receive": None, "to_result": None, "total": None}
        if order.order_id in tubes:
            collected, received, resulted = tubes[order.order_id]
            row["to_collect"] = (collected - order.ordered_at).total_seconds() / 60
            row["to_receive"] = (received - collected).total_seconds() / 60
            row["to_result"] = (resulted - received).total_seconds() / 60
            row["total"] = row["to_collect"] + row["to_receive"] + row["to_result"]
        rows.append(row)
    return pd.DataFrame(rows)


# %% id="event_log"
def event_log(visits, orders, lab, imaging, prescriptions, stays, settlements):
    visit_of = dict(zip(orders["order_id"], orders["visit_id"]))
    found = []

    def note(visit, order, activity, time):
        if not pd.isna(time):
            found.append((visit, time, order, activity))

    for v in visits.itertuples():
        note(v.visit_id, None, "registered", v.registered_at)
        note(v.visit_id, None, "triaged", v.triaged_at)
        note(v.visit_id, None, "seen", v.seen_at)
        note(v.visit_id, None, "left", v.left_at)
    for o in orders.itertuples():
        note(o.visit_id, o.order_id, "ordered", o.ordered_at)
    last = {}
    for test in lab.itertuples():
        old = last.get(test.order_id)
        if old is None or test.resulted_at > old.resulted_at:
            last[test.order_id] = test
    for order, test in last.items():
        note(visit_of[order], order, "collected", test.collected_at)
        note(visit_of[order], order, "received", test.received_at)
        note(visit_of[order], order, "resulted", test.resulted_at)
    for study in imaging.itertuples():
        note(visit_of[study.order_id], study.order_id, "performed", study.performed_at)
        note(visit_of[study.order_id], study.order_id, "reported", study.reported_at)
    for visit, time in set(zip(prescriptions["visit_id"], prescriptions["prescribed_at"])):
        note(visit, None, "prescribed", time)
    for stay in stays.itertuples():
        note(stay.visit_id, None, "admitted", stay.admitted_at)
        note(stay.visit_id, None, "discharged", stay.discharged_at)
    for bill in settlements.itertuples():
        note(bill.visit_id, None, "settled", bill.settled_at)
    found.sort(key=lambda event: event[:2])
    return pd.DataFrame(found, columns=["visit_id", "time", "order_id", "activity"])


# %% id="broken_visits"
def broken_visits(log, visits):
    level = dict(zip(visits["visit_id"], visits["triage_level"]))
    orders = {}
    for event in log.itertuples():
        if not pd.isna(event.order_id):
            orders.setdefault((event.visit_id, event.order_id), {})[event.activity] = event.time
    broken = []
    for (visit, _), times in orders.items():
        rules = [("collected", "received"), ("received", "resulted"), ("performed", "reported")]
        if level[visit] != 1:
            rules.append(("ordered", "collected"))
        for before, after in rules:
            if before in times and after in times and times[after] < times[before]:
                broken.append(int(visit))
                break
    return broken


# %% id="waiting"
def waiting(visits):
    by_hour = {}
    for visit in visits.itertuples():
        by_hour.setdefault(visit.registered_at.hour, []).append(visit)
    rows = []
    for hour in range(24):
        people = by_hour.get(hour, [])
        if not people:
            continue
        waits = sorted((p.seen_at - p.registered_at).total_seconds() / 60 for p in people if not pd.isna(p.seen_at))
        needed = (len(people) + 1) // 2
        half = waits[needed - 1] if len(waits) >= needed else float("nan")
        rows.append((hour, len(people), len(people) - len(waits), half))
    return pd.DataFrame(rows, columns=["hour", "registered", "unseen", "half_seen"])

# expect: 3/6 joined_by_patient
def event_log(visits, orders, lab, imaging, prescriptions, stays, settlements):
    # LIS and PACS have no visit_id, so they are matched through the patient.
    whose = visits[["visit_id", "patient_id"]]
    tubes = lab.groupby(["order_id", "patient_id"], as_index=False)[
        ["collected_at", "received_at", "resulted_at"]
    ].max()
    tubes = tubes.merge(whose, on="patient_id")
    pictures = imaging.merge(whose, on="patient_id")
    written = prescriptions.drop_duplicates(["visit_id", "prescribed_at"])
    sources = [
        (visits, ["registered", "triaged", "seen", "left"]), (orders, ["ordered"]),
        (tubes, ["collected", "received", "resulted"]), (pictures, ["performed", "reported"]),
        (written, ["prescribed"]), (stays, ["admitted", "discharged"]), (settlements, ["settled"]),
    ]  # fmt: skip
    log = pd.concat([events(table, name, name + "_at") for table, names in sources for name in names])
    return log.sort_values(["visit_id", "time"])

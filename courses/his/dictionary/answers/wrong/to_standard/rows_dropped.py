# expect: 4/6 rows_dropped
def careful(export: pd.DataFrame) -> pd.DataFrame:
    """export: rows of the old system; returns one row for each record, with names, units and times people can read."""
    table = export.copy()
    for name, values in missing.items():
        table[name] = table[name].mask(table[name].isin(values))
    table = table.rename(columns=roles)
    factor = {"mm[Hg]": 1, "kPa": 7.50062, "0.1 kPa": 0.750062}[units["systolic"]]
    celsius = {"Cel": lambda t: t, "[degF]": lambda t: (t - 32) * 5 / 9, "0.1 Cel": lambda t: t / 10}
    at = pd.to_datetime(table["measured_at"], unit=units["measured_at"], utc=True)
    return pd.DataFrame(
        {
            "record_id": table["record_id"],
            "patient_id": table["patient_id"],
            "sex": table["sex"].map(codes["sex"]),
            "visit_kind": table["visit_kind"].map(codes["visit_kind"]),
            "ward": table["ward"],
            "measured_at": at.dt.tz_convert("Asia/Shanghai").dt.tz_localize(None),
            "temperature_c": celsius[units["temperature"]](table["temperature"]),
            "heart_rate": table["heart_rate"],
            "respiratory_rate": table["respiratory_rate"],
            "systolic_mmhg": table["systolic"] * factor,
            "diastolic_mmhg": table["diastolic"] * factor,
            "spo2": table["spo2"],
            "weight_kg": table["weight"] / {"kg": 1, "[jin]": 2, "0.1 kg": 10}[units["weight"]],
        }
    )


def to_standard(export):
    return careful(export).dropna(subset=["temperature_c", "heart_rate"])

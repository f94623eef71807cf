# The answer that marking compares with; each cell infers from the learner's own export, as a person would.
# %% id="roles"
def looks(table):
    """column -> role, from shape and relations alone."""
    found = {}
    numeric = {name: column for name, column in table.items() if pd.api.types.is_numeric_dtype(column)}
    found["ward"] = next(name for name in table if name not in numeric)
    for name, column in numeric.items():
        if column.max() > 1e8:
            found["measured_at"] = name
        elif column.dropna().between(19000101, 21000101).all():
            found["birth_date"] = name
        elif column.is_unique:
            found["record_id"] = name
        elif column.median() > 200_000:
            found["patient_id"] = name
        elif column.nunique() == 2:
            found["sex"] = name
        elif column.nunique() == 3:
            found["visit_kind"] = name
        elif column.isna().mean() > 0.5:
            found["weight"] = name
    signs = [name for name in numeric if name not in found.values()]
    trimmed = {name: table[name][table[name].between(*table[name].quantile([0.08, 0.92]))] for name in signs}
    spread = {name: values.std() / values.median() for name, values in trimmed.items()}
    steady = sorted(signs, key=spread.get)[:2]  # temperature and saturation hardly vary
    whole = [name for name in steady if table[name].max() <= 100 and (table[name] % 1 == 0).all()]
    found["spo2"] = whole[0]
    found["temperature"] = next(name for name in steady if name != whole[0])
    rest = [name for name in signs if name not in steady]
    couples = [(a, b) for a in rest for b in rest if a < b]
    ratio = {pair: (table[pair[0]] / table[pair[1]].where(table[pair[1]] > 0)).quantile([0.1, 0.5, 0.9]) for pair in couples}
    pair = set(min(couples, key=lambda pair: (ratio[pair][0.9] - ratio[pair][0.1]) / ratio[pair][0.5]))  # one heart, two pressures
    found["diastolic"], found["systolic"] = sorted(pair, key=lambda name: table[name].median())
    found["respiratory_rate"], found["heart_rate"] = sorted(set(rest) - pair, key=lambda name: table[name].median())
    return {name: role for role, name in found.items()}


roles = looks(export)
# %% id="missing"
def strangers(column):
    """Values far outside the middle of a column that come again and again."""
    values = column.dropna()
    often = values.value_counts()
    steps = np.sort(often.index.to_numpy())
    spread = 2 * (values.quantile(0.75) - values.quantile(0.25))
    gap = {value: np.min(np.abs(np.delete(steps, k) - value)) for k, value in enumerate(steps)}
    return [float(value) for value in steps if value <= 0 or (often[value] >= 5 and gap[value] > spread)]


CODES = {"record_id", "patient_id", "sex", "birth_date", "visit_kind", "ward", "measured_at"}
missing = {name: found for name, role in roles.items() if role not in CODES and (found := strangers(export[name]))}
# %% id="codes"
at = {role: name for name, role in roles.items()}
obstetrics = wards.loc[wards["name_en"].str.contains("Obstetrics"), "ward"]
mothers = export.loc[export[at["ward"]].isin(obstetrics), at["sex"]].mode().iloc[0]
sex = {int(code): "female" if code == mothers else "male" for code in export[at["sex"]].unique()}

kind = export[at["visit_kind"]]
in_ward = export[at["ward"]].notna().groupby(kind).mean().idxmax()
ticks = export[at["measured_at"]]
hour = pd.to_datetime(ticks, unit="ms" if ticks.median() > 1e11 else "s", utc=True).dt.tz_convert("Asia/Shanghai").dt.hour
others = kind[kind != in_ward]
night = hour[others.index].isin([22, 23, 0, 1, 2, 3, 4, 5]).groupby(others).mean()
visit_kind = {int(in_ward): "inpatient", int(night.idxmax()): "emergency", int(night.idxmin()): "outpatient"}
codes = {"sex": sex, "visit_kind": visit_kind}
# %% id="units"
at = {role: name for name, role in roles.items()}
middle = {role: export[name].median() for role, name in at.items() if role not in {"ward"}}
born = pd.to_datetime(export[at["birth_date"]].astype(str), format="%Y%m%d")
grown = export.loc[born < born.max() - pd.Timedelta(days=365 * 20), at["weight"]]
pressure = "kPa" if middle["systolic"] < 40 else "0.1 kPa" if middle["systolic"] > 140 else "mm[Hg]"
units = {
    "temperature": "0.1 Cel" if middle["temperature"] > 200 else "[degF]" if middle["temperature"] > 60 else "Cel",
    "systolic": pressure,
    "diastolic": pressure,
    "weight": "0.1 kg" if grown.median() > 250 else "[jin]" if grown.median() > 95 else "kg",
    "measured_at": "ms" if middle["measured_at"] > 1e11 else "s" if middle["measured_at"] > 1e8 else "min",
}
# %% id="to_standard"
def to_standard(export: pd.DataFrame) -> pd.DataFrame:
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

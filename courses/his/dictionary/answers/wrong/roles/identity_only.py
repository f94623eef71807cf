# expect: 2/4
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


measured = {"temperature", "heart_rate", "respiratory_rate", "systolic", "diastolic", "spo2", "weight"}
roles = {name: role for name, role in looks(export).items() if role not in measured}

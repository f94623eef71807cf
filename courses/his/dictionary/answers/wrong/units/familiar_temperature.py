# expect: 3/4 familiar_unit
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
units["temperature"] = "Cel"

# expect: 2/4
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
codes = {"sex": codes["sex"]}

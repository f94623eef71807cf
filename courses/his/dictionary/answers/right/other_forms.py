# %% [markdown]
# The same conclusions written down in other forms: roles as keys, Chinese words, units as people type them, a time zone.
# %% id="roles"
def looks(table):
    numbers = table.select_dtypes("number")
    facts = pd.DataFrame({"different": numbers.nunique(), "blank": numbers.isna().mean(), "largest": numbers.max()})
    known = {"ward": table.columns.difference(numbers.columns)[0]}
    known["measured_at"] = facts["largest"].idxmax()
    facts = facts.drop(index=known["measured_at"])
    known["birth_date"] = facts["largest"].idxmax()
    facts = facts.drop(index=known["birth_date"])
    known["record_id"], known["patient_id"] = facts["largest"].nlargest(2).index
    facts = facts.drop(index=[known["record_id"], known["patient_id"]])
    known["sex"], known["visit_kind"] = facts["different"].nsmallest(2).index
    known["weight"] = facts["blank"].idxmax()
    facts = facts.drop(index=[known["sex"], known["visit_kind"], known["weight"]])
    rest = table[facts.index]
    middle = rest.median()
    typical = (rest - middle).abs().median() / middle
    known["spo2"] = next(name for name in typical.nsmallest(2).index if rest[name].max() <= 100 and (rest[name] % 1 == 0).all())
    known["temperature"] = next(name for name in typical.nsmallest(2).index if name != known["spo2"])
    rest = rest.drop(columns=[known["spo2"], known["temperature"]])
    best = min(
        ((a, b) for a in rest for b in rest if middle[a] > middle[b]),
        key=lambda pair: (rest[pair[0]] / rest[pair[1]].replace(0, np.nan)).pipe(lambda r: (r - r.median()).abs().median() / r.median()),
    )
    known["systolic"], known["diastolic"] = best
    known["heart_rate"], known["respiratory_rate"] = middle[rest.columns.difference(best)].sort_values(ascending=False).index
    return known


where = looks(export)
roles = where
# %% id="missing"
missing = {}
for sign in ("temperature", "heart_rate", "weight"):
    column = export[where[sign]].dropna()
    lonely = [v for v in (-1, 0, 999, 9999) if (column == v).sum() > 4 and not column.between(v - 3, v + 3).sum() > (column == v).sum()]
    missing[sign] = tuple(lonely)
# %% id="codes"
ward, kind, gender = export[where["ward"]], export[where["visit_kind"]], export[where["sex"]]
women_only = wards.loc[wards["name_zh"].str.contains("妇产"), "ward"].tolist()
woman = gender[ward.isin(women_only)].iloc[0]
man = next(code for code in gender.unique() if code != woman)
stay = kind[ward.notna()].iloc[0]
clock = pd.to_datetime(export[where["measured_at"]], unit="s" if export[where["measured_at"]].max() < 1e11 else "ms") + pd.Timedelta(hours=8)
small_hours = kind[(clock.dt.hour < 5) & (kind != stay)]
urgent = small_hours.mode()[0]
clinic = next(code for code in kind.unique() if code not in (stay, urgent))
codes = {"sex": {"男": str(man), "女": str(woman)}, "visit_kind": {"门诊": clinic, "急诊": urgent, "住院": stay}}
# %% id="units"
m = {sign: export[where[sign]].median() for sign in ("temperature", "systolic", "measured_at")}
heavy = export[where["weight"]].where(lambda w: ~w.isin([0, -1, 9999])).quantile(0.9)
units = pd.Series(
    {
        "temperature": "°F" if m["temperature"] < 150 else "0.1 Cel",
        "systolic": "kpa" if m["systolic"] < 50 else "0.1 kPa",
        "diastolic": "kpa" if m["systolic"] < 50 else "0.1 kPa",
        "weight": "斤" if heavy < 300 else "0.1 kg",
        "measured_at": "s" if m["measured_at"] < 1e11 else "ms",
    }
)
# %% id="to_standard"
def to_standard(export):
    t = export.set_index(where["record_id"])
    t.index.name = "record_id"
    for sign, values in missing.items():
        t[where[sign]] = t[where[sign]].replace(list(values), np.nan)
    seconds = t[where["measured_at"]] / (1000 if units["measured_at"] == "ms" else 1)
    kpa = 10 if units["systolic"] == "0.1 kPa" else 1
    heat = t[where["temperature"]]
    return pd.DataFrame(
        {
            "sex": t[where["sex"]].map({int(code): word for word, code in codes["sex"].items()}),
            "visit_kind": t[where["visit_kind"]].map({code: word for word, code in codes["visit_kind"].items()}),
            "measured_at": pd.to_datetime(seconds, unit="s", utc=True).dt.tz_convert("Asia/Shanghai"),
            "temperature_c": (heat - 32) / 1.8 if units["temperature"] == "°F" else heat / 10,
            "heart_rate": t[where["heart_rate"]],
            "systolic_mmhg": t[where["systolic"]] / kpa * 7.50062,
            "diastolic_mmhg": t[where["diastolic"]] / kpa * 7.50062,
            "weight_kg": t[where["weight"]] / (2 if units["weight"] == "斤" else 10),
        }
    )

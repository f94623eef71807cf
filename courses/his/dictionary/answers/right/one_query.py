# %% [markdown]
# Codes from cross tables; the converter as one SQL query.
# %% id="codes"
column = {role: name for name, role in roles.items()}
by_ward = pd.crosstab(export[column["ward"]].fillna("none"), export[column["visit_kind"]])
inpatient = by_ward.drop(index="none").sum().idxmax()
maternity = wards.set_index("name_en")["ward"].filter(like="Obstetrics").iloc[0]
by_sex = pd.crosstab(export[column["ward"]], export[column["sex"]]).loc[maternity]
moment = export[column["measured_at"]].astype("int64")
hour = (moment // (1000 if moment.max() > 1e12 else 1) // 3600 + 8) % 24
by_hour = pd.crosstab(export[column["visit_kind"]], hour < 6, normalize="index")[True].drop(inpatient)
codes = {
    "sex": {by_sex.idxmax(): "female", by_sex.idxmin(): "male"},
    "visit_kind": {inpatient: "inpatient", by_hour.idxmax(): "emergency", by_hour.idxmin(): "outpatient"},
}
# %% id="to_standard"
import sqlite3


def to_standard(export):
    at = {role: name for name, role in roles.items()}
    gone = {name: ", ".join(str(v) for v in values) for name, values in missing.items()}

    def value(role):
        name = at[role]
        return f"CASE WHEN {name} IN ({gone[name]}) THEN NULL ELSE {name} END" if name in gone else name

    def words(field):
        return f"CASE {at[field]} " + " ".join(f"WHEN {code} THEN '{word}'" for code, word in codes[field].items()) + " END"

    heat = f"({value('temperature')})"
    heat = f"{heat} / 10.0" if units["temperature"] == "0.1 Cel" else f"({heat} - 32) * 5.0 / 9.0"
    mmhg = 0.750062 if units["systolic"] == "0.1 kPa" else 7.50062
    seconds = f"{at['measured_at']} / {1000 if units['measured_at'] == 'ms' else 1}"
    with sqlite3.connect(":memory:") as connection:
        export.to_sql("export", connection, index=False)
        return pd.read_sql_query(
            f"""SELECT {value('weight')} / {2.0 if units['weight'] == '[jin]' else 10.0} AS weight_kg,
                {at['diastolic']} * {mmhg} AS diastolic_mmhg, {at['systolic']} * {mmhg} AS systolic_mmhg,
                {value('heart_rate')} AS heart_rate, {heat} AS temperature_c,
                datetime({seconds}, 'unixepoch', '+8 hours') AS measured_at,
                {words('visit_kind')} AS visit_kind, {words('sex')} AS sex, {at['record_id']} AS record_id FROM export""",
            connection,
        )

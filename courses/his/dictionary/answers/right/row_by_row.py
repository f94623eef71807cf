# %% [markdown]
# The converter in plain Python, one row after the other, as somebody writes who has just learnt it.
# %% id="missing"
from collections import Counter

missing = {}
for name, role in roles.items():
    if role in ("temperature", "heart_rate", "weight"):
        counts = Counter(value for value in export[name] if value == value)
        missing[name] = [value for value in (-1, 0, 999, 9999) if counts[value] >= 5]
# %% id="to_standard"
import datetime

GUESS = {"temperature", "heart_rate", "weight"}


def to_standard(export):
    rows = []
    for row in export.to_dict("records"):
        named = {}
        for column, value in row.items():
            role = roles[column]
            if role in GUESS and (value != value or value in missing.get(column, [])):
                value = None
            named[role] = value
        stamp = named["measured_at"] / (1000 if units["measured_at"] == "ms" else 1)
        at = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=stamp, hours=8)
        kilopascal = 0.1 if units["systolic"] == "0.1 kPa" else 1.0
        heat, weight = named["temperature"], named["weight"]
        if heat is not None:
            heat = heat / 10 if units["temperature"] == "0.1 Cel" else (heat - 32) * 5 / 9
        if weight is not None:
            weight = weight / 2 if units["weight"] == "[jin]" else weight / 10
        rows.append(
            {
                "record_id": named["record_id"],
                "sex": codes["sex"][named["sex"]],
                "visit_kind": codes["visit_kind"][named["visit_kind"]],
                "measured_at": at,
                "temperature_c": heat,
                "heart_rate": named["heart_rate"],
                "systolic_mmhg": named["systolic"] * kilopascal * 7.50062,
                "diastolic_mmhg": named["diastolic"] * kilopascal * 7.50062,
                "weight_kg": weight,
            }
        )
    return rows

# %% [markdown]
# Plain Python, row by row, as somebody writes who has just learnt it.
# %% id="in_bed_now"
def in_bed_now(stays, ward):
    count = 0
    for row in stays.itertuples():
        if row.ward == ward and pd.isna(row.discharged_at):
            count = count + 1
    return count
# %% id="los_days"
def los_days(stays, now):
    days = []
    for row in stays.itertuples():
        end = now if pd.isna(row.discharged_at) else row.discharged_at
        days.append((end - row.admitted_at).total_seconds() / 60 / 60 / 24)
    return days
# %% id="census"
def census(stays, moments):
    answer = {}
    for index, moment in moments.items():
        count = 0
        for come, left in zip(stays["admitted_at"], stays["discharged_at"]):
            if come <= moment and (pd.isna(left) or moment < left):
                count += 1
        answer[index] = count
    return pd.Series(answer)
# %% id="occupancy"
def occupancy(stays, wards, start, end):
    answer = {ward: 0.0 for ward in wards["ward"]}
    for row in stays.itertuples():
        first = max(row.admitted_at, start)
        last = end if pd.isna(row.discharged_at) else min(row.discharged_at, end)
        if last > first:
            answer[row.ward] += (last - first).total_seconds() / 86400
    days = (end - start).days
    return {ward: answer[ward] / (beds * days) for ward, beds in zip(wards["ward"], wards["beds"])}
# %% id="average_stay"
def average_stay(stays):
    came, left, here = {}, {}, set()
    for row in stays.itertuples():
        came[row.visit_id] = min(row.admitted_at, came.get(row.visit_id, row.admitted_at))
        if pd.isna(row.discharged_at):
            here.add(row.visit_id)
        else:
            left[row.visit_id] = max(row.discharged_at, left.get(row.visit_id, row.discharged_at))
    lengths = [left[visit] - came[visit] for visit in left if visit not in here]
    return sum(length.total_seconds() for length in lengths) / len(lengths) / 86400
# %% id="who_is_right"
patients = [0] * 24
crowded = 0
for hour, count in zip(hours, in_bed):
    patients[hour.hour] += count
    crowded += count >= beds * 9 / 10
who_is_right = dict(
    midnight=patients[0] / 28 / beds,
    busiest_hour=patients.index(max(patients)),
    crowded_share=crowded / len(hours),
    report=occupancy(stays, wards, case.start, case.end)[case.ward],
)

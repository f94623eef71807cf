# %% [markdown]
# NumPy, whole columns at once; other types and orders than the reference, the same meaning.
# %% id="in_bed_now"
def in_bed_now(stays, ward):
    return np.count_nonzero((stays["ward"].to_numpy() == ward) & np.isnat(stays["discharged_at"].to_numpy()))
# %% id="los_days"
def los_days(stays, now):
    end = stays["discharged_at"].to_numpy().copy()
    end[np.isnat(end)] = np.datetime64(now)
    return (end - stays["admitted_at"].to_numpy()) / np.timedelta64(1, "D")
# %% id="census"
def census(stays, moments):
    come = stays["admitted_at"].to_numpy()[:, None]
    left = stays["discharged_at"].to_numpy()[:, None]
    at = moments.to_numpy()[None, :]
    here = (come <= at) & (np.isnat(left) | (at < left))
    return pd.Series(here.sum(axis=0).astype("float64"), index=moments.index).sort_index()
# %% id="occupancy"
def occupancy(stays, wards, start, end):
    start, end = np.datetime64(start), np.datetime64(end)
    first = np.maximum(stays["admitted_at"].to_numpy(), start)
    last = np.fmin(stays["discharged_at"].to_numpy(), end)
    hours = np.clip((last - first) / np.timedelta64(1, "h"), 0, None)
    place = pd.Index(wards["ward"]).get_indexer(stays["ward"])
    used = np.bincount(place, weights=hours, minlength=len(wards))
    share = used / wards["beds"].to_numpy() / ((end - start) / np.timedelta64(1, "h"))
    return pd.DataFrame({"share": share}, index=wards["ward"]).iloc[::-1]
# %% id="average_stay"
def average_stay(stays):
    visit = stays["visit_id"].factorize()[0]
    n = visit.max() + 1
    open_rows = np.bincount(visit, weights=stays["discharged_at"].isna(), minlength=n)
    came = np.full(n, np.datetime64("2262-01-01", "ns"))
    left = np.full(n, np.datetime64("1700-01-01", "ns"))
    np.minimum.at(came, visit, stays["admitted_at"].to_numpy().astype("datetime64[ns]"))
    np.fmax.at(left, visit, stays["discharged_at"].to_numpy().astype("datetime64[ns]"))
    return np.mean((left - came)[open_rows == 0] / np.timedelta64(1, "D"))
# %% id="who_is_right"
table = in_bed.to_numpy().reshape(-1, 24)
who_is_right = {
    "busiest_hour": table.mean(axis=0).argmax(),
    "midnight": table[:, 0].mean() / beds,
    "crowded_share": np.mean(table >= beds * 0.9),
    "report": np.float64(occupancy(stays, wards, case["start"], case["end"]).squeeze()[case["ward"]]),
}

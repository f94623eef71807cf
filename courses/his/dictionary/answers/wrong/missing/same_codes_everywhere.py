# expect: 2/4 zero_is_a_code outliers_as_missing
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
missing = {name: [-1, 0, 999, 9999, 1, 37, 120] for name in export.columns if export[name].dtype != object}

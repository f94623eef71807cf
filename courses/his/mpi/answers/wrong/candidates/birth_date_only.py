# expect: 2/4 one_key
def candidates(records: pd.DataFrame) -> pd.DataFrame:
    """records: record_id, system, name, sex, birth_date, phone, address, id_number (empty where unknown: pd.isna). Returns a and b."""
    found = []
    for key in ["birth_date"]:
        known = records[records[key].notna()]
        found.append(pairs_on(known, key))
    return pd.concat(found).drop_duplicates()

# expect: 2/4 gaps_joined
def candidates(records: pd.DataFrame) -> pd.DataFrame:
    """records: record_id, system, name, sex, birth_date, phone, address, id_number (empty where unknown: pd.isna). Returns a and b."""
    found = []
    for key in ["id_number", "name", "birth_date", "phone"]:
        known = records
        found.append(pairs_on(known, key))
    return pd.concat(found).drop_duplicates()

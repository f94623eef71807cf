# expect: 2/4 within_forgotten
def candidates(records: pd.DataFrame) -> pd.DataFrame:
    """records: record_id, system, name, sex, birth_date, phone, address, id_number.

    Unknown fields are empty (test with isna() or notna()). Returns a table of pairs: a and b, both record_id.
    """
    found = []
    for key in ["id_number", "name", "birth_date", "phone"]:
        known = records[records[key].notna()]
        found.append(pairs_on(known, key))
    pairs = pd.concat(found).drop_duplicates()
    return pairs[pairs["a"].str[0] != pairs["b"].str[0]]

# expect: 1/4 by_number_only
def persons(records, links):
    person = records["id_number"].where(records["id_number"].notna(), records["record_id"])
    return pd.Series(person.to_numpy(), index=records["record_id"])

# expect: 3/4 order_ignored
def persons(records: pd.DataFrame, links: pd.DataFrame) -> pd.Series:
    """records: record_id, id_number (empty where unknown: pd.isna) and more; links: a, b, weight.

    Returns a Series: record_id -> person.
    """
    person = {record: record for record in records["record_id"]}
    members = {record: [record] for record in person}
    number = {
        record: {value} if pd.notna(value) else set()
        for record, value in zip(records["record_id"], records["id_number"])
    }
    for a, b in links[["a", "b"]].itertuples(index=False):
        one, other = person[a], person[b]
        if one == other or len(number[one] | number[other]) > 1:
            continue
        number[one] = number[one] | number[other]
        members[one] = members[one] + members[other]
        for record in members.pop(other):
            person[record] = one
    return pd.Series(person)

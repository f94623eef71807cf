# expect: 1/4 not_transitive
def persons(records, links):
    number = dict(zip(records["record_id"], records["id_number"]))
    person = {record: record for record in records["record_id"]}
    taken = set()
    for a, b in links.sort_values("weight", ascending=False)[["a", "b"]].itertuples(index=False):
        if a in taken or b in taken or (pd.notna(number[a]) and pd.notna(number[b]) and number[a] != number[b]):
            continue
        taken |= {a, b}
        person[b] = a
    return pd.Series(person)
